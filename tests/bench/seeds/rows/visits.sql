-- The open visit of each subject and the one before it; the earlier ones are left out.
insert into visits (id, subject_id, root_id, kind, stage, shop_id, warehouse_id, role, entered_at, entered_by, due_at,
                    late_at, left_at, left_by, transition)
select id, subject_id, root_id, v.kind, v.stage, shop_id, warehouse_id, s.role, entered_at, 'person:' || 1 + n % 8, due_at,
       late_at, left_at, case when left_at is not null then 'system' end, case when left_at is not null then 'move' end
from (
    select n, seed.uuid(stage_since, n, 33), id, id, 'order', stage, shop_id, warehouse_id, stage_since,
           case when parcel_id is null then due_at end, case when parcel_id is null then late_at end, null::timestamptz
    from seed.made
    union all
    select n, seed.uuid(opened_at, n, 35), id, id, 'order', 'placed', shop_id, warehouse_id, opened_at, null, null,
           stage_since
    from seed.made where stage <> 'placed'
    union all
    select n, seed.uuid(stage_since, n, 34), parcel_id, id, 'shipment', parcel_stage, shop_id, warehouse_id,
           stage_since, due_at, late_at, null
    from seed.made where parcel_id is not null
    union all
    select n, seed.uuid(opened_at + interval '1 minute', n, 36), parcel_id, id, 'shipment', 'allocated', shop_id,
           warehouse_id, opened_at + interval '1 minute', null, null, stage_since
    from seed.made where parcel_stage <> 'allocated'
) v (n, id, subject_id, root_id, kind, stage, shop_id, warehouse_id, entered_at, due_at, late_at, left_at)
join seed.stages s on s.kind = v.kind and s.stage = v.stage order by id;
