"""What Airflow's components are told: everything by environment, nothing by a file that two versions could disagree on."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xanh.database import postgres
from xanh.settings import ROOT, Settings

ADMIN = "admin"


@dataclass(frozen=True)
class Access:
    """Generated once for a home, kept in airflow/access.json (mode 0600)."""

    port: int
    password: str
    fernet_key: str
    api_secret: str
    jwt_secret: str

    @property
    def url(self) -> str:
        """Where the user interface is."""
        return f"http://127.0.0.1:{self.port}"


def read_access(settings: Settings) -> Access:
    """Port, password and keys of this home; made at the first call. The port moves when another program took it."""
    folder = settings.home / "airflow"
    path = folder / "access.json"
    try:
        return Access(**json.loads(path.read_text()))
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        return _write(path, Access(_free_port(), secrets.token_urlsafe(12), _fernet_key(), _secret(), _secret()))


def take_port(settings: Settings) -> Access:
    """As `read_access`, with a port that is free now."""
    access = read_access(settings)
    if _is_free(access.port):
        return access
    fresh = Access(_free_port(), access.password, access.fernet_key, access.api_secret, access.jwt_secret)
    return _write(settings.home / "airflow" / "access.json", fresh)


def environment(settings: Settings) -> dict[str, str]:
    """The whole environment of a component. Only what Airflow and the tasks need is taken from the caller's."""
    access = read_access(settings)
    folder = settings.home / "airflow"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR") if name in os.environ}
    cache = os.environ.get("PYTHONPYCACHEPREFIX")
    return (
        kept
        | ({"PYTHONPYCACHEPREFIX": cache} if cache else {"PYTHONDONTWRITEBYTECODE": "1"})
        | dict(settings.environment)
        | {"XANH_HOME": str(settings.home), "PYTHONPATH": str(ROOT / "include"), "AIRFLOW_HOME": str(folder)}
        | {f"AIRFLOW__{key}": value for key, value in _options(settings, access).items()}
    )


def _options(settings: Settings, access: Access) -> Mapping[str, str]:
    database = postgres.ensure_running(settings).url("airflow")
    return {
        "DATABASE__SQL_ALCHEMY_CONN": database.replace("postgresql://", "postgresql+psycopg2://", 1),
        "DATABASE__SQL_ALCHEMY_POOL_SIZE": "3",
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__FERNET_KEY": access.fernet_key,
        "CORE__EXECUTION_API_SERVER_URL": f"{access.url}/execution/",
        "CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
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
        "LOGGING__BASE_LOG_FOLDER": str(settings.log / "airflow"),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "180",
        "CORE__DAGBAG_IMPORT_TIMEOUT": "120",
        "SCHEDULER__USE_JOB_SCHEDULE": "True",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def write_passwords(settings: Settings) -> Path:
    """The file from which Airflow's simple login takes the generated password (mode 0600)."""
    path = settings.home / "airflow" / "passwords.json"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({ADMIN: read_access(settings).password}))
    return path


def _write(path: Path, access: Access) -> Access:
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
