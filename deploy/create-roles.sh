#!/bin/sh
# Runs once, when the database is created: the roles of the warehouse and of Airflow, each with its own password.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" \
    -v owner="$(cat "$OWNER_PASSWORD_FILE")" -v loader="$(cat "$LOADER_PASSWORD_FILE")" \
    -v reader="$(cat "$READER_PASSWORD_FILE")" -v airflow="$(cat "$AIRFLOW_PASSWORD_FILE")" <<'SQL'
create role xanh_owner login password :'owner';
create role xanh_loader login password :'loader';
create role xanh_reader login password :'reader' connection limit 20;
create role xanh_airflow login password :'airflow';
create database xanh owner xanh_owner;
create database airflow owner xanh_airflow;
revoke all on database xanh, airflow, postgres from public;
grant connect on database xanh to xanh_owner, xanh_loader, xanh_reader;
grant connect on database airflow to xanh_airflow;
alter role xanh_reader set statement_timeout = '10min';
alter role xanh_reader set idle_in_transaction_session_timeout = '10min';
alter role xanh_reader set default_transaction_read_only = on;
alter role xanh_reader set search_path = mart;
\connect xanh
revoke execute on function
lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_open(oid, integer), lo_put(oid, bigint, bytea),
lowrite(integer, bytea) from public;
SQL
