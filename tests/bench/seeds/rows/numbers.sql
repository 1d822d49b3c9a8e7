-- Each part already comes in the order of its key.
insert into numbers (scheme, shop_id, number, subject_id, root_id)
(select 'channel_order', shop_id, channel_number, id, id from seed.made order by shop_id, n)
union all (select 'order', 0, number, id, id from seed.made order by n)
union all (select 'shipment', 0, number || '-1', parcel_id, id from seed.made where parcel_id is not null order by n)
union all (select 'waybill', shop_id, 'SF' || 1000000000 + n, parcel_id, id from seed.made where has_left order by shop_id, n);
