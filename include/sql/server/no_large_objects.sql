-- No rows: nobody but a superuser keeps large objects in this database; PostgreSQL lets everybody, whatever else is refused.
revoke execute on function
lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_open(oid, integer), lo_put(oid, bigint, bytea),
lowrite(integer, bytea) from public
