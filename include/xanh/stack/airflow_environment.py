"""What Airflow's components are told: everything by environment, nothing by a file that two versions could disagree on."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from xanh.database import postgres
from xanh.settings import ROOT, Settings

ADMIN, OFFICER = "admin", "officer"
"""Who may log in on one machine: the engineer may everything, the plan's officer may look (and not fetch originals)."""

PASSED = frozenset({"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"})
PASSED_GROUPS = ("AIRFLOW__METRICS__", "AIRFLOW__OPENLINEAGE__", "AIRFLOW__TRACES__", "AIRFLOW_CONN_", "OTEL_")
"""What of the caller's environment reaches Airflow: where figures, lineage and mail go."""


@dataclass(frozen=True)
class Access:
    """Generated once for a home, kept in airflow/access.json (mode 0600)."""

    port: int
    password: str
    officer_password: str
    fernet_key: str
    api_secret: str
    jwt_secret: str

    @property
    def url(self) -> str:
        """Where the user interface is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def passwords(self) -> dict[str, str]:
        """By the name of the user."""
        return {ADMIN: self.password, OFFICER: self.officer_password}


def read_access(settings: Settings) -> Access:
    """Port, password and keys of this home; made at the first call. The port moves when another program took it."""
    path = settings.home / "airflow" / "access.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    access = Access(**(_generated() | kept))
    return access if vars(access) == kept else _write(path, access)


def take_port(settings: Settings) -> Access:
    """As `read_access`, with a port that is free now."""
    access = read_access(settings)
    if _is_free(access.port):
        return access
    return _write(settings.home / "airflow" / "access.json", replace(access, port=_free_port()))


def environment(settings: Settings) -> dict[str, str]:
    """The whole environment of a component. Only what Airflow and the tasks need is taken from the caller's."""
    access = read_access(settings)
    folder = settings.home / "airflow"
    kept = {name: value for name, value in os.environ.items() if name in PASSED or name.startswith(PASSED_GROUPS)}
    cache = os.environ.get("PYTHONPYCACHEPREFIX")
    return (
        kept
        | ({"PYTHONPYCACHEPREFIX": cache} if cache else {"PYTHONDONTWRITEBYTECODE": "1"})
        | dict(settings.environment)
        | {"XANH_HOME": str(settings.home), "PYTHONPATH": str(ROOT / "include"), "AIRFLOW_HOME": str(folder)}
        | {"OPENBLAS_NUM_THREADS": "1"}  # nothing here multiplies matrices, and its threads do not survive a fork
        | {f"AIRFLOW__{key}": value for key, value in _options(settings, access).items()}
    )


def _options(settings: Settings, access: Access) -> Mapping[str, str]:
    database = postgres.ensure_running(settings).url("airflow")
    return {
        "DATABASE__SQL_ALCHEMY_CONN": database.replace("postgresql://", "postgresql+psycopg2://", 1),
        "DATABASE__SQL_ALCHEMY_POOL_SIZE": "3",
        "CORE__DAGS_FOLDER": settings.environment.get("XANH_DAGS") or str(ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__FERNET_KEY": access.fernet_key,
        "CORE__EXECUTION_API_SERVER_URL": f"{access.url}/execution/",
        "CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin,{OFFICER}:viewer",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(settings.home / "airflow" / "passwords.json"),
        "API__HOST": "127.0.0.1",
        "API__PORT": str(access.port),
        "API__BASE_URL": access.url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": access.api_secret,
        "API__EXPOSE_CONFIG": "False",
        "API_AUTH__JWT_SECRET": access.jwt_secret,
        "API_AUTH__JWT_ISSUER": "xanh",
        "WORKERS__EXECUTION_API_TIMEOUT": "60",
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # also how late the end of a task that skips or fails is noticed
        "LOGGING__BASE_LOG_FOLDER": str(settings.log / "airflow"),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "180",
        "CORE__DAGBAG_IMPORT_TIMEOUT": "120",
        "SCHEDULER__USE_JOB_SCHEDULE": "True",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "120",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def write_passwords(settings: Settings) -> Path:
    """The file from which Airflow's simple login takes the generated passwords (mode 0600)."""
    path = settings.home / "airflow" / "passwords.json"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(read_access(settings).passwords))
    return path


def _generated() -> dict[str, str | int]:
    return {
        "port": _free_port(),
        "password": secrets.token_urlsafe(12),
        "officer_password": secrets.token_urlsafe(12),
        "fernet_key": _fernet_key(),
        "api_secret": _secret(),
        "jwt_secret": _secret(),
    }


def _write(path: Path, access: Access) -> Access:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(vars(access), indent=1))
    fresh.rename(path)
    return access


def _secret() -> str:
    return secrets.token_urlsafe(64)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
