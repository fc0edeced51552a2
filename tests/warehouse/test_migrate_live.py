"""A warehouse of any earlier version, with data in it, comes to this one: nothing is lost and everything is read as before."""

from __future__ import annotations

import pytest

from xanh.database import warehouse
from xanh.settings import Settings

VERSIONS = sorted(path.stem for path in (warehouse.SQL_FOLDER / "migrations").glob("*.sql"))
SUBMISSION = """
    insert into intake.submission (department_code, file_name, sha256, size, state, verdict, reading_no, form_code, period_code,
        period_start, period_end, observation_count, finished_at)
    values ('dien-luc', 'a.csv', repeat('a', 64), 1, 'done', 'accepted', 1, 'F11', '2024-06', '2024-06-01', '2024-06-30', 2, now())
"""
OBSERVATIONS = """
    insert into core.unit values ('kWh', 'kWh', 'kWh', 'energy', null, 1, null, 1);
    insert into core.measure values ('elec_sold_kwh', 'a', 'a', 'energy', 'kWh', 'flow', '-', '-', '-', 'F11', null, 1);
    insert into core.observation (observation_id, submission_id, reading_no, submission_key, revision, department_code, form_code,
        measure_code, period_code, period_start, period_end, frequency, period_basis, flow, obs_status, value, unit_code, factor,
        source_file, source_sheet, source_cell, source_label, source_period_end, received_seq, known_from, known_to)
    select submission_id * 10000000 + n, submission_id, 1, 'F11|dien-luc||2024-06', 1, 'dien-luc', 'F11', 'elec_sold_kwh', '2024-06',
        '2024-06-01', '2024-06-30', 'M', 'calendar', 'period', 'A', 0.1 * n, 'kWh', 1, 'a.csv', '', 'G' || n, 'a', '2024-06-30', 1,
        '2024-07-01', case n when 1 then timestamptz '2024-08-01' end
    from intake.submission, generate_series(1, 2) as n;
    create view mart.observation_history as select * from core.observation
"""
INDICATOR = """
    insert into core.indicator_value (indicator_code, area_code, geography, frequency, period_code, period_start, period_end, value,
        unit_code, baseline_year, baseline_version, progress, obs_status, derivation, known_from)
    values ('X', 'ALL:04', 'province', 'M', '2024-06', '2024-06-01', '2024-06-30', 0.2, 'kWh', 2020, 1, 'met', 'A', 'exact', '2024-07-01');
"""

LINEAGE = """
    insert into core.lineage (indicator_value_id, observation_id{more}, role)
    select v.indicator_value_id, o.observation_id{more_of}, 'numerator'
    from core.indicator_value as v, core.observation as o where o.known_to is null
"""


def fill(settings: Settings, version: str) -> None:
    """The warehouse as the program of that version left it: a file, two values of which one is superseded, an indicator."""
    with warehouse.connect(settings, "owner", autocommit=True) as connection:
        warehouse._upgrade(connection, version)
        number = int(version[:4])
        for script in (SUBMISSION, OBSERVATIONS, INDICATOR)[:number]:
            connection.execute(script)
        if number >= 3:
            words = (
                {"more": ", period_start", "more_of": ", o.period_start"}
                if number >= 6
                else {"more": "", "more_of": ""}
            )
            connection.execute(LINEAGE.format(**words))


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_a_warehouse_with_data_comes_to_this_version(unmigrated: Settings, version: str) -> None:
    fill(unmigrated, version)
    assert warehouse.migrate(unmigrated)
    assert warehouse.migrate(unmigrated) is False
    number = int(version[:4])
    with warehouse.connect(unmigrated, "owner") as connection:
        assert connection.execute("select version_num from ops.alembic_version").fetchone() == (VERSIONS[-1],)
        assert connection.execute("select verdict, observation_count from mart.submission").fetchall() == [
            ("accepted", 2)
        ]
        if number >= 2:
            rows = connection.execute(
                "select value, source_cell, known_to is null from mart.observation_history order by 1"
            )
            assert [(str(value), cell, current) for value, cell, current in rows] == [
                ("0.1", "G1", False),
                ("0.2", "G2", True),
            ]
            assert connection.execute("select count(*) from mart.observation").fetchone() == (1,)
        if number >= 3:
            joined = "select v.value, o.value from core.lineage as l join core.indicator_value as v using (indicator_value_id)"
            joined += (
                " join core.observation as o on (o.observation_id, o.period_start) = (l.observation_id, l.period_start)"
            )
            found = connection.execute(joined).fetchall()
            assert [(str(value), str(source)) for value, source in found] == [("0.2", "0.2")]
