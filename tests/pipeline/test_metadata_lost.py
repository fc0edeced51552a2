"""Airflow's database is lost with everything that it knew: nothing is published again, and the next file is processed."""

from __future__ import annotations

from pathlib import Path
from typing import LiteralString

import psycopg
import psycopg.conninfo
import psycopg.sql
import pytest
from stack_kit import answered, drop, rows, wait_for

from xanh.database import postgres
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings
from xanh.stack import control

pytestmark = [pytest.mark.slow, pytest.mark.stack, pytest.mark.timeout(3000)]
SAID = {
    "submissions": "select submission_id, received_at, verdict, observation_count from mart.submission order by 1",
    "observations": "select observation_id, submission_id, known_from from mart.observation_history order by 1, 3",
    "indicators": "select indicator_code, area_code, geography, period, computed_at from mart.indicator_value order by 1, 2, 3, 4",
}
"""What anybody was ever told, with the moment at which it was said."""
TO_COMPUTE = "select count(*) from core.changed_cell"
ENDED = "select count(*) from dag_run where dag_id = 'ingest' and state = 'success'"


def test_nothing_is_published_again_when_airflow_has_forgotten_everything(
    tmp_path: Path, own_samples: tuple[Path, list[ExpectedSubmission]]
) -> None:
    made, samples = own_samples
    plain = [sample for sample in samples if sample.verdict == "accepted" and sample.revision == 1]
    earlier, later = plain[:4], plain[4:5]
    settings = Settings.from_environment({"XANH_HOME": str(tmp_path / "home"), "XANH_PG_UNSAFE_FAST": "1"})
    with control.running(settings, lambda line: None):
        drop(settings, made, earlier)
        wait_for(lambda: answered(settings, earlier), "the feedback of the first files")
        wait_for(lambda: _one(settings, "owner", TO_COMPUTE) == 0, "the indicators")
        wait_for(lambda: _one(settings, "airflow", ENDED), "the end of a run")
    said, written = _said(settings), _written(settings)
    assert said["indicators"] != []
    _forget(settings)
    with control.running(settings, lambda line: None):
        wait_for(lambda: _one(settings, "airflow", ENDED) >= 2, "two runs that remember nothing")
        assert _said(settings) == said
        assert _written(settings) == written
        drop(settings, made, later)
        wait_for(lambda: answered(settings, later), "the feedback of a file that came afterwards")
        wait_for(lambda: _one(settings, "owner", TO_COMPUTE) == 0, "its indicators")
    now = _said(settings)
    assert len(now["submissions"]) == len(said["submissions"]) + 1
    for what in ("submissions", "observations"):
        assert set(said[what]) <= set(now[what])
    assert written.items() <= _written(settings).items()
    postgres.stop(settings)


def _forget(settings: Settings) -> None:
    """The database is dropped; the next start makes an empty one, as `airflow db migrate` does."""
    name = psycopg.conninfo.conninfo_to_dict(postgres.ensure_running(settings).url("airflow"))["dbname"]
    with psycopg.connect(postgres.ensure_running(settings).url("admin"), autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("drop database {} with (force)").format(psycopg.sql.Identifier(str(name))))
    postgres.stop(settings)


def _said(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    return {what: rows(settings, query) for what, query in SAID.items()}


def _written(settings: Settings) -> dict[str, int]:
    """Feedback, notes and publications with the moment at which each was written."""
    places = [*settings.drop.rglob("_phan-hoi/*"), *settings.publish.glob("*")]
    return {str(path): path.stat().st_mtime_ns for path in places}


def _one(settings: Settings, role: str, query: LiteralString) -> int:
    with psycopg.connect(postgres.ensure_running(settings).url(role)) as connection:
        found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0
