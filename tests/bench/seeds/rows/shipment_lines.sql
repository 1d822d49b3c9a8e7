insert into shipment_lines (shipment_id, line_no, sku_id, name, pieces)
select parcel_id, line_no, sku_id, '机油滤清器 W' || sku_id, quantity
from seed.lines join seed.made using (n) where parcel_id is not null order by n, line_no;
