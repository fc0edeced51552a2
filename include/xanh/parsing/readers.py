"""From a path to the plain data of a workbook: gate, the reader of its kind, the second reader. Runs in the parser
child."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from xanh.limits import Limits
from xanh.model import Note
from xanh.parsing import gate
from xanh.parsing.formats import second
from xanh.parsing.formats.grid import Grid
from xanh.parsing.gate import Container

Result = tuple[list[Grid], list[Note]]
_CONFIRMED = frozenset({"xlsx", "xlsm", "xlsb", "xls", "ods"})


def payload(path: Path, limits: Limits) -> dict[str, Any]:
    """What xanh.parsing.parse rebuilds a Workbook from, as JSON types. Raises Unreadable."""
    container = gate.inspect(path, limits)
    grids, notes = _READERS[container.kind](container, limits)
    if container.kind in _CONFIRMED:
        second.confirm(container.data, grids)
    return {
        "container": _SPOKEN.get(container.kind, container.kind),
        "corrects": _submission_id(container),
        "sheets": [_sheet(grid) for grid in grids],
        "notes": [[note.rule, note.sheet, note.cell, dict(note.params)] for note in (*container.notes, *notes)],
    }


def _sheet(grid: Grid) -> dict[str, Any]:
    return {
        "name": grid.name,
        "is_visible": grid.is_visible,
        "cells": [grid.cells[position] for position in sorted(grid.cells)],
        "merges": [[merge.top, merge.left, merge.bottom, merge.right] for merge in grid.merges],
        "hidden_rows": sorted(grid.hidden_rows),
        "hidden_columns": sorted(grid.hidden_columns),
    }


def _submission_id(container: Container) -> str | None:
    from xanh.parsing.formats import xlsx

    return xlsx.submission_id(container.members) if container.kind in ("xlsx", "xlsm") else None


def _xlsx(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import xlsx

    return xlsx.read(container.members, limits)


def _xls(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import xls

    return xls.read(container.data, container.members.get("Workbook", b""), limits)


def _xlsb(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import xlsb

    return xlsb.read(container.members, limits)


def _ods(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import ods

    return ods.read(container.members, limits)


def _docx(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import docx

    return docx.read(container.members, limits)


def _html(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import html

    return html.read(container.data, limits)


def _xml2003(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import xml2003

    return xml2003.read(container.data, limits)


def _text(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import delimited

    return delimited.read(container.data, limits)


_READERS: dict[str, Callable[[Container, Limits], Result]] = {
    "xlsx": _xlsx,
    "xlsm": _xlsx,
    "xlsb": _xlsb,
    "xls": _xls,
    "ods": _ods,
    "docx": _docx,
    "html": _html,
    "xml2003": _xml2003,
    "text": _text,
}
_SPOKEN = {"text": "csv", "xml2003": "xml"}
