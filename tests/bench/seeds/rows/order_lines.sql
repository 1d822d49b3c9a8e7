insert into order_lines (order_id, line_no, outside_sku, sku_id, name, quantity, pieces, unit_price_minor, amount_minor)
select id, line_no, 'S' || sku_id, sku_id, '机油滤清器 W' || sku_id, quantity, quantity, price, amount
from seed.lines join seed.made using (n) order by n, line_no;
