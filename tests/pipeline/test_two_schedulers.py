"""Two schedulers on one database, and runs that people start by hand meanwhile: every file is entered once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from stack_kit import answered, drop, pages, rows, wait_for
from test_component_kills import FACTS

from xanh.database import postgres
from xanh.loading import ingest
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings
from xanh.stack import airflow_environment, control

pytestmark = [pytest.mark.slow, pytest.mark.stack, pytest.mark.timeout(3000)]
BY_HAND = 4
ALIVE = "select count(*) from job where job_type = 'SchedulerJob' and state = 'running'"
ENDED = "select count(*) from dag_run where dag_id = 'ingest' and run_type = 'manual' and state = 'success'"
FAILED = "select dag_id, run_id from dag_run where state = 'failed'"


def test_two_schedulers_and_runs_by_hand_enter_every_file_once(
    own_samples: tuple[Path, list[ExpectedSubmission]],
    fresh_settings: Callable[..., AbstractContextManager[Settings]],
    tmp_path: Path,
) -> None:
    made, samples = own_samples
    chosen = [sample for sample in samples if sample.verdict == "accepted" and sample.revision == 1][:12]
    settings = Settings.from_environment({"XANH_HOME": str(tmp_path / "home"), "XANH_PG_UNSAFE_FAST": "1"})
    with control.running(settings, lambda line: None), _second_scheduler(settings):
        wait_for(lambda: _known(settings, ALIVE) == [(2,)], "two schedulers")
        for start in range(0, len(chosen), 3):
            drop(settings, made, chosen[start : start + 3])
            _run_by_hand(settings, "ingest")
        wait_for(lambda: answered(settings, chosen), "the feedback")
        wait_for(lambda: _known(settings, ENDED) == [(BY_HAND,)], "the end of the runs by hand")
        assert _known(settings, FAILED) == []
        found = rows(settings, FACTS)
    for sample in chosen:
        assert len(pages(settings, sample)) == 1, sample.path
    (tmp_path / "calm").mkdir()
    with fresh_settings(tmp_path / "calm") as undisturbed:
        drop(undisturbed, made, chosen)
        ingest.run(undisturbed)
        assert found == rows(undisturbed, FACTS)


@contextmanager
def _second_scheduler(settings: Settings) -> Iterator[None]:
    with (settings.log / "second-scheduler.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow", "scheduler", "--skip-serve-logs"],
            env=airflow_environment.environment(settings), stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(120)


def _known(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.ensure_running(settings).url("airflow")) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def _run_by_hand(settings: Settings, dag: str) -> None:
    access = airflow_environment.read_access(settings)
    login = {"username": airflow_environment.ADMIN, "password": access.password}
    token = _post(f"{access.url}/auth/token", login, {})["access_token"]
    body = {"logical_date": datetime.now(UTC).isoformat()}
    _post(f"{access.url}/api/v2/dags/{dag}/dagRuns", body, {"authorization": f"Bearer {token}"})


def _post(url: str, body: dict[str, str], headers: dict[str, str]) -> dict[str, str]:
    data = json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"content-type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, str] = json.load(response)
    return answer
