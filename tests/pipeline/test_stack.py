"""The whole stack as `make up` starts it: a dropped file gets its feedback, and everything stops together."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from stack_kit import answered, drop, processes_that_know, wait_for

from xanh.database import warehouse
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
