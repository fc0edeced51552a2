"""`make secrets`: writes what docker-compose.yaml refuses to start without. Never overwrites anything."""

from __future__ import annotations

import base64
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from xanh.settings import ROOT

MAKERS: Mapping[str, Callable[[], str]] = {
    **{
        f"{name}-password": lambda: secrets.token_urlsafe(32)
        for name in ("postgres", "owner", "loader", "reader", "airflow", "broker")
    },
    "fernet-key": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "api-secret": lambda: secrets.token_urlsafe(64),
    "jwt-secret": lambda: secrets.token_urlsafe(64),
}
FOLDERS = {"XANH_DROP_FOLDER": "drop", "XANH_ARCHIVE_FOLDER": "archive", "XANH_PUBLISH_FOLDER": "publish"}


def write_secrets(root: Path) -> list[Path]:
    """Writes the missing files below `root`/secrets and `root`/.env. Returns those written.

    The folder lets in its owner alone. The files in it are readable, because containers see each file by itself, mounted, as
    users of their own.
    """
    folder = root / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    written = [path for name, make in MAKERS.items() if (path := _write_new(folder / name, make(), 0o644))]
    lines = [f"{variable}={root / 'var' / name}" for variable, name in FOLDERS.items()]
    lines.append(f"SUPERSET_SECRET_KEY={secrets.token_urlsafe(48)}")
    if env := _write_new(root / ".env", "\n".join(lines) + "\n", 0o600):
        written.append(env)
    return written


def _write_new(path: Path, text: str, mode: int) -> Path | None:
    try:
        with path.open("x") as file:
            path.chmod(mode)
            file.write(text)
    except FileExistsError:
        return None
    return path


if __name__ == "__main__":
    for made in write_secrets(ROOT):
        sys.stdout.write(f"wrote {made}\n")
