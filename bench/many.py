"""The project's own samples multiplied: the same series over more periods and committees, each file a submission of its own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.stand import Dropped
from xanh.samples.compose import Composer
from xanh.samples.deliver import FIRST_MTIME, Delivery, series_deliveries
from xanh.samples.world import Span, World, load

LAST_DAY = date(2026, 10, 31)
"""Nothing is reported before its period is over."""
BEGINS = {"F01": 2015, "F02": 2020, "F07": 2025}
"""From this year on the samples have figures for the form; for the others from the year of the district reform."""
REFORM = 2021
CODES = {"M": [f"-{n:02d}" for n in range(1, 13)], "Q": [f"-Q{n}" for n in range(1, 5)], "H": ["-H1", "-H2"], "A": [""]}
ONLY_AS_PLANNED = ("statistics", "F04B")
"""Forms whose samples have no figures for other months, or that nobody may send in them."""
AMENDED: dict[str, tuple[dict[str, Any], ...]] = {
    "F01": (
        {"row": "Gang", "column": "cur", "add": 240},
        {"row": "Gang", "column": "ytd", "add": 240},
        {"row": "Gang", "fresh_indices": True},
    ),
    "F08": (
        {"row": "Số lượt người tham dự", "column": "result", "add": 5},
        {"row": "Số lượt người tham dự", "column": "ytd", "add": 5},
    ),
    "pos": ({"row": "Siêu thị Minh Cát", "column": "tui_giay_cai", "add": 3},),
    "power": ({"row": "Thủy điện Sông Chang", "column": "san_luong_kWh", "times": "1.01"},),
}
"""What the amendment of a form changes. There is none in January, which has no year to date."""


def write(
    folder: Path, count: int, *, is_newest: bool = False, of_one: int | None = None, amendments: int = 1
) -> list[Dropped]:
    """The first `count` files in order of arrival, written below `folder`; fewer where there are no more.

    `is_newest`: the last ones. The first are nearly all of one department, and a department's files are worked on in their order.
    `of_one`: at most so many of each department, its newest. `amendments`: so many follow each file that can be amended.
    """
    composer = Composer(World())
    files: list[Dropped] = []
    arrivals = sorted(_deliveries(composer.world, amendments), key=lambda delivery: delivery.received)
    if of_one is not None:
        arrivals = _spread(arrivals, of_one)
    for delivery in arrivals[-count:] if is_newest else arrivals[:count]:
        path = folder / delivery.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(composer.content(delivery))
        os.utime(path, (FIRST_MTIME + len(files),) * 2)
        files.append((path, delivery.department))
    return files


def _spread(arrivals: Sequence[Delivery], of_one: int) -> list[Delivery]:
    """The last `of_one` of each department, in the order of all."""
    taken: Counter[str] = Counter()
    kept: list[Delivery] = []
    for delivery in reversed(arrivals):
        taken[delivery.department] += 1
        if taken[delivery.department] <= of_one:
            kept.append(delivery)
    return kept[::-1]


def _deliveries(world: World, amendments: int) -> Iterator[Delivery]:
    for series in load("plan.yaml")["series"]:
        kind = Span(str(series["periods"][0])).kind
        years = range(BEGINS.get(series["form"], REFORM), LAST_DAY.year + 1)
        for span in (Span(f"{year}{code}") for year in years for code in CODES[kind]):
            wanted = series | {"periods": [span.code]}
            if series["form"] in ONLY_AS_PLANNED and span.code not in series["periods"]:
                continue
            if "units" in series:
                wanted["units"] = {span.code: _committees(world, span)}
            for delivery in series_deliveries(world, wanted, {}):
                if span.end <= LAST_DAY:
                    yield delivery
                    yield from _amendments(delivery, span, amendments)


def _committees(world: World, span: Span) -> list[str]:
    if span.is_two_tier:
        return [area.key for area in world.communes()]
    return list(world.figures["districts"])


def _amendments(delivery: Delivery, span: Span, count: int) -> Iterator[Delivery]:
    changes = AMENDED.get(delivery.form or "", ())
    for number in range(1, count + 1 if changes and span.code[-3:] != "-01" else 1):
        file = f" (sửa đổi{'' if number == 1 else f' {number}'}).".join(delivery.file.rsplit(".", 1))
        yield replace(delivery, file=file, amendment=number, changes=tuple(_further(each, number) for each in changes))


def _further(change: dict[str, Any], number: int) -> dict[str, Any]:
    """The same change so many times, so that no amendment says what another says."""
    if "times" in change:
        return change | {"times": str(1 + (Decimal(change["times"]) - 1) * number)}
    return change | {"add": change["add"] * number} if "add" in change else change
