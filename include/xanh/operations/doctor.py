"""Finds what is wrong with an installation, and says what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xanh.arrival.archive import Archive
from xanh.arrival.names import shown
from xanh.catalog import CatalogError, load_catalog
from xanh.database.warehouse import SQL_FOLDER, connect, sql
from xanh.durable import within

if TYPE_CHECKING:
    from xanh.settings import Settings

State = Literal["ok", "warning", "critical"]
GIB = 1 << 30
LEAST_FREE = 2 * GIB
FREE_SHARE = 0.1
OLDEST_BACKUP = timedelta(days=2)
LEAST_AHEAD = timedelta(days=120)
"""How far ahead the delivery calendar and its holidays should reach."""

LEAST_VALID = timedelta(days=30)
"""A certificate that ends sooner has to be renewed now."""

ADVICE = {
    "stuck_scan": "see the DAG ingest, task receive; make status; xanh ingest does it now",
    "stuck_submission": "look into the log of the task ingest.process; the next run takes it up again",
    "feedback_failed": "see whether the department's folder can be written; the next run writes it again",
    "blocked_file": "see intake.file.reason; the file stays in the folder until it can be taken",
    "growing_quarantine": "xanh form learn FILE --department D on one of them, or ask the department for the right file",
    "our_rejection": "add what the rule misses to the catalogue, then xanh reprocess --submission N",
    "failed_gate": "see ops.held_back.reason; the last published values stay until it passes",
    "compute_lag": "see the DAG compute_indicators, or run xanh compute",
    "reminder_waits": "see the DAG check_deliveries, task remind; clear it",
}
WARNINGS = frozenset({"our_rejection", "growing_quarantine", "failed_gate"})
"""The others are critical: somebody waits, or will."""

PATIENCE_SECONDS = 20.0
"""A folder that does not answer within this hangs."""

STRAYS_NAMED = 5
"""How many of what lies in no department's folder a finding names."""

NO_WAREHOUSE = frozenset({"warehouse_down", "warehouse_empty"})
"""Nothing that stands in the warehouse can be asked then."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what to type where it is not in order."""

    code: str
    state: State
    text: str
    advice: str = ""


def examine_installation(settings: Settings, *, is_thorough: bool = False) -> list[Finding]:
    """Everything that can be told from this machine; thorough reads every archived file again."""
    found = [*_catalog(settings), *examine_flow(settings)]
    if all(finding.code not in {"folder_hangs", *NO_WAREHOUSE} for finding in found):
        found += _archive(settings, is_thorough=is_thorough)
    return found


def examine_flow(settings: Settings) -> list[Finding]:
    """What changes from minute to minute and is cheap to ask: no catalogue is checked and no archive is listed."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _folders, _disk, _warehouse, _certificates, _backups, _calendar,
    )  # fmt: skip
    found = [finding for check in checks for finding in check(settings)]
    if all(finding.code not in NO_WAREHOUSE for finding in found):
        found += [*_schema(settings), *_alerts(settings), *_strays(settings)]
    return found


def _folders(settings: Settings) -> Iterator[Finding]:
    for name in ("home", "drop", "archive", "publish"):
        folder: Path = getattr(settings, name)
        try:
            yield within(PATIENCE_SECONDS, folder, partial(_folder, name, folder))
        except TimeoutError:
            text = f"{name}: {folder} does not answer"
            yield Finding("folder_hangs", "critical", text, "bring its disk or mount back, then clear what hangs")
        except OSError as error:
            yield Finding("folder_refused", "critical", f"{name}: {error}", "see the disk, and who may write there")


def _folder(name: str, folder: Path) -> Finding:
    if not folder.exists():
        return Finding("folder_missing", "warning", f"{name}: {folder} does not exist yet", f"mkdir -p {folder}")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding(
            "folder_refused", "critical", f"{name}: {folder} cannot be written", f"chown it to {os.getuid()}"
        )
    if name == "archive":  # one that hangs only for who writes stops all arrival, and looks like departments that hang
        Archive(folder).ask()
    return Finding("folder", "ok", f"{name}: {folder}")


def _disk(settings: Settings) -> Iterator[Finding]:
    for folder in dict.fromkeys((settings.home, settings.archive)):
        try:
            usage = within(PATIENCE_SECONDS, folder, partial(shutil.disk_usage, folder))
        except OSError:  # not there or hanging, which is told already
            continue
        text = f"{folder}: {usage.free / GIB:.1f} GiB free of {usage.total / GIB:.0f}"
        if usage.free < LEAST_FREE:
            yield Finding("disk_full", "critical", text, "free space: old logs, backups, publish/<stamp> folders")
        elif usage.free < FREE_SHARE * usage.total:
            yield Finding("disk_low", "warning", text, "free space: old logs, backups, publish/<stamp> folders")
        else:
            yield Finding("disk", "ok", text)


def _catalog(settings: Settings) -> Iterator[Finding]:
    from xanh.catalog.checks import check_catalog
    from xanh.validation.validate import check_suites

    problems = check_catalog(settings.catalog)
    problems = problems or check_suites(load_catalog(settings.catalog), settings)
    for problem in problems[:10]:
        yield Finding("catalog", "critical", problem, "xanh catalog check")
    if not problems:
        yield Finding("catalog", "ok", f"catalogue and suites in {settings.catalog} are sound")


def _warehouse(settings: Settings) -> Iterator[Finding]:
    import psycopg

    from xanh.database import postgres

    try:
        with connect(settings, "reader") as connection:
            version = connection.info.server_version // 10000
            can_read = connection.execute("select has_schema_privilege('mart', 'usage')").fetchone()
            can_pry = connection.execute("select has_schema_privilege('core', 'usage')").fetchone()
    except psycopg.errors.InvalidSchemaName:
        yield Finding("warehouse_empty", "critical", "the warehouse is empty: no table was made yet", "xanh migrate")
        return
    except (psycopg.Error, postgres.PostgresError) as error:
        text = " ".join(str(error).split())
        yield Finding("warehouse_down", "critical", f"the warehouse does not answer: {text}", "make status, make up")
        return
    state: State = "ok" if version >= 15 else "critical"
    yield Finding(
        "warehouse", state, f"PostgreSQL {version} answers", "" if version >= 15 else "use PostgreSQL 15 or newer"
    )
    if can_read != (True,):
        yield Finding("reader_blind", "critical", "the reader cannot see mart", "xanh migrate --again")
    if can_pry != (False,):
        yield Finding(
            "reader_pries", "critical", "the reader sees more than mart", "revoke its rights on the schema core"
        )


def _schema(settings: Settings) -> Iterator[Finding]:
    """Whether the warehouse is that of this program: its last migration is the last one that the program knows."""
    known = sorted(path.stem for path in (SQL_FOLDER / "migrations").glob("*.sql"))
    with connect(settings, "owner") as connection:
        row = connection.execute("select version_num from ops.alembic_version").fetchone()
    stands = str(row[0]) if row else "nothing"
    if stands == known[-1]:
        yield Finding("schema", "ok", f"the warehouse is at {stands}")
    elif stands in known:
        yield Finding(
            "schema_old", "critical", f"the warehouse is at {stands}, the program at {known[-1]}", "xanh migrate"
        )
    else:
        text = f"the warehouse is at {stands}, which this program does not know: it is older than the warehouse"
        yield Finding("schema_new", "critical", text, "install the release that migrated it; see CHANGELOG.md")


def _certificates(settings: Settings) -> Iterator[Finding]:
    from xanh.operations import certificates

    paths = certificates.files(settings, os.environ)
    try:
        found = list(certificates.ends(paths))
    except (OSError, ValueError) as error:
        yield Finding("certificate_unreadable", "critical", f"a certificate cannot be read: {error}", "put it in place")
        return
    for path, end in found:
        left = end - datetime.now(UTC)
        if left < LEAST_VALID:
            state: State = "critical" if left < LEAST_VALID / 4 else "warning"
            yield Finding("certificate_ends", state, f"{path} ends on {end:%Y-%m-%d}", "renew it and put it in place")


def _alerts(settings: Settings) -> Iterator[Finding]:
    with connect(settings) as connection:
        rows = connection.execute(sql("monitor/alerts"), {"now": datetime.now(UTC)}).fetchall()
    for code, count, since, detail in rows:
        state: State = "warning" if code in WARNINGS else "critical"
        text = f"{count} since {since:%Y-%m-%d %H:%M}: {str(detail)[:200]}"
        yield Finding(str(code), state, text, ADVICE[str(code)])
    if not rows:
        yield Finding("flow", "ok", "nothing is stuck, blocked or held back")


def _strays(settings: Settings) -> Iterator[Finding]:
    """What lies in no department's folder is taken by nobody, and whoever put it there gets no answer."""
    with connect(settings) as connection:
        seen = [bytes(row[0]) for row in connection.execute(sql("monitor/strays")).fetchall()]
    places = [os.path.join(os.fsencode(settings.drop), path) for path in seen]  # noqa: PTH118
    try:
        is_there = within(PATIENCE_SECONDS, settings.drop, lambda: [os.path.lexists(place) for place in places])
    except TimeoutError:  # told already
        return
    if there := list(compress(seen, is_there)):
        names = ", ".join(shown(os.fsdecode(path)) for path in there[:STRAYS_NAMED])
        yield Finding(
            "stray_file", "warning", f"{len(there)} in no department's folder: {names}",
            "move it into the folder of its department, or add the department to the catalogue",
        )  # fmt: skip


def _archive(settings: Settings, *, is_thorough: bool) -> Iterator[Finding]:
    archive = Archive(settings.archive)
    with connect(settings) as connection:
        named = {str(row[0]) for row in connection.execute(sql("monitor/archived")).fetchall()}
    there = set(archive.hashes())
    for sha256 in sorted(named - there):
        yield Finding("archive_lost", "critical", f"{sha256} is not in the archive", "restore it from a backup")
    if is_thorough:
        for sha256 in sorted(named & there):
            if not archive.verify(sha256):
                yield Finding("archive_changed", "critical", f"{sha256} has other bytes", "restore it from a backup")
    unnamed = len(there - named)
    if unnamed:
        yield Finding(
            "archive_unnamed", "ok", f"{unnamed} archived files without a ledger row: left by interrupted receipts"
        )
    if named <= there:
        yield Finding("archive", "ok", f"{len(named)} archived files{' read again' if is_thorough else ''}")


def _backups(settings: Settings) -> Iterator[Finding]:
    from xanh.operations.maintain import backups

    kept = backups(settings)
    now = datetime.now(UTC)
    if not kept:
        yield Finding("no_backup", "warning", "there is no backup yet", "see the DAG maintain, task back_up")
    elif now - kept[0][1] > OLDEST_BACKUP:
        yield Finding(
            "old_backup", "critical", f"the newest backup is of {kept[0][1]:%Y-%m-%d}", "see the DAG maintain"
        )
    else:
        yield Finding("backup", "ok", f"{len(kept)} backups, the newest of {kept[0][1]:%Y-%m-%d %H:%M}")


def _calendar(settings: Settings) -> Iterator[Finding]:
    try:
        last = load_catalog(settings.catalog).obligations.watched_to
    except CatalogError:  # the check of the catalogue says so
        return
    if last < (datetime.now(UTC) + LEAST_AHEAD).date():
        text = f"the delivery calendar ends on {last}"
        yield Finding("calendar_ends", "warning", text, "docs/catalogue.md: next year's days off")
