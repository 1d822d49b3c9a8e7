-- The kernel's tables. Retention: subjects, visits, numbers, ledger and personal values as long as the law asks
-- (ledger and raw messages by month, dropped by partition); write_keys 90 days; outbox 30 days after sending;
-- stage_deltas until folded.

create table subjects (
    id uuid primary key,
    kind text not null,
    parent_id uuid references subjects,
    root_id uuid not null,
    shop_id integer not null,
    warehouse_id integer,
    stage text not null,
    reached integer not null default 0,
    reached_of integer not null default 0,
    late integer not null default 0,  -- on a root: how many open visits of its whole family are late
    visit_id uuid not null,
    opened_at timestamptz not null,
    head_seq bigint not null,
    head_digest bytea not null,
    changed_xid xid8 not null default pg_current_xact_id()
);
create index subjects_parent on subjects (parent_id) where parent_id is not null;
create index subjects_root on subjects (root_id);
create index subjects_changed on subjects (changed_xid);
-- Lists of roots, newest first: one index for each way and each pair of ways to narrow them, so that a page is one walk
-- from its cursor on. No list of children costs a move anything. 0: without a warehouse ("is null" gives no order).
create index subjects_newest on subjects (kind, opened_at desc, id desc) where parent_id is null;
create index subjects_stage on subjects (kind, stage, opened_at desc, id desc) where parent_id is null;
create index subjects_shop on subjects (kind, shop_id, opened_at desc, id desc) where parent_id is null;
create index subjects_warehouse on subjects (kind, coalesce(warehouse_id, 0), opened_at desc, id desc)
    where parent_id is null;
create index subjects_stage_shop on subjects (kind, stage, shop_id, opened_at desc, id desc) where parent_id is null;
create index subjects_stage_warehouse on subjects (kind, stage, coalesce(warehouse_id, 0), opened_at desc, id desc)
    where parent_id is null;
create index subjects_shop_warehouse on subjects (kind, shop_id, coalesce(warehouse_id, 0), opened_at desc, id desc)
    where parent_id is null;
create index subjects_late on subjects (kind, opened_at desc, id desc) where parent_id is null and late > 0;
create index subjects_late_shop on subjects (kind, shop_id, opened_at desc, id desc) where parent_id is null and late > 0;
create index subjects_late_warehouse on subjects (kind, coalesce(warehouse_id, 0), opened_at desc, id desc)
    where parent_id is null and late > 0;

create table visits (
    id uuid primary key,
    subject_id uuid not null,
    root_id uuid not null,
    kind text not null,
    stage text not null,
    shop_id integer not null,
    warehouse_id integer,
    role text,
    entered_at timestamptz not null,
    entered_by text not null,
    due_at timestamptz,
    late_at timestamptz,
    left_at timestamptz,
    left_by text,
    transition text,
    claimed_by text,
    claimed_at timestamptz
);
create unique index visits_open on visits (subject_id) where left_at is null;
create index visits_history on visits (subject_id, entered_at);
create index visits_due on visits (due_at) include (shop_id, warehouse_id)
    where left_at is null and late_at is null and due_at is not null;
create index visits_late on visits (due_at, id) where left_at is null and late_at is not null;
create index visits_late_of_shop on visits (shop_id, due_at, id) where left_at is null and late_at is not null;
-- Those without a due time come last; the sweep marks late what stands first, so this is also late ones first.
create index visits_cards on visits (role, coalesce(due_at, 'infinity'), id) where left_at is null and role is not null;
create index visits_cards_of_warehouse on visits (role, coalesce(warehouse_id, 0), coalesce(due_at, 'infinity'), id)
    where left_at is null and role is not null;

-- Append-only: the trigger below refuses update, delete and truncate; a month is given up by dropping its partition.
create table ledger (
    stream text not null,
    seq bigint not null,
    at timestamptz not null,
    root_id uuid,
    body text not null,
    digest bytea not null,
    primary key (stream, seq, at)
) partition by range (at);
create index ledger_root on ledger (root_id, at) where root_id is not null;
create table ledger_default partition of ledger default;

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger ledger_append_only before update or delete on ledger
    for each row execute function refuse_ledger_change();
create trigger ledger_no_truncate before truncate on ledger
    for each statement execute function refuse_ledger_change();

create function open_month(parent text, month date) returns void language plpgsql as $$
declare
    partition text := format('%s_%s', parent, to_char(month, 'YYYYMM'));
begin
    if to_regclass(partition) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)',
                       partition, parent, date_trunc('month', month), date_trunc('month', month) + interval '1 month');
    end if;
end $$;
select open_month('ledger', (date_trunc('month', now()) + make_interval(months => n))::date) from generate_series(0, 2) n;

create table ledger_heads (
    stream text primary key,
    seq bigint not null,
    digest bytea not null,
    changed_xid xid8 not null default pg_current_xact_id()
);
create index ledger_heads_changed on ledger_heads (changed_xid);

create table anchors (
    number integer primary key,
    taken_at timestamptz not null,
    snapshot pg_snapshot not null,
    heads bigint not null,
    digest bytea not null
);

create table personal_values (
    id uuid primary key,
    root_id uuid not null,
    value text not null,
    salt bytea not null
);
create index personal_values_root on personal_values (root_id);
create table personal_keys (
    owner_id uuid primary key,
    salt bytea not null
);

create table write_keys (
    scope text not null,
    key text not null,
    digest bytea not null,
    verdict jsonb,
    subject_id uuid,
    at timestamptz not null,
    primary key (scope, key)
);
create index write_keys_at on write_keys (at);

create table numbers (
    scheme text not null,
    shop_id integer not null,
    number text not null,
    subject_id uuid not null,
    root_id uuid not null,
    primary key (scheme, shop_id, number)
);
create index numbers_number on numbers (number);
create index numbers_root on numbers (root_id);

-- What is to be told outside. `seq` is the order of sending within a destination and subject: a row is inserted under
-- the lock of its subject, so it grows with the commits. While a row is leased, `next_at` is when the lease runs out;
-- a row behind another one has the `next_at` of that one.
create table outbox (
    id uuid primary key,
    seq bigint not null generated always as identity,
    destination text not null,
    subject_id uuid not null,
    topic text not null,
    body jsonb not null,
    created_at timestamptz not null,
    attempts integer not null default 0,
    next_at timestamptz not null,
    lease_until timestamptz,
    lease_token uuid,
    sent_at timestamptz,
    dead_at timestamptz,
    error text
);
create index outbox_unsent on outbox (destination, subject_id, seq) where sent_at is null;
create index outbox_next on outbox (destination, next_at) where sent_at is null and dead_at is null;
create index outbox_dead on outbox (dead_at, id) where dead_at is not null;
create index outbox_sent on outbox (sent_at) where sent_at is not null;

-- Counts for boards: appended by every move, folded by the worker; never a hot row, never count(*).
-- A measure may end in a half hour (`done:2026-11-22T14:30`); ranges of them need the plain order of bytes.
create table stage_deltas (
    kind text not null,
    stage text not null,
    shop_id integer not null,
    warehouse_id integer not null,
    measure text collate "C" not null,
    delta integer not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create table stage_counts (
    kind text not null,
    stage text not null,
    shop_id integer not null,
    warehouse_id integer not null,
    measure text collate "C" not null,
    count bigint not null,
    primary key (kind, measure, stage, shop_id, warehouse_id)
);

-- Warehouse 0 is the organisation. `hours` is the week from Monday on, each day a list of [opens, closes] in minutes
-- since its midnight; `extra_days` is a list of [date, such a day].
create table calendars (
    warehouse_id integer primary key,
    hours jsonb not null,
    holidays date[] not null default '{}',
    extra_days jsonb not null default '[]',
    time_zone text not null
);

-- Whose turn a recurring job is: any number of workers, one run. One row a job, kept while the job exists.
create table recurring_jobs (
    name text primary key,
    next_at timestamptz not null,
    lease_until timestamptz,
    lease_token uuid,
    ran_at timestamptz,
    error text
);
