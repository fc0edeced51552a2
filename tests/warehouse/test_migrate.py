"""What migrate puts in place: idempotent, commented in both languages, and with the least rights for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from xanh.catalog import Catalog
from xanh.database import warehouse
from xanh.settings import Settings

UNCOMMENTED = """
    select c.relname || coalesce('.' || a.attname, '')
    from pg_class as c
    left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'mart'::regnamespace and c.relkind in ('v', 'r', 'm')
        and (coalesce(col_description(c.oid, a.attnum), '') not like '%_ / _%'
            or coalesce(obj_description(c.oid, 'pg_class'), '') not like '%_ / _%')
    union all
    select p.proname::text
    from pg_proc as p
    where p.pronamespace = 'mart'::regnamespace and coalesce(obj_description(p.oid, 'pg_proc'), '') not like '%_ / _%'
"""
WITHOUT_UNIT = """
    select c.relname || '.' || a.attname
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'mart'::regnamespace and c.relkind in ('v', 'm') and a.atttypid = 'numeric'::regtype
        and col_description(c.oid, a.attnum) !~ '(unit|%|0 to 1|MW)'
"""
OBSERVATION = (
    "observation_id measure_code item_code item_name area_code period_start period_end period frequency "
    "flow obs_status value unit_code revision submission_id department_code form_code source_file source_sheet "
    "source_cell source_label source_value source_unit known_from"
)
CONTRACT = {
    "observation": OBSERVATION,
    "observation_history": f"{OBSERVATION} known_to",
    "indicator_value": "indicator_code name_vi name_en area_code area_name geography period period_start period_end value "
    "unit_code numerator denominator baseline_value target_low target_high progress coverage reporting_units_reported "
    "reporting_units_expected obs_status derivation computed_at",
    "delivery": "department_code form_code area_code period due_at received_at state",
    "lineage": "indicator_code area_code period observation_id role",
    "submission": "submission_id department_code form_code file_name sha256 received_at verdict period area_code "
    "revision supersedes observation_count critical_count warning_count",
    "issue": "submission_id severity rule responsibility sheet cell value message_vi message_en",
    **dict.fromkeys(
        ("indicator", "measure", "area", "period", "department", "unit", "item"),
        "code name_vi name_en sort_order valid_from valid_to",
    ),
}
REFUSED_TO_READER = (
    "select * from core.observation",
    "select * from intake.submission",
    "select * from ops.applied",
    "select ops.next_moment()",
    "delete from mart.submission",
    "update mart.observation_history set value = 0",
    "create table mart.mine (x int)",
    "create table public.mine (x int)",
    "create temporary table mine (x int)",
    "create schema mine",
    "create view mart.mine as select 1 as x",
    "set role xanh_owner",
    "set role xanh_loader",
    "select pg_read_file('/etc/passwd')",
    "copy (select 1) to program 'true'",
    "alter view mart.observation rename to mine",
    "select rolpassword from pg_authid",
)
REFUSED_TO_LOADER = (
    "update core.observation set value = 0",
    "delete from core.observation",
    "truncate core.observation",
    "delete from intake.submission",
    "delete from intake.issue",
    "alter table core.observation add column mine int",
    "drop table core.observation",
    "create table core.mine (x int)",
    "create table public.mine (x int)",
    "create schema mine",
    "set role xanh_owner",
)


@pytest.fixture(scope="module")
def place(
    fresh_settings: Callable[[Path], AbstractContextManager[Settings]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """One migrated warehouse for all tests here, none of which changes it."""
    with fresh_settings(tmp_path_factory.mktemp("migrated")) as settings:
        yield settings


def test_a_second_migration_changes_nothing(place: Settings) -> None:
    warehouse.migrate(place)
    assert warehouse.migrate(place) is False


def test_every_relation_and_column_of_mart_is_described_in_both_languages_and_a_value_with_its_unit(
    place: Settings,
) -> None:
    with warehouse.connect(place, "owner") as connection:
        assert connection.execute(UNCOMMENTED).fetchall() == []
        assert connection.execute(WITHOUT_UNIT).fetchall() == []


@pytest.mark.parametrize(("view", "columns"), CONTRACT.items())
def test_a_view_of_the_contract_starts_with_its_columns(view: str, columns: str, place: Settings) -> None:
    with warehouse.connect(place, "reader") as connection:
        names = [column.name for column in connection.execute(f"select * from mart.{view} limit 0").description or ()]
    assert names[: len(columns.split())] == columns.split()


def test_the_reader_reads_every_view_of_mart(place: Settings) -> None:
    with warehouse.connect(place, "reader") as connection:
        views = connection.execute("select viewname from pg_views where schemaname = 'mart'").fetchall()
        counts = [connection.execute(f"select count(*) from mart.{view}").fetchone() for (view,) in views]
        asof = connection.execute("select count(*) from mart.observation_asof(now())").fetchone()
    assert len(counts) >= 12
    assert asof == (0,)


@pytest.mark.parametrize("statement", REFUSED_TO_READER)
def test_the_reader_is_refused(statement: str, place: Settings) -> None:
    with warehouse.connect(place, "reader") as connection, pytest.raises(psycopg.Error):
        connection.execute(statement)


@pytest.mark.parametrize("statement", REFUSED_TO_LOADER)
def test_the_loader_is_refused(statement: str, place: Settings) -> None:
    with warehouse.connect(place, "loader") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_the_code_lists_are_those_of_the_catalogue(place: Settings, catalog: Catalog) -> None:
    with warehouse.connect(place, "reader") as connection:
        areas = connection.execute("select code, name_vi from mart.area").fetchall()
        measures = connection.execute("select code from mart.measure").fetchall()
    assert dict(areas) == {area.key: area.name_vi for area in catalog.areas.values()}
    assert {code for (code,) in measures} == set(catalog.measures)


def test_the_periods_of_a_year_are_months_quarters_halves_its_first_months_and_the_year(place: Settings) -> None:
    with warehouse.connect(place, "reader") as connection:
        rows = connection.execute(
            "select code, period_start::text, period_end::text from mart.period where year = 2024 order by sort_order"
        ).fetchall()
    assert len(rows) == 12 + 4 + 2 + 1 + 1 + 7
    assert ("2024-02", "2024-02-01", "2024-02-29") in rows
    assert ("2024-Q4", "2024-10-01", "2024-12-31") in rows
    assert ("2024-H2", "2024-07-01", "2024-12-31") in rows
    assert ("2024-9M", "2024-01-01", "2024-09-30") in rows
    assert ("2024-10M", "2024-01-01", "2024-10-31") in rows
    assert ("2024", "2024-01-01", "2024-12-31") in rows
