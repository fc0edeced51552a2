"""Observations lie in one part a year; a live warehouse comes there with everything it holds."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from xanh.database import warehouse
from xanh.database.warehouse import Connection
from xanh.operations.maintain import add_partitions
from xanh.settings import Settings

SUBMISSION = """
    insert into intake.submission (submission_id, department_code, file_name, sha256, size, state, verdict)
    values (1, 'dien-luc', 'a.csv', repeat('0', 64), 1, 'done', 'accepted')
"""
OBSERVATION = """
    insert into core.observation (
        observation_id, submission_id, reading_no, submission_key, revision, department_code, form_code, measure_code,
        period_code, period_start, period_end, frequency, period_basis, flow, obs_status, value, unit_code, factor,
        source_file, source_sheet, source_cell, source_label, source_period_end, received_seq, known_from, known_to
    ) values (
        %(id)s, 1, 1, %(key)s, 1, 'dien-luc', 'F07', 'made', %(year)s::text, make_date(%(year)s, 1, 1), make_date(%(year)s, 12, 31),
        'A', 'calendar', 'period', 'A', %(id)s, 'kWh', 1, 'a.csv', '', 'A1', 'x', make_date(%(year)s, 12, 31), 1,
        '2026-01-01', %(known_to)s
    )
"""
VALUE = """
    insert into core.indicator_value (
        indicator_code, area_code, geography, frequency, period_code, period_start, period_end, unit_code, baseline_year,
        baseline_version, progress, obs_status, derivation, known_from
    ) values ('made', 'ALL:04', '2025', 'A', '2021', '2021-01-01', '2021-12-31', '%', 2020, 1, 'no_data', 'A', 'exact', now())
    returning indicator_value_id
"""
ALL = "select observation_id, period_start, value, known_from, known_to from core.observation order by observation_id"
PLACES = "select observation_id, tableoid::regclass::text from core.observation order by observation_id"


def fill(connection: Connection, years: list[int]) -> None:
    connection.execute(
        "insert into core.measure (measure_code, name_vi, name_en, unit_family, kind, grain, frequency, reporter, sort_order)"
        " values ('made', 'a', 'a', 'a', 'flow', 'a', 'year', 'a', 0) on conflict do nothing"
    )
    connection.execute(SUBMISSION)
    for number, year in enumerate(years, 1):
        connection.execute(
            OBSERVATION,
            {"id": number, "key": f"key {number}", "year": year, "known_to": "2026-02-01" if year % 2 else None},
        )


def test_a_live_warehouse_keeps_every_row_when_its_observations_are_parted(unmigrated: Settings) -> None:
    with warehouse.connect(unmigrated, "owner", autocommit=True) as connection:
        warehouse._upgrade(connection, "0005_confirmations")
        fill(connection, [1998, 2021, 2022, 2035])
        (value,) = connection.execute(VALUE).fetchone() or (0,)
        connection.execute("insert into core.lineage values (%s, 2, 'numerator')", [value])
        connection.execute("insert into core.restated values (1, 2, 3, 1, null, '', 'A1', 'x', null, null)")
        before = connection.execute(ALL).fetchall()
    assert warehouse.migrate(unmigrated) is True
    with warehouse.connect(unmigrated, "owner") as connection:
        assert connection.execute(ALL).fetchall() == before
        assert [part for _, part in connection.execute(PLACES)] == [
            "core.observation_other", "core.observation_2021", "core.observation_2022", "core.observation_other",
        ]  # fmt: skip
        assert connection.execute("select period_start from core.lineage").fetchall() == [(date(2021, 1, 1),)]
        assert connection.execute("select period_start from core.restated").fetchall() == [(date(2022, 1, 1),)]
        assert connection.execute("select count(*) from mart.observation").fetchone() == (2,)
    assert warehouse.migrate(unmigrated) is False


def test_a_year_gets_its_part_later_with_the_rows_that_wait_among_the_others(
    settings: Settings, conn: Connection
) -> None:
    with warehouse.connect(settings, "owner") as connection:
        fill(connection, [1998, 1998, 1999])
    with warehouse.connect(settings, "owner") as connection:
        before = connection.execute(ALL).fetchall()
        made = connection.execute("select core.add_observation_years(2)").fetchall()
        assert made == [(1998,)]
        assert connection.execute(ALL).fetchall() == before
        assert [part for _, part in connection.execute(PLACES)] == [
            "core.observation_1998", "core.observation_1998", "core.observation_other",
        ]  # fmt: skip
    assert add_partitions(settings) == []


@pytest.mark.parametrize("year", [1998, 2024])
def test_a_part_guards_its_rows_like_the_whole(year: int, settings: Settings, conn: Connection) -> None:
    with warehouse.connect(settings, "owner") as connection:
        fill(connection, [year])
    with warehouse.connect(settings, "owner") as connection, pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        connection.execute("update core.observation set value = 7")
    with warehouse.connect(settings, "owner") as connection, pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        connection.execute("delete from core.observation")
    with warehouse.connect(settings, "owner") as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(OBSERVATION, {"id": 99, "key": "key 1", "year": year, "known_to": None})


def test_this_year_and_the_next_have_their_part(conn: Connection) -> None:
    parts = {
        name
        for (name,) in conn.execute(
            "select relname from pg_class where relname like 'observation_2%' and relkind = 'r'"
        )
    }
    year = date.today().year
    assert {f"observation_{year}", f"observation_{year + 1}", "observation_2020"} <= parts
