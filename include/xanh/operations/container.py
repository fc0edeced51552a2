"""The entry point of the image: builds addresses from the secrets that are mounted, then becomes the command.

`python -m xanh.operations.container airflow scheduler`, `... celery ...`, `... init` (once, before everything else), and
`... login ROLE OPTIONS` for a new login of the user interface.
Secrets are never on a command line; the process refuses to start without one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from xanh.board.reach import DEPARTMENT_ROLE, departments_of
from xanh.settings import Settings

_ROLES = {"officer": "Viewer", "engineer": "Op"}
"""Our roles and Airflow's."""
_OF_DEPARTMENTS = ("Website", "Plugins")
"""What the people of a department may read of Airflow: that it is there, and the way to the board."""


class MissingSecret(RuntimeError):
    """A secret is not mounted, is empty or is a placeholder."""


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """The variables of a service with the addresses in them. Raises MissingSecret."""
    folder = Path(base.get("XANH_SECRETS") or "/run/secrets")
    database = base.get("XANH_WAREHOUSE_HOST") or "postgres"
    broker = base.get("XANH_BROKER_HOST") or "broker"

    def url(user: str, name: str) -> str:
        return f"://{user}:{quote(_secret(folder, f'{name}-password'), safe='')}@{database}"

    airflow = url("xanh_airflow", "airflow") + "/airflow"
    made = {
        "XANH_WAREHOUSE_URL": "postgresql" + url("xanh_owner", "owner") + "/xanh",
        "XANH_WAREHOUSE_LOADER_URL": "postgresql" + url("xanh_loader", "loader") + "/xanh",
        "XANH_WAREHOUSE_READER_URL": "postgresql" + url("xanh_reader", "reader") + "/xanh",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg2" + airflow,
        "AIRFLOW__CELERY__RESULT_BACKEND": "db+postgresql+psycopg2" + airflow,
        "AIRFLOW__CELERY__BROKER_URL": f"redis://:{quote(_secret(folder, 'broker-password'), safe='')}@{broker}/0",
        "AIRFLOW__CORE__FERNET_KEY": _secret(folder, "fernet-key"),
        "AIRFLOW__API__SECRET_KEY": _secret(folder, "api-secret"),
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(folder, "jwt-secret"),
    }
    return dict(base) | made


def _secret(folder: Path, name: str) -> str:
    try:
        value = (folder / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MissingSecret(f"The secret {name} cannot be read in {folder}; `make secrets` writes it.") from error
    if len(value) < 16 or value.upper().startswith("CHANGE"):
        raise MissingSecret(f"The secret {name} is too short or a placeholder; `make secrets` writes a good one.")
    return value


def initialise(variables: Mapping[str, str]) -> int:
    """Brings both databases to what this image needs. Safe to run again."""
    from xanh.database import warehouse

    settings = Settings.from_environment(variables)
    for folder in (settings.drop, settings.archive, settings.publish, settings.log / "airflow"):
        folder.mkdir(parents=True, exist_ok=True)
    warehouse.migrate(settings)
    return subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"], env=dict(variables), check=False
    ).returncode


def add_login(variables: Mapping[str, str], role: str, options: Sequence[str]) -> int:
    """A login of the user interface: `officer` reads the board, `engineer` also runs the intake, `department:CODE` sees what that
    department sent. `options` are those of `airflow users create`. Returns the code of the first command that fails, or 0.
    """
    commands = []
    if departments_of([role]):
        commands = [["roles", "create", role]]
        commands += [["roles", "add-perms", role, "-r", resource, "-a", "can_read"] for resource in _OF_DEPARTMENTS]
    elif role not in _ROLES:
        sys.stderr.write(f"The role is one of {', '.join(_ROLES)} or {DEPARTMENT_ROLE}CODE, not {role}.\n")
        return 2
    for command in [*commands, ["users", "create", "--role", _ROLES.get(role, role), *options]]:
        done = subprocess.run([sys.executable, "-m", "airflow", *command], env=dict(variables), check=False)
        if done.returncode:
            return done.returncode
    return 0


def main(arguments: Sequence[str]) -> int:
    """Starts what the arguments say. Does not return for a service."""
    try:
        variables = environment(os.environ)
    except MissingSecret as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if list(arguments) == ["init"]:
        return initialise(variables)
    if len(arguments) > 1 and arguments[0] == "login":
        return add_login(variables, arguments[1], arguments[2:])
    if not arguments or arguments[0] not in {"airflow", "celery", "xanh"}:
        sys.stderr.write(
            "usage: python -m xanh.operations.container init | login ROLE ... | airflow ... | celery ... | xanh ...\n"
        )
        return 2
    os.execve(sys.executable, [sys.executable, "-m", *arguments], variables)  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
