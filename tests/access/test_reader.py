"""What somebody with the reader's login may try on PostgreSQL, eleven kinds of it, and what the loader must not be able to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import errors

from xanh.database import warehouse
from xanh.settings import Settings


@dataclass(frozen=True)
class Attack:
    """One kind: each statement alone must be refused, or be answered with no rows."""

    name: str
    statements: tuple[str, ...]


ATTACKS = (
    Attack(
        "reads what is not in mart",
        (
            "select * from core.observation",
            "select * from intake.submission",
            "select * from intake.issue",
            "select * from ops.applied",
            "table core.lineage",
            "select rolpassword from pg_authid",
            "select passwd from pg_shadow",
            "select * from pg_statistic",
            "select * from pg_user_mapping",
            "copy core.observation to stdout",
        ),
    ),
    Attack(
        "writes through views and tables",
        (
            "insert into mart.submission default values",
            "update mart.observation set value = 0",
            "update mart.observation_history set value = 0",
            "delete from mart.submission",
            "delete from core.observation",
            "truncate core.observation",
            "insert into intake.file (department_code) values ('x')",
            "select 1 from mart.submission for update",
        ),
    ),
    Attack(
        "creates objects of its own",
        (
            "create table mart.mine (x int)",
            "create table public.mine (x int)",
            "create schema mine",
            "create view mart.mine as select 1 as x",
            "create view public.mine as select 1 as x",
            "create function mart.mine() returns int language sql as 'select 1'",
            "create function public.mine() returns int language sql security definer as 'select 1'",
            "create type public.mine as enum ('a')",
            "create sequence public.mine",
            "do $$ begin execute 'create table public.mine (x int)'; end $$",
        ),
    ),
    Attack(
        "keeps temporary tables", ("create temporary table mine (x int)", "create temporary view mine as select 1 as x")
    ),
    Attack(
        "becomes somebody else",
        (
            "set role xanh_owner",
            "set role xanh_loader",
            "set session authorization postgres",
            "grant xanh_owner to xanh_reader",
            "alter role xanh_reader superuser",
            "alter role xanh_owner password 'x'",
            "create role mine login",
            "grant select on core.observation to xanh_reader",
            "alter default privileges for role xanh_owner grant all on tables to xanh_reader",
        ),
    ),
    Attack(
        "calls the functions of others",
        (
            "select ops.next_moment()",
            "select ops.set_moment(now())",
            "select core.add_observation_year(2999)",
            "select core.add_observation_years(2)",
        ),
    ),
    Attack(
        "reads and writes files of the server",
        (
            "select pg_read_file('/etc/passwd')",
            "select pg_read_binary_file('postgresql.conf')",
            "select pg_ls_dir('.')",
            "select pg_stat_file('/etc/passwd')",
            "copy (select 1) to '/tmp/mine'",
            "select lo_import('/etc/passwd')",
            "select lo_export(0, '/tmp/mine')",
            "select pg_current_logfile()",
            "select * from pg_hba_file_rules",
        ),
    ),
    Attack("runs programs", ("copy (select 1) to program 'true'", "load 'plpgsql.so'")),
    Attack(
        "installs or reaches out",
        (
            "create extension dblink",
            "create extension postgres_fdw",
            "create extension file_fdw",
            "create extension plpython3u",
            "create language plperlu",
            "create server mine foreign data wrapper postgres_fdw",
            "create publication mine for all tables",
            "create subscription mine connection 'host=127.0.0.1' publication mine",
            "create event trigger mine on ddl_command_start execute function version()",
        ),
    ),
    Attack(
        "changes or steers the server",
        (
            "alter system set log_statement = 'all'",
            "select pg_reload_conf()",
            "select pg_rotate_logfile()",
            "select pg_switch_wal()",
            "select pg_create_restore_point('x')",
            "alter view mart.observation rename to mine",
            "drop view mart.observation",
            "comment on view mart.observation is 'x'",
            "vacuum full core.observation",
            "alter database postgres rename to mine",
            "set session_replication_role = replica",
            "set log_statement = 'none'",
        ),
    ),
    Attack(
        "keeps large objects and holds what others need",
        (
            "select lo_create(0)",
            "select lo_from_bytea(0, 'x')",
            "lock table mart.observation in access exclusive mode",
            "lock table core.observation in share mode",
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'xanh_owner'",
            "select pg_cancel_backend(pid) from pg_stat_activity where usename = 'xanh_owner'",
        ),
    ),
)
LOADER = (
    "alter table core.observation add column mine int",
    "alter table core.observation disable trigger all",
    "alter table intake.submission owner to xanh_loader",
    "drop table core.observation",
    "drop view mart.observation",
    "create or replace view mart.observation as select 1 as x",
    "create table core.mine (x int)",
    "create schema mine",
    "update core.observation set value = 0",
    "update core.observation set known_from = now()",
    "delete from core.observation",
    "truncate core.observation",
    "delete from intake.submission",
    "delete from intake.issue",
    "update intake.issue set severity = 'info'",
    "delete from intake.confirmation",
    "update core.indicator_value set value = 0",
    "set role xanh_owner",
    "copy (select 1) to program 'true'",
    "select pg_read_file('/etc/passwd')",
    "select lo_create(0)",
)


@pytest.fixture(scope="module")
def place(fresh_settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with fresh_settings(tmp_path_factory.mktemp("attacks")) as settings, warehouse.connect(settings, "owner") as idle:
        idle.execute("select 1")
        idle.commit()
        yield settings


def test_there_are_eleven_kinds_of_attacks() -> None:
    assert len({attack.name for attack in ATTACKS}) == 11


@pytest.mark.parametrize(
    "statement", [statement for attack in ATTACKS for statement in attack.statements], ids=lambda text: text[:60]
)
def test_the_reader_is_refused(statement: str, place: Settings) -> None:
    """Each alone, and also after the login has taken off its own limits."""
    with warehouse.connect(place, "reader", autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(statement)
    assert not isinstance(refused.value, errors.SyntaxError), refused.value


@pytest.mark.parametrize("statement", LOADER, ids=lambda text: text[:60])
def test_the_loader_cannot_alter(statement: str, place: Settings) -> None:
    with warehouse.connect(place, "loader") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_name_of_the_reader_never_stands_before_the_views(place: Settings) -> None:
    """The search path changes for the reader alone: it owns no schema to put a false object into."""
    with warehouse.connect(place, "reader") as connection:
        connection.execute("set search_path = pg_temp, public, mart")
        writable = connection.execute(
            "select nspname from pg_namespace where has_schema_privilege(current_user, oid, 'create')"
        ).fetchall()
        may_keep = connection.execute("select has_database_privilege(current_database(), 'temporary')").fetchone()
    assert writable == []
    assert may_keep == (False,)


def test_the_reader_sees_the_views_without_naming_their_schema(place: Settings) -> None:
    """What \\d of psql lists are the relations that are visible without a schema."""
    visible = "select relname from pg_class where relkind in ('r', 'p', 'v', 'm') and pg_table_is_visible(oid)"
    own = f"{visible} and relnamespace not in (select oid from pg_namespace where nspname like 'pg\\_%')"
    with warehouse.connect(place, "reader") as connection:
        listed = {row[0] for row in connection.execute(own).fetchall()}
        views = connection.execute("select table_name from information_schema.views where table_schema = 'mart'")
        assert listed == {row[0] for row in views.fetchall()}
        assert "plan_progress" in listed
        assert connection.execute("select count(*) from plan_progress").fetchone() is not None


def test_functions_that_act_as_their_owner_have_a_fixed_search_path(place: Settings) -> None:
    with warehouse.connect(place, "owner") as connection:
        open_ones = connection.execute(
            "select p.oid::regprocedure::text from pg_proc as p where p.prosecdef"
            " and p.pronamespace in (select oid from pg_namespace where nspname in ('core', 'intake', 'mart', 'ops'))"
            " and not exists (select from unnest(p.proconfig) as c where c like 'search_path=%')"
        ).fetchall()
    assert open_ones == []


def test_what_the_reader_may_call_reads_and_nothing_else(place: Settings) -> None:
    with warehouse.connect(place, "owner") as connection:
        changing = connection.execute(
            "select p.oid::regprocedure::text from pg_proc as p inner join pg_namespace as n on p.pronamespace = n.oid"
            " where n.nspname in ('core', 'intake', 'mart', 'ops') and (p.provolatile = 'v' or n.nspname <> 'mart')"
            " and has_schema_privilege('xanh_reader', n.oid, 'usage') and has_function_privilege('xanh_reader', p.oid, 'execute')"
        ).fetchall()
    assert changing == []


def test_a_statement_of_the_reader_that_never_ends_is_ended_and_its_connections_are_counted(place: Settings) -> None:
    """The time is a login's own setting, so a convenience; the number of connections is a limit (docs/bi.md)."""
    with warehouse.connect(place, "reader", autocommit=True) as connection:
        (bounds,) = connection.execute(
            "select current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'),"
            " rolconnlimit from pg_roles where rolname = 'xanh_reader'"
        ).fetchall()
        connection.execute("set statement_timeout = 50")
        with pytest.raises(errors.QueryCanceled):
            connection.execute("select pg_sleep(60)")
    assert bounds == ("10min", "10min", 20)
