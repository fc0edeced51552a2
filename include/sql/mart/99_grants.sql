-- No rows: who may read mart.
grant usage on schema mart to xanh_loader, xanh_reader;
revoke all on all functions in schema mart from public;
grant select on all tables in schema mart to xanh_loader, xanh_reader;
grant execute on all functions in schema mart to xanh_loader, xanh_reader;
