insert into orders (id, number, shop_id, channel_number, placed_at, currency, goods_minor, discount_minor, shipping_minor,
                    total_minor, paid_minor, refunded_minor)
select id, number, shop_id, channel_number, opened_at, 'CNY', goods, discount, shipping, goods - discount + shipping,
       case when is_paid then goods - discount + shipping else 0 end,
       case when is_refunded then goods - discount + shipping else 0 end
from seed.made join seed.goods using (n) order by n;
