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
SQL
