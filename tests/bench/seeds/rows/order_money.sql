insert into order_money (shop_id, kind, number, order_id, amount_minor, at)
select shop_id, kind, case kind when 'payment' then 'PAY-' else 'REF-' end || channel_number, id, goods - discount + shipping,
       opened_at + interval '1 minute'
from seed.made join seed.goods using (n), unnest(array['payment', 'refund']) as kind
where is_paid and (kind = 'payment' or is_refunded) order by n;
