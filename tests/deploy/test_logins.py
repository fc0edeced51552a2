"""Logins of the production stack: FAB's own, with the roles of officer, engineer and department, at the real api-server."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from services import PATIENCE_SECONDS, Machine

from xanh.operations.container import add_login
from xanh.settings import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.stack]
PASSWORD = "mat-khau-thu-2026"


def test_an_officer_reads_an_engineer_runs_and_a_department_sees_only_its_own(machine: Machine) -> None:
    init = machine.start("init")
    assert init.wait(PATIENCE_SECONDS) == 0
    del machine.processes["init"]
    for role, name in (("officer", "lan"), ("engineer", "minh"), ("department:so-cong-thuong", "sct")):
        _add_login(machine, role, name)
    machine.start("api-server")
    machine.wait_for(lambda: machine.answers("/api/v2/monitor/health"), "the api-server")

    def status(name: str | None, path: str) -> int:
        token = _token(machine, name) if name else None
        return _get(machine, path, token)

    assert [status(who, "/xanh-board/") for who in (None, "lan", "minh", "sct")] == [401, 200, 200, 200]
    assert [status(who, "/api/v2/dags/ingest") == 403 for who in ("lan", "minh", "sct")] == [False, False, True]
    assert status("sct", "/api/v2/plugins") == 200


def test_a_role_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert add_login({}, "department:", ()) == 2
    assert "not department:" in capsys.readouterr().err


def _add_login(machine: Machine, role: str, name: str) -> None:
    command = [
        sys.executable, "-m", "xanh.operations.container", "login", role, "--username", name, "--password", PASSWORD,
        "--email", f"{name}@example.invalid", "--firstname", "A", "--lastname", "B",
    ]  # fmt: skip
    done = subprocess.run(
        command, env=machine.variables("api-server"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def _token(machine: Machine, name: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{machine.api_port}/auth/token",
        data=json.dumps({"username": name, "password": PASSWORD}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(json.load(answer)["access_token"])


def _get(machine: Machine, path: str, token: str | None) -> int:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{machine.api_port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
