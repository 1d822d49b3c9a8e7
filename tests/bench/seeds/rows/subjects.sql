-- Orders and parcels in the order in which they came, as they would have been written.
insert into subjects (id, kind, parent_id, root_id, shop_id, warehouse_id, stage, reached, reached_of, late, visit_id,
                      opened_at, head_seq, head_digest)
select x.*, 1, t.digest
from (
    select id, 'order', null::uuid, id, shop_id, warehouse_id, stage, coalesce(parcel_stage in ('signed', 'returned', 'lost'), false)::int,
           (parcel_id is not null)::int, (late_at is not null)::int, seed.uuid(stage_since, n, 33), opened_at
    from seed.made
    union all
    select parcel_id, 'shipment', id, id, shop_id, warehouse_id, parcel_stage, 0, 0, 0,
           seed.uuid(stage_since, n, 34), opened_at + interval '1 minute'
    from seed.made where parcel_id is not null
) x (id, kind, parent_id, root_id, shop_id, warehouse_id, stage, reached, reached_of, late, visit_id, opened_at)
join seed.told t using (id) order by x.id;
