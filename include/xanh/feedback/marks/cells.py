"""The worksheet part: a colour on a cell, and a cell where there was none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from xanh.feedback.marks.package import Package, tag
from xanh.feedback.marks.styles import Styles

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
AFTER_LEGACY_DRAWING = tuple(
    tag(name)
    for name in (
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
    )
)  # fmt: skip


def split(address: str) -> tuple[int, int] | None:
    """Row and column from 1; None for what is no address of a sheet."""
    match = _ADDRESS.fullmatch(address)
    return (int(match[2]), column_number(match[1])) if match else None


def column_number(letters: str) -> int:
    """A is 1, AB is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class Cells:
    """The rows and cells of one worksheet part."""

    def __init__(self, package: Package, part: str, styles: Styles) -> None:
        self.root = package.tree(part)
        self._styles = styles
        data = self.root.find(tag("sheetData"))
        self._data = data if data is not None else etree.SubElement(self.root, tag("sheetData"))
        self._rows: dict[int, etree._Element] = {}
        previous = 0
        for row in self._data.findall(tag("row")):
            previous = int(row.get("r", previous + 1))
            self._rows.setdefault(previous, row)

    def mark(self, address: str, severity: str) -> None:
        """Puts the colour of the severity behind the cell."""
        place = split(address)
        if place is None:
            return
        cell = self._cell(address, *place)
        cell.set("s", str(self._styles.marked(int(cell.get("s", "0")), severity)))

    def unmark(self) -> None:
        """Takes our colours of an earlier round away."""
        for cell in self._all():
            style = int(cell.get("s", "0"))
            if style and self._styles.is_marked(style):
                cell.set("s", str(self._styles.unmarked(style)))

    def _all(self) -> Iterator[etree._Element]:
        for row in self._rows.values():
            yield from row.findall(tag("c"))

    def _cell(self, address: str, row_number: int, column: int) -> etree._Element:
        row = self._row(row_number)
        at = 0
        for index, cell in enumerate(row.findall(tag("c"))):
            at += 1
            here = split(cell.get("r", "")) or (row_number, at)
            at = here[1]
            if at == column:
                return cell
            if at > column:
                return self._new_cell(row, index, address, column)
        return self._new_cell(row, len(row.findall(tag("c"))), address, column)

    def _new_cell(self, row: etree._Element, index: int, address: str, column: int) -> etree._Element:
        cell = etree.Element(tag("c"), r=address)
        style = row.get("s") if row.get("customFormat") in ("1", "true") else self._column_style(column)
        if style:
            cell.set("s", style)
        row.insert(index, cell)
        row.attrib.pop("spans", None)
        return cell

    def _column_style(self, column: int) -> str | None:
        for col in self.root.iterfind(f"{tag('cols')}/{tag('col')}"):
            if int(col.get("min", "0")) <= column <= int(col.get("max", "0")):
                style: str | None = col.get("style")
                return style
        return None

    def _row(self, number: int) -> etree._Element:
        if number not in self._rows:
            row = etree.Element(tag("row"), r=str(number))
            later = next((each for n, each in sorted(self._rows.items()) if n > number), None)
            if later is None:
                self._data.append(row)
            else:
                later.addprevious(row)
            self._rows[number] = row
        return self._rows[number]

    def deselect(self) -> None:
        """Another sheet is the one that opens."""
        for view in self.root.iterfind(f"{tag('sheetViews')}/{tag('sheetView')}"):
            view.attrib.pop("tabSelected", None)
