insert into shipments (id, order_id, number, code, carrier, waybill)
select parcel_id, id, number || '-1', (1000 + n % 99000)::text, case when has_left then 'sf' end,
       case when has_left then 'SF' || 1000000000 + n end
from seed.made where parcel_id is not null order by n;
