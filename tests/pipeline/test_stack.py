"""The whole stack as `make up` starts it: a dropped file gets its feedback, and everything stops together."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from stack_kit import answered, drop, processes_that_know, wait_for

from xanh.database import postgres, warehouse
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings
from xanh.stack import airflow_environment, control
from xanh.stack.supervisor import read_state

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("stack")
    settings = Settings.from_environment({"XANH_HOME": str(home), "XANH_PG_UNSAFE_FAST": "1"})
    with control.running(settings, lambda line: None):
        yield settings


@pytest.fixture(scope="module")
def answered_samples(stack: Settings, own_samples: tuple[Path, list[ExpectedSubmission]]) -> list[ExpectedSubmission]:
    """An accepted and a rejected file that went through the stack."""
    made, samples = own_samples
    chosen = [next(s for s in samples if s.verdict == verdict) for verdict in ("accepted", "rejected")]
    drop(stack, made, chosen)
    wait_for(lambda: answered(stack, chosen), "the feedback of two files")
    return chosen


def _status(url: str, headers: dict[str, str] | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def _token(settings: Settings, user: str = airflow_environment.ADMIN) -> str:
    access = airflow_environment.read_access(settings)
    body = json.dumps({"username": user, "password": access.passwords[user]}).encode()
    request = urllib.request.Request(
        f"{access.url}/auth/token", data=body, headers={"content-type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        token: str = json.load(response)["access_token"]
    return token


def test_everything_is_healthy(stack: Settings) -> None:
    wait_for(lambda: set(control.health(stack).values()) == {"healthy"}, "health")
    wait_for(lambda: control.status(stack) == 0, "status")


def test_an_api_server_that_is_too_busy_to_answer_is_not_called_down(
    stack: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "_monitor", lambda settings: None)
    assert control.health(stack)["api-server"] == "runs, but does not answer"


def test_a_dropped_file_becomes_feedback_observations_and_indicators(
    stack: Settings, answered_samples: list[ExpectedSubmission]
) -> None:
    assert not any((stack.drop / sample.path).exists() for sample in answered_samples)
    with warehouse.connect(stack, "reader", autocommit=True) as connection:
        verdicts = dict(connection.execute("select file_name, verdict from mart.submission").fetchall())
        assert verdicts == {sample.path.rpartition("/")[2]: sample.verdict for sample in answered_samples}
        assert connection.execute("select count(*) > 0 from mart.observation").fetchone() == (True,)
        query = "select count(*) from mart.indicator_value where value is not null"
        wait_for(lambda: connection.execute(query).fetchone() != (0,), "the indicators")


@pytest.mark.usefixtures("answered_samples")
def test_what_ran_left_its_trace_in_logs_lineage_and_signs_of_life(stack: Settings) -> None:
    lines = [json.loads(line) for path in stack.log.glob("airflow/dag_id=ingest/**/*.log") for line in path.open()]
    told = {line["submission_id"] for line in lines if line.get("logger") == "xanh.loading.batch"}
    assert told == {1, 2}
    events = [json.loads(line) for path in (stack.log / "lineage").glob("*.jsonl") for line in path.open()]
    read = [each for each in events if each["eventType"] == "COMPLETE" and each["job"]["name"].startswith("read.")]
    assert {each["run"]["facets"]["parent"]["job"]["name"] for each in read} == {"ingest.process"}
    assert len(read) == 2
    with warehouse.connect(stack) as connection:
        assert connection.execute("select name from ops.pulse").fetchall() == [("scan",)]


def test_nobody_gets_in_without_the_generated_password(stack: Settings) -> None:
    url = airflow_environment.read_access(stack).url
    for path in (
        "/xanh-board/", "/xanh-board/late", "/xanh-board/progress", "/xanh-board/submission/1",
        "/xanh-board/submission/1/original", "/xanh-board/submission/1/feedback.html", "/api/v2/dags",
    ):  # fmt: skip
        assert _status(url + path) == 401, path


@pytest.mark.usefixtures("answered_samples")
def test_the_board_answers_who_has_logged_in(stack: Settings) -> None:
    url = airflow_environment.read_access(stack).url
    headers = {"authorization": f"Bearer {_token(stack)}"}
    for path in ("/xanh-board/", "/xanh-board/late?lang=en", "/xanh-board/progress", "/xanh-board/submission/1"):
        assert _status(url + path, headers) == 200, path
    assert _status(url + "/xanh-board/submission/999999", headers) == 404


def test_secrets_are_readable_by_the_owner_alone(stack: Settings) -> None:
    for name in ("access.json", "passwords.json"):
        assert (stack.home / "airflow" / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.usefixtures("answered_samples")
def test_the_officer_may_look_but_fetches_no_original(stack: Settings) -> None:
    access = airflow_environment.read_access(stack)
    for name, answer in ((airflow_environment.OFFICER, 403), (airflow_environment.ADMIN, 200)):
        headers = {"authorization": f"Bearer {_token(stack, name)}"}
        assert _status(f"{access.url}/xanh-board/submission/1", headers) == 200
        assert _status(f"{access.url}/xanh-board/submission/1/original", headers) == answer, name


@pytest.mark.usefixtures("answered_samples")
def test_no_password_or_key_stands_in_what_a_run_leaves_behind(stack: Settings) -> None:
    """Logs, XComs and rendered fields of Airflow, feedback, notes, publications and findings, after files went through."""
    kept = [stack.home / "airflow" / "access.json", stack.home / "airflow" / "passwords.json", stack.home / "pg"]
    stated = {**json.loads(kept[0].read_text()), **json.loads((kept[2] / "server.json").read_text())}
    secrets = {str(value).encode() for value in stated.values() if len(str(value)) >= 12}
    assert len(secrets) >= 8
    files = [path for path in stack.home.rglob("*") if path.is_file() and not any(map(path.is_relative_to, kept))]
    assert any(path.suffix == ".log" for path in files)
    assert [path for path in files if any(secret in path.read_bytes() for secret in secrets)] == []
    server = postgres.ensure_running(stack)
    for role, query in (
        ("airflow", "select xcom::text from xcom"),
        ("airflow", "select r::text from rendered_task_instance_fields as r"),
        ("airflow", "select l::text from log as l"),
        ("owner", "select i::text from intake.issue as i"),
        ("owner", "select s::text from intake.submission as s"),
    ):
        with psycopg.connect(server.url(role)) as connection:
            said = " ".join(row[0] or "" for row in connection.execute(query).fetchall()).encode()
        assert said or "rendered" in query, query
        assert not [secret for secret in secrets if secret in said], query


def test_a_killed_component_is_started_again_and_in_the_end_nothing_is_left(stack: Settings) -> None:
    """The last test of the module: nothing runs after it."""
    before = read_state(stack)["components"]["scheduler"]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: read_state(stack)["components"]["scheduler"] != before, "the scheduler's new start")
    wait_for(lambda: control.status(stack) == 0, "health")
    assert read_state(stack)["restarts"] == {"scheduler": 1}
    control.stop(stack)
    assert control.status(stack) == 1
    assert processes_that_know(str(stack.home)) == []
