"""Drops the planned files into the department folders, in their order of arrival, and says what must become of each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

from xanh.samples.compose import Composer
from xanh.samples.world import CATALOG, ROMAN, Span, World, load

FIRST_MTIME = 1_735_689_600
"""2025-01-01: long past on every clock, so that no file looks as if it were still being written."""
ACCEPTED = ("accepted", "accepted_with_warnings")


@dataclass(frozen=True)
class ExpectedSubmission:
    """A dropped file, in order of arrival, and the verdict and revision that it must get."""

    path: str
    """Below the drop folder, with its department: so-cong-thuong/Biểu số 01 ….xlsx"""
    department: str
    verdict: str
    revision: int | None
    """None for what is not accepted."""


@dataclass(frozen=True)
class Delivery:
    """One planned file with everything needed to write it."""

    received: date
    department: str
    file: str
    form: str | None
    span: Span | None
    area: str | None = None
    verdict: str = "accepted"
    revision: int = 1
    amendment: int | None = None
    changes: tuple[dict[str, Any], ...] = ()
    same_bytes_as: str | None = None
    kind: str | None = None

    @property
    def path(self) -> str:
        """Below the drop folder."""
        return f"{self.department}/{self.file}"


def write_samples(drop: Path, catalog: Path = CATALOG) -> list[ExpectedSubmission]:
    """Writes every sample below `drop` and returns what to expect, in order of arrival.

    Each file appears whole under its name, with a modification time a minute after the one before it.
    """
    composer = Composer(World(catalog))
    written: dict[str, bytes] = {}
    expected = []
    for position, delivery in enumerate(deliveries(composer.world)):
        content = written[delivery.same_bytes_as] if delivery.same_bytes_as else composer.content(delivery)
        written[delivery.file] = content
        _drop(drop / delivery.path, content, FIRST_MTIME + 60 * position)
        revision = delivery.revision if delivery.verdict in ACCEPTED else None
        expected.append(ExpectedSubmission(delivery.path, delivery.department, delivery.verdict, revision))
    return expected


def _drop(path: Path, content: bytes, mtime: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    os.utime(unfinished, (mtime, mtime))
    unfinished.rename(path)


def deliveries(world: World) -> list[Delivery]:
    """The plan as single files, in order of arrival."""
    plan = load("plan.yaml")
    planned = [delivery for series in plan["series"] for delivery in series_deliveries(world, series, plan["changes"])]
    by_file = {delivery.file: delivery for delivery in planned}
    planned += [_extra(entry, by_file) for entry in plan["extra"]]
    return sorted(planned, key=lambda delivery: delivery.received)


def series_deliveries(world: World, series: dict[str, Any], changes: dict[str, Any]) -> list[Delivery]:
    """The files of one series of the plan, period by period; `changes` by file name."""
    result = []
    for code in map(str, series["periods"]):
        span = Span(code)
        for area in series.get("units", {}).get(code, [None]):
            name = world.areas[area].name_vi if area else ""
            file = series["file"].format(
                n=span.number,
                year=span.year,
                unit=name,
                roman=ROMAN[(span.number - 1) % 4],
                half=("đầu", "cuối")[(span.number - 1) % 2],
            )
            change = changes.get(file, {})
            result.append(
                Delivery(
                    received=span.end + timedelta(days=series["lag"]),
                    department=f"{series['department']}/{folder(name)}" if area else series["department"],
                    file=file,
                    form=series["form"],
                    span=span,
                    area=area,
                    verdict=change.get("verdict", "accepted"),
                    changes=tuple(change.get("changes", ())),
                )
            )
    return result


def _extra(entry: dict[str, Any], by_file: dict[str, Delivery]) -> Delivery:
    origin = by_file.get(entry.get("of", ""))
    received = origin.received + timedelta(days=entry["after"]) if origin else entry["received"]
    return Delivery(
        received=received,
        department=entry.get("department") or (origin.department if origin else ""),
        file=entry["file"],
        form=origin.form if origin else None,
        span=origin.span if origin else None,
        area=entry.get("area") or (origin.area if origin else None),
        verdict=entry.get("verdict", "accepted"),
        revision=entry.get("revision", 1),
        amendment=entry.get("amendment"),
        changes=tuple(entry.get("changes", ())),
        same_bytes_as=origin.file if origin and entry.get("same_bytes") else None,
        kind=entry.get("kind"),
    )


def folder(name: str) -> str:
    """The folder name of a people's committee: Xã Hòa An is xa-hoa-an."""
    plain = "".join(c for c in normalize("NFD", name.lower().replace("đ", "d")) if not combining(c))
    return plain.replace(" ", "-")
