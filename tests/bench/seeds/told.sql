-- What the ledger tells of each subject: one entry, in which everything is said that `orderhub verify` compares.
create function seed.change(field text, value text) returns text language sql immutable parallel safe
    return '{"field":"' || field || '","before":null,"after":' || value || '}';

create function seed.entry(at timestamptz, changes text) returns text language sql stable parallel safe
    return '{"action":"opened","at":"' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '","changes":['
           || changes || '],"v":1,"who":{"id":"system","kind":"system","name":"system","role":null}}';

create unlogged table seed.told as
select x.*, seed.ledger_key(convert_to('subject:' || id, 'UTF8') || '\x003100'::bytea
                            || decode(repeat('00', 32), 'hex') || '\x00'::bytea || convert_to(body, 'UTF8')) as digest
from (
    select id, id as root_id, opened_at as at, seed.entry(opened_at, concat_ws(',',
               seed.change('stage', '"' || stage || '"'), seed.change('shop', shop_id::text),
               seed.change('warehouse', coalesce(warehouse_id::text, 'null')), seed.change('number', '"' || number || '"'),
               seed.change('channel_number', '"' || channel_number || '"'),
               seed.change('placed_at', '"' || to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"'),
               seed.change('currency', '"CNY"'), seed.change('goods_minor', goods::text),
               seed.change('discount_minor', discount::text), seed.change('shipping_minor', shipping::text),
               seed.change('total_minor', (goods - discount + shipping)::text), seed.change('remark', '""'),
               seed.change('paid_minor', case when is_paid then goods - discount + shipping else 0 end::text),
               seed.change('refunded_minor', case when is_refunded then goods - discount + shipping else 0 end::text),
               seed.change('lines', '[' || lines_told || ']'))) as body
    from seed.made join seed.goods using (n)
    union all
    select parcel_id, id, opened_at + interval '1 minute', seed.entry(opened_at + interval '1 minute', concat_ws(',',
               seed.change('stage', '"' || parcel_stage || '"'), seed.change('shop', shop_id::text),
               seed.change('warehouse', warehouse_id::text), seed.change('number', '"' || number || '-1"'),
               seed.change('code', '"' || 1000 + n % 99000 || '"'),
               seed.change('carrier', case when has_left then '"sf"' else 'null' end),
               seed.change('waybill', case when has_left then '"SF' || 1000000000 + n || '"' else 'null' end),
               seed.change('lines', '[' || contents_told || ']'), seed.change('picked', '0'), seed.change('packed', '0')))
    from seed.made join seed.goods using (n) where parcel_id is not null
) x;
alter table seed.told add primary key (id);
