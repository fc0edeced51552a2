"""Puts observations straight into core.observation, so that a test of indicators needs no files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from xanh.catalog import Catalog

_LENGTHS = {1: "M", 3: "Q", 6: "H", 9: "N", 12: "A"}


@dataclass(frozen=True)
class Seen:
    """One observation as the warehouse holds it."""

    measure: str
    value: Decimal | None
    period: tuple[date, date]
    area: str | None = "ALL:04"
    item: str | None = None
    flow: str = "period"
    status: str = "A"
    form: str = "F01"
    department: str = "so-cong-thuong"
    unit: str = "x"
    source_end: date = date(2025, 12, 31)
    received: int = 1


def span(code: str) -> tuple[date, date]:
    """First and last day of 2024, 2024-H1, 2024-Q3 or 2024-06."""
    year = int(code[:4])
    if len(code) == 4:
        return date(year, 1, 1), date(year, 12, 31)
    if code[5] in "QH":
        months = 3 if code[5] == "Q" else 6
        first = months * (int(code[6]) - 1) + 1
        return date(year, first, 1), _last(year, first + months - 1)
    return date(year, int(code[5:]), 1), _last(year, int(code[5:]))


def _last(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def code_of(start: date, end: date) -> str:
    """The code of a period; of a year-to-date without one, the code of its year."""
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return {
        1: f"{start:%Y-%m}",
        3: f"{start.year}-Q{(start.month + 2) // 3}",
        6: f"{start.year}-H{1 if start.month == 1 else 2}",
        9: f"{start.year}-9M",
    }.get(months, str(start.year))


def put(conn: psycopg.Connection[Any], seen: Iterable[Seen]) -> list[int]:
    """Adds the observations as one accepted submission and notes them as changed; returns their ids."""
    row = conn.execute(
        "insert into intake.submission (department_code, file_name, sha256, size, verdict, state)"
        " values ('so-cong-thuong', 'x', md5(random()::text) || md5(random()::text), 1, 'accepted', 'done')"
        " returning submission_id"
    ).fetchone()
    assert row
    observations = list(seen)
    first = row[0] * 10_000_000
    rows = [_row(first + number, row[0], one) for number, one in enumerate(observations)]
    changed = {(one.measure, one.area, code_of(*one.period)) for one in observations}
    (moment,) = conn.execute("select ops.next_moment()").fetchone() or (None,)
    with conn.cursor() as cursor:
        with cursor.copy(f"copy core.observation ({', '.join(_COLUMNS)}) from stdin") as copy:
            for values_of_row in rows:
                copy.write_row([*values_of_row, moment])
        cursor.executemany(
            "insert into core.changed_cell (measure_code, area_code, period_code, changed_at) values (%s, %s, %s, now())",
            sorted(changed, key=str),
        )
    return [values_of_row[0] for values_of_row in rows]


_COLUMNS = (
    "observation_id", "submission_id", "reading_no", "submission_key", "revision", "department_code", "form_code",
    "measure_code", "item_code", "item_name", "area_code", "period_code", "period_start", "period_end", "frequency",
    "period_basis", "flow", "obs_status", "value", "unit_code", "factor", "source_file", "source_sheet", "source_cell",
    "source_label", "source_period_end", "received_seq", "known_from",
)  # fmt: skip


def _row(observation: int, submission: int, one: Seen) -> list[Any]:
    start, end = one.period
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return [
        observation, submission, 1, f"{one.form}|{one.department}|{observation}", 1, one.department, one.form,
        one.measure, one.item, one.item, one.area, code_of(start, end), start, end, _LENGTHS.get(months, "A"),
        "calendar", one.flow, one.status if one.value is not None else "M", one.value, one.unit, 1, "x", "x", "A1",
        "x", one.source_end, one.received,
    ]  # fmt: skip


def close(conn: psycopg.Connection[Any], observation: int) -> None:
    """Supersedes an observation, as a later submission does, and notes the change."""
    conn.execute("update core.observation set known_to = ops.next_moment() where observation_id = %s", [observation])
    conn.execute(
        "insert into core.changed_cell (measure_code, area_code, period_code, changed_at)"
        " select measure_code, area_code, period_code, now() from core.observation where observation_id = %s",
        [observation],
    )


def read_truth(shared: Path, catalog: Catalog) -> list[Seen]:
    """The observations of the samples that are current once every file has arrived."""
    with (shared / "samples/truth/submissions.csv").open(encoding="utf-8") as lines:
        files = {row["file"]: row for row in csv.DictReader(lines)}
    with (shared / "samples/truth/observations.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    order = {name: n for n, name in enumerate(sorted(files, key=lambda name: files[name]["received_at"]))}
    newest: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = _key(files[row["file"]])
        newest[key] = max(newest.get(key, 0), order[row["file"]])
    codes = {item.name_vi: item.code for item in reversed(list(catalog.items.values()))}
    return [
        _seen(row, files[row["file"]], order[row["file"]], codes)
        for row in rows
        if order[row["file"]] == newest[_key(files[row["file"]])]
    ]


def _key(file: Mapping[str, str]) -> tuple[str, ...]:
    return file["form"], file["department"], file["area_code"], file["period_end"]


def _seen(row: Mapping[str, str], file: Mapping[str, str], order: int, codes: Mapping[str, str]) -> Seen:
    item = "|".join(codes.get(part.strip(), part.strip()) for part in row["item"].split("|")) or None
    return Seen(
        measure=row["measure_code"],
        value=Decimal(row["canonical_value"]) if row["canonical_value"] else None,
        period=(date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])),
        area=row["area_code"] or None,
        item=item,
        flow=row["flow"],
        status=row["obs_status"],
        form=file["form"],
        department=file["department"],
        unit=row["canonical_unit"],
        source_end=date.fromisoformat(file["period_end"]),
        received=order,
    )


def values(
    conn: psycopg.Connection[Any], indicator: str, area: str = "ALL:04", series: str = "total"
) -> dict[Any, Any]:
    """The current values of an indicator by geography and period."""
    rows = conn.execute(
        "select geography, period_code, value from core.indicator_value"
        " where known_to is null and indicator_code = %s and area_code = %s and series_code = %s",
        [indicator, area, series],
    )
    return {(geography, period): value for geography, period, value in rows}


def like(one: Seen, **changes: Any) -> Seen:
    """The observation with something changed."""
    return replace(one, **changes)
