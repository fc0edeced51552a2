"""Writes a publication beside the others and puts it in place with one rename: whoever reads sees all of it or none."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import IsolationLevel

from xanh.database.warehouse import Connection, connect
from xanh.publishing.facts import Facts, observations, read_facts
from xanh.publishing.open_sdg import write_open_sdg
from xanh.publishing.packages import write_catalogue, write_data_package, write_manifest
from xanh.publishing.sdmx import write_sdmx
from xanh.publishing.tables import write_csv, write_parquet

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Published:
    """Where a publication stands and what it holds."""

    folder: Path
    value_count: int
    file_count: int
    report: Path
    """The half-yearly report as an HTML page; the workbook lies beside it."""


def publish(settings: Settings, catalog: Catalog, out: Path | None = None) -> Published:
    """Writes `<out>/<stamp>/` with all formats and the report of one moment, and makes `<out>/latest` lead to it.

    Reads as the reader role in one repeatable-read transaction. Published folders are never changed afterwards; a
    publication that fails leaves nothing behind. `out` is settings.publish unless given.
    """
    root = out or settings.publish
    root.mkdir(parents=True, exist_ok=True)
    with connect(settings, "reader") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        facts = read_facts(connection)
        draft = root / f".{_stamp(facts)}.{os.getpid()}"
        try:
            _write(draft, connection, facts, catalog)
            folder = _place(draft, root / _stamp(facts))
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    _lead(root / LATEST, folder.name)
    files = sum(path.is_file() for path in folder.rglob("*"))
    return Published(folder, len(facts["value"]), files, folder / "report" / REPORT)


REPORT = "bao-cao-ke-hoach.html"


def _stamp(facts: Facts) -> str:
    return facts.as_of.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _write(draft: Path, connection: Connection, facts: Facts, catalog: Catalog) -> None:
    from xanh.catalog.reports import ReportForm
    from xanh.catalog.strict import read_yaml
    from xanh.publishing.report import write_report

    plan = catalog.indicators.parameters
    form = read_yaml(catalog.folder / "reports" / "half_year.yaml", ReportForm)
    for name in ("parquet", "csv", "sdmx", "open-sdg", "report"):
        (draft / name).mkdir(parents=True)
    write_parquet(draft / "parquet", facts, observations(connection))
    write_csv(draft / "csv", facts)
    write_sdmx(draft / "sdmx", facts)
    write_open_sdg(draft / "open-sdg", facts)
    write_report(draft / "report", connection, facts, form, catalog.indicators)
    write_data_package(draft, facts, plan.plan_name_vi)
    write_catalogue(draft, facts, plan.plan_name_vi)
    write_manifest(draft, facts, {"plan": plan.plan_code, "catalog_hash": catalog.hash})
    for path in sorted(draft.rglob("*")):
        _sync(path)
    _sync(draft)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place(draft: Path, wanted: Path) -> Path:
    """Renames the draft to the first free name: two publications of one second both stay."""
    for number in range(1, 1000):
        target = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        if not target.exists():
            try:
                draft.rename(target)
            except OSError:
                if not target.exists():
                    raise
                continue
            _sync(target.parent)
            return target
    raise FileExistsError(f"{wanted} and its numbered names are taken")


def _lead(link: Path, name: str) -> None:
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(name, target_is_directory=True)
    temporary.replace(link)
