-- The company: twelve shops, five warehouses, eight people, 200 SKUs.
insert into organisation (name, time_zone, created_at) values ('好零件', 'Asia/Shanghai', now());
insert into warehouses (id, code, name, time_zone)
select n, 'W' || n, (array['苏州', '成都', '广州', '武汉', '天津'])[n] || '仓', 'Asia/Shanghai' from generate_series(1, 5) n;
insert into shops (id, name, channel, currency, time_zone, default_warehouse_id)
select n, '店铺 ' || n, 'generic', 'CNY', 'Asia/Shanghai', 1 from generate_series(1, 12) n;
insert into people (id, login, name, roles, created_at)
select n, 'p' || n, '员工 ' || n, array['warehouse'], now() from generate_series(1, 8) n;
insert into products (id, name) values (1, '机油滤清器');
insert into skus (id, code, product_id, name) select n, 'W' || n, 1, '机油滤清器 W' || n from generate_series(1, 200) n;
