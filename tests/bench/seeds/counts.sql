-- What the worker would have folded: who stands where, what is late, and the last week's beginnings and ends by half hours,
-- in the order of time as they would have been counted.
insert into stage_counts (kind, stage, shop_id, warehouse_id, measure, count)
select * from (
select kind, stage, shop_id, coalesce(warehouse_id, 0), 'open' as measure, count(*) from subjects group by 1, 2, 3, 4
union all
select kind, stage, shop_id, coalesce(warehouse_id, 0), 'late', count(*)
from visits where left_at is null and late_at is not null group by 1, 2, 3, 4
union all
select v.kind, v.stage, shop_id, coalesce(warehouse_id, 0), 'done:' || seed.half_hour(left_at), count(*)
from visits v join seed.stages s on s.kind = v.kind and s.stage = v.stage
where left_at > current_setting('bench.at')::timestamptz - interval '7 days' and s.role is not null group by 1, 2, 3, 4, 5
union all
select kind, case kind when 'order' then 'placed' else 'allocated' end, shop_id, coalesce(warehouse_id, 0),
       'opened:' || seed.half_hour(opened_at), count(*)
from subjects where opened_at > current_setting('bench.at')::timestamptz - interval '7 days' group by 1, 2, 3, 4, 5
) counted order by split_part(measure, ':', 2), measure;

select setval('order_numbers', current_setting('bench.orders')::bigint);
