insert into ledger (stream, seq, at, root_id, body, digest)
select 'subject:' || id, 1, at, root_id, body, digest from seed.told order by id;
