"""Care: logs and backups with an end, statistics for the planner, a restore tried out before it is needed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from xanh.database.warehouse import connect, sql

if TYPE_CHECKING:
    from xanh.settings import Settings

DAILY, WEEKLY, MONTHLY = 7, 5, 12
"""How many backups stay: of the newest days, weeks and months."""
LOG_DAYS = 30
LOG_BYTES = 64 << 20
METADATA_DAYS = 90
GROWING = ("mart.submission", "mart.observation_history")
"""Views that only grow: what was there before a backup began is in it."""
_NAME = re.compile(r"xanh-(\d{8}T\d{6}Z)\.tar")


class DrillFailed(RuntimeError):
    """A backup does not give back what was there."""


def backup_folder(settings: Settings) -> Path:
    """Where backups are kept: XANH_BACKUP, or `backup` in XANH_HOME."""
    return Path(settings.environment.get("XANH_BACKUP") or settings.home / "backup")


def backups(settings: Settings) -> list[tuple[Path, datetime]]:
    """The backups that are kept, the newest first."""
    found = [
        (path, match[1]) for path in backup_folder(settings).glob("*.tar") if (match := _NAME.fullmatch(path.name))
    ]
    dated = [(path, datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)) for path, stamp in found]
    return sorted(dated, key=lambda each: each[1], reverse=True)


def make_backup(settings: Settings, now: datetime) -> Path:
    """Writes a backup under the name of its moment and removes those that nobody needs any more."""
    from xanh.operations.backup import backup

    folder = backup_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"xanh-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar"
    backup(settings, path)
    kept = backups(settings)
    stay = to_keep(moment for _, moment in kept)
    for old, moment in kept:
        if moment not in stay:
            old.unlink(missing_ok=True)
    return path


def to_keep(moments: Iterable[datetime]) -> set[datetime]:
    """The newest backup of each of the last days, weeks and months that have one."""
    newest = sorted(moments, reverse=True)
    stay: set[datetime] = set()
    for count, period in ((DAILY, "%Y-%m-%d"), (WEEKLY, "%G-%V"), (MONTHLY, "%Y-%m")):
        first: dict[str, datetime] = {}
        for moment in newest:
            first.setdefault(moment.strftime(period), moment)
        stay |= set(list(first.values())[:count])
    return stay


def shorten_logs(folder: Path, most: int = LOG_BYTES) -> int:
    """Moves what stands in a log that has grown too long to `<name>.1` and empties it in place; how many.

    Only logs that are opened for appending, as the stack opens them all: whoever writes goes on at the new end.
    """
    shortened = 0
    for path in sorted(folder.glob("*.log")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size > most:
            shutil.copyfile(path, path.with_name(f"{path.name}.1"))
            os.truncate(path, 0)
            shortened += 1
    return shortened


def rotate_logs(folder: Path, now: datetime, days: int = LOG_DAYS) -> int:
    """Removes log files that nobody has written to for so many days, and folders that are empty then; how many files."""
    limit = (now - timedelta(days=days)).timestamp()
    removed = 0
    for path in sorted(folder.rglob("*"), reverse=True):
        try:
            if path.is_symlink() or path.is_file():
                if path.lstat().st_mtime < limit:
                    path.unlink()
                    removed += 1
            elif not any(path.iterdir()) and path.lstat().st_mtime < limit:
                path.rmdir()
        except OSError:
            continue  # somebody writes or removes there at the same time: the next run looks again
    return removed


def clean_metadata(settings: Settings, now: datetime, days: int = METADATA_DAYS) -> None:
    """Removes old rows of Airflow's own database with Airflow's own command. Raises CalledProcessError with its output.

    A task is kept from that database, so the command gets its address from the stack, or from XANH_METADATA_URL.
    """
    url = settings.environment.get("XANH_METADATA_URL")
    if url:
        environment = {**os.environ, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url}
    else:
        from xanh.stack.airflow_environment import environment as of_the_stack

        environment = of_the_stack(settings)
    before = f"{now - timedelta(days=days):%Y-%m-%dT00:00:00+00:00}"
    command = [
        sys.executable,
        "-m",
        "airflow",
        "db",
        "clean",
        "--yes",
        "--skip-archive",
        "--error-on-cleanup-failure",
        "--clean-before-timestamp",
        before,
    ]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def vacuum(settings: Settings) -> None:
    """Frees dead rows and renews the planner's statistics."""
    with connect(settings, "owner", autocommit=True) as connection:
        connection.execute("vacuum (analyze)")


def add_partitions(settings: Settings) -> list[int]:
    """Gives this year and the next a part of the table of observations, and each year that has become large; the years.

    Waits for the loads that run and holds up those that come, for as long as a year's rows take to be moved.
    """
    with connect(settings, "owner") as connection:
        return [year for (year,) in connection.execute("select core.add_observation_years()").fetchall()]


def drill(settings: Settings, backup: Path) -> dict[str, int]:
    """Restores a backup into a scratch server and counts what it gives back. Raises DrillFailed when something is missing."""
    from xanh.arrival.archive import Archive
    from xanh.database import postgres
    from xanh.operations.backup import count, counted, restore

    with tempfile.TemporaryDirectory(prefix="xanh-drill-") as folder:
        home = Path(folder)
        scratch = replace(
            settings, home=home, drop=home / "drop", archive=home / "archive", publish=home / "publish",
            warehouse_url=None, warehouse_urls={}, environment={"XANH_HOME": folder},
        )  # fmt: skip
        try:
            restore(scratch, backup)
            counts = count(scratch)
            with connect(scratch) as connection:
                named = {str(sha256) for (sha256,) in connection.execute(sql("monitor/archived")).fetchall()}
            lost = named.difference(Archive(scratch.archive).hashes())
        finally:
            postgres.stop(scratch)
    short = [name for name in GROWING if counts[name] < counted(backup).get(name, 0)]
    if lost or short:
        raise DrillFailed(f"{backup.name}: {len(lost)} archived files are missing; too few rows in {short or 'none'}")
    return counts
