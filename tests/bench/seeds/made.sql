-- One line for each order, from which every table is filled. Everything follows from n by hashing, so two runs make the
-- same orders, and 10,000 and 1,000,000 have the same shares of everything.
-- Told by the caller: bench.orders, bench.at (the moment), bench.profile ('history': 60 days of a shop, most of them
-- done; 'due': every parcel in the house, 100 of them due in each minute after the moment), seed.stages from the flows, and
-- seed.ledger_key, phone_key, last4_key and name_key: HMAC-SHA256 under the keys of this run.
create function seed.chance(n bigint, salt int) returns float8 language sql immutable parallel safe
    return (hashint8extended(n, salt) & 2147483647)::float8 / 2147483648::float8;

-- A UUIDv7 of this moment; `what` tells apart what has one moment.
create function seed.uuid(at timestamptz, n bigint, what int) returns uuid language sql stable parallel safe
    return (lpad(to_hex((date_part('epoch', at) * 1000)::bigint), 12, '0') || '70009'
            || lpad(to_hex(hashint8extended(n, what) & 1152921504606846975), 15, '0'))::uuid;

create function seed.half_hour(at timestamptz) returns text language sql stable parallel safe
    return to_char(date_bin('30 minutes', at, '2000-01-01Z') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI');

-- "offset 0" keeps each step from being written out into every use of it by the next one.
create unlogged table seed.made as
with told as (
    select current_setting('bench.orders')::bigint as orders, current_setting('bench.at')::timestamptz as at,
           current_setting('bench.profile') = 'history' as history
),
come as (
    select n, t.at, t.history, date_trunc('second', t.at - (t.orders - n) * interval '60 days' / t.orders) as opened_at,
           seed.chance(n, 1) as luck, n in (t.orders / 4, t.orders / 2, t.orders * 3 / 4) as reserved,
           seed.chance(n, 2) as shop_chance, seed.chance(n, 3) as pace, seed.chance(n, 4) as fate,
           seed.chance(n, 5) as wait, hashint8extended(n, 6) & 1073741823 as buyer_hash, t.orders
    from told t, generate_series(1, t.orders) n offset 0
),
placed as (
    select *, 1 + (select count(*) from unnest(array[.28, .48, .62, .72, .80, .86, .91, .945, .97, .985, .995]) up_to
                   where shop_chance >= up_to)::int as shop_id,
           extract(epoch from at - opened_at) / 86400 * (0.6 + 0.8 * pace) as days, buyer_hash % (orders / 3 + 1) as buyer
    from come offset 0
),
staged as (
    select *, case
        when not history then (array['allocated', 'picking', 'packed'])[1 + n % 3]
        when fate < .06 and days < 2 then 'placed'
        when fate < .09 then 'cancelled'
        when fate < .10 and days < 5 then 'paid'
        when days < .35 then 'allocated'
        when days < .7 then 'picking'
        when days < 1.2 then 'packed'
        when days < 1.6 then 'collected'
        when days < 5 then 'in_transit'
        when days < 5.8 then 'out_for_delivery'
        when days < 12 then 'signed'
        when fate < .112 then 'returned'
        when fate < .1135 and shop_id < 12 then 'lost'
        when fate < .1165 then (array['allocated', 'picking', 'packed', 'in_transit'])[1 + n % 4]
        else 'closed' end as stage
    from placed offset 0
),
housed as (
    select *, case when stage = 'paid' then null
                   when luck < .85 then (array[1, 2, 1, 3, 2, 4, 1, 5, 3, 2, 4, 5])[shop_id]
                   else 1 + floor(luck * 1000)::int % 5 end as warehouse_id,
           case when stage in ('placed', 'paid') or (stage = 'cancelled' and fate >= .01) then null
                when stage = 'closed' then 'signed' else stage end as parcel_stage
    from staged offset 0
),
-- Some wait for longer than they may; nobody waits for longer than the order is old.
entered as (
    select h.*, greatest(h.opened_at + interval '2 minutes', case
        when not history then at - interval '1 hour' + n * interval '1 millisecond'
        when limit_minutes is null then h.opened_at + (h.at - h.opened_at) * .8 * wait
        when fate between .1 and .1165 and days >= 12 then h.opened_at + interval '1 day'
        when fate > .78 then at - limit_minutes * interval '1 minute' * (1.02 + wait)
        else at - limit_minutes * interval '1 minute' * .95 * wait end) as stage_since, k.limit_minutes
    from housed h
    left join seed.stages k on k.kind = case when parcel_stage is null then 'order' else 'shipment' end
        and k.stage = coalesce(parcel_stage, h.stage) offset 0
)
select n, opened_at, shop_id, warehouse_id, stage, parcel_stage, case when stage = 'placed' then opened_at else stage_since
       end as stage_since, due_at, case when due_at <= at then due_at + interval '1 second' end as late_at,
       'OH-2611-' || lpad(n::text, 7, '0') as number, (10000000000000000 + n * 7919)::text as channel_number,
       seed.uuid(opened_at, n, 31) as id,
       case when parcel_stage is not null then seed.uuid(opened_at + interval '1 minute', n, 32) end as parcel_id,
       stage not in ('placed', 'cancelled') or (stage = 'cancelled' and fate < .01) as is_paid,
       stage = 'returned' or (stage = 'cancelled' and fate < .01) as is_refunded,
       parcel_stage not in ('allocated', 'picking', 'packed', 'cancelled') as has_left,
       case when seed.chance(n, 7) < .2 then 500 else 0 end as discount, case when seed.chance(n, 8) < .3 then 600 else 0 end
       as shipping, 1 + (seed.chance(n, 9) < .35)::int + (seed.chance(n, 9) < .12)::int as lines,
       case when reserved then '欧阳修' when seed.chance(n, 10) < .006 then '王伟' else
           substr('王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗', 1 + floor(20 * seed.chance(buyer, 11) ^ 2)::int, 1)
           || substr('芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂', 1 + floor(20 * seed.chance(buyer, 12))::int, 1)
           || case when seed.chance(buyer, 13) < .55 then
               substr('文华建国玉英志红春梅海燕晓东宇欣子轩雨涵', 1 + floor(20 * seed.chance(buyer, 14))::int, 1) else '' end
           end as name,
       case when reserved then '13800138000' else '1' || (array['38', '39', '58', '86', '77', '50'])[1 + buyer % 6]
           || lpad((hashint8extended(buyer, 15) & 268435455)::text, 10, '0')::char(4)
           || case when seed.chance(n, 16) < .006 then '8888'
                   else lpad((hashint8extended(buyer, 17) & 8191)::text, 4, '0') end end as phone
from (
    select *, case when not history and n <= 100 * 1000 then at + ((n + 99) / 100) * interval '1 minute'
                   when not history then at + interval '30 days' + n * interval '1 second'
                   else stage_since + limit_minutes * interval '1 minute' end as due_at
    from entered offset 0
) e;

create unlogged table seed.lines as
select n, line_no, sku_id, 990 + 37 * sku_id as price, quantity, (990 + 37 * sku_id) * quantity as amount
from (
    select n, line_no, 1 + floor(200 * seed.chance(n * 4 + line_no, 20) ^ 2)::int as sku_id,
           1 + (seed.chance(n * 4 + line_no, 21) < .2)::int as quantity
    from seed.made, generate_series(1, lines) as line_no
) l;

create unlogged table seed.goods as
select n, sum(amount)::bigint as goods, sum(quantity)::int as pieces,
       string_agg(format('{"outside_sku":"S%s","sku_id":%s,"name":"机油滤清器 W%s","quantity":%s,"pieces":%s,"unit_price_minor":%s,'
                         '"amount_minor":%s}', sku_id, sku_id, sku_id, quantity, quantity, price, amount), ',' order by line_no)
       as lines_told,
       string_agg(format('{"sku_id":%s,"name":"机油滤清器 W%s","pieces":%s}', sku_id, sku_id, quantity), ',' order by line_no)
       as contents_told
from seed.lines group by n;

alter table seed.made add primary key (n);
alter table seed.goods add primary key (n);
analyze seed.made, seed.lines, seed.goods;
