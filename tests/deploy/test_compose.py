"""docker-compose.yaml: nothing published but on loopback, nothing privileged, no default secret; and its commands start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from xanh.database import postgres
from xanh.operations import container
from xanh.operations.container import MissingSecret
from xanh.operations.secrets import MAKERS, write_secrets
from xanh.settings import ROOT, Settings

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXPECTED = {"postgres", "broker", "init", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "superset"}
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_services_of_a_production_stack_are_there() -> None:
    assert set(SERVICES) == EXPECTED
    assert SERVICES["superset"]["profiles"] == ["bi"]


@each_service
def test_a_service_runs_without_privileges_and_within_limits(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert not service["user"].startswith("0")
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["healthcheck"]


@each_service
def test_an_image_is_pinned(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.fullmatch(r"[\w./-]+:\d[\w.-]+", image), image


@each_service
def test_what_is_published_is_a_user_interface_on_loopback(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not ports or name in {"api-server", "superset"}


def test_the_inner_network_leads_nowhere() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    outside = {name for name, service in SERVICES.items() if "outside" in service["networks"]}
    assert outside == {"api-server", "superset"}


@each_service
def test_no_secret_stands_in_the_file(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|KEY|CONN|URL", variable) and not variable.endswith(("_FILE", "_SERVER_URL")):
            assert variable == "XANH_SECRETS" or ":?" in value, f"{name} {variable}"


def test_the_secrets_that_are_mounted_are_those_that_make_secrets_writes() -> None:
    assert set(COMPOSE["secrets"]) == set(MAKERS)
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])


def test_folders_of_departments_are_where_files_are_read_and_answered_only() -> None:
    with_drop = {
        name for name, service in SERVICES.items() if any("/srv/drop" in v for v in service.get("volumes", []))
    }
    assert with_drop == {"init", "api-server", "worker"}


def test_secrets_are_written_once_and_never_overwritten(tmp_path: Path) -> None:
    first = write_secrets(tmp_path)
    before = {path: path.read_text() for path in first}
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert write_secrets(tmp_path) == []
    assert {path: path.read_text() for path in first} == before
    assert len(set(before.values())) == len(before)


def test_a_busy_worker_keeps_no_task_from_an_idle_one() -> None:
    """As Celery's own worker is told them: it reserves as many tasks as it runs, and those count until they are done."""
    worker = SERVICES["worker"]["environment"]
    assert worker["AIRFLOW__CELERY__WORKER_PREFETCH_MULTIPLIER"] == "1"
    assert worker["AIRFLOW__CELERY__TASK_ACKS_LATE"] == "True"


def test_a_service_refuses_to_start_without_a_secret_or_with_a_placeholder(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    variables = {"XANH_SECRETS": str(tmp_path / "secrets")}
    assert container.environment(variables)["AIRFLOW__CELERY__BROKER_URL"].endswith("@broker/0")
    (tmp_path / "secrets" / "jwt-secret").write_text("changeme-changeme-changeme")
    with pytest.raises(MissingSecret, match="jwt-secret"):
        container.environment(variables)
    (tmp_path / "secrets" / "jwt-secret").unlink()
    with pytest.raises(MissingSecret, match="jwt-secret"):
        container.environment(variables)


def test_the_init_service_brings_both_databases_up(tmp_path: Path) -> None:
    """The command and environment of the file, as a process, with the embedded server in the place of the image."""
    server_home = Settings.from_environment({"XANH_HOME": str(tmp_path / "server"), "XANH_PG_UNSAFE_FAST": "1"})
    try:
        server = postgres.ensure_running(server_home)
        write_secrets(tmp_path)
        for name in ("owner", "loader", "reader", "airflow"):
            password = re.match(r"postgresql://[^:]+:([^@]+)@", server.url(name))
            assert password is not None
            (tmp_path / "secrets" / f"{name}-password").write_text(password[1])
        variables = _variables("init", tmp_path, server.url("owner"))
        done = subprocess.run(
            [sys.executable, "-m", "xanh.operations.container", *SERVICES["init"]["command"]],
            env=variables, cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        with psycopg.connect(server.url("reader")) as connection:
            assert connection.execute("select count(*) from mart.measure").fetchone() != (0,)
        with psycopg.connect(server.url("airflow")) as connection:
            assert connection.execute("select count(*) from dag").fetchone() == (0,)
    finally:
        postgres.stop(server_home)


def _variables(service: str, folder: Path, owner_url: str) -> dict[str, str]:
    """The environment of a service with the paths of its volumes led to a folder of the test."""
    address = re.search(r"@([^/]+)/", owner_url)
    assert address is not None
    places = {"/var/lib/xanh": "state", "/srv/drop": "drop", "/srv/archive": "archive", "/srv/publish": "publish"}
    variables = {}
    for name, value in SERVICES[service]["environment"].items():
        for inner, outer in places.items():
            value = value.replace(inner, str(folder / outer))
        variables[name] = value.replace("/opt/xanh", str(ROOT))
    variables |= {"XANH_SECRETS": str(folder / "secrets"), "XANH_WAREHOUSE_HOST": address[1]}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "include")} | variables
