"""The styles part: the department's own formats with our colour behind them, and those of the feedback sheet."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from lxml import etree

from xanh.feedback.marks.package import MAIN, NotPatchable, Package, tag

FILLS = {"critical": "FFFFB3AB", "warning": "FFFFE699"}
"""Behind wrong cells: light enough to read the number on a grey printer."""
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles")
_EMPTY = f"""<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>"""


@dataclass(frozen=True)
class Look:
    """A format of the feedback sheet."""

    size: int = 11
    bold: bool = False
    colour: str = "FF222222"
    fill: str | None = None
    border: bool = False
    link: bool = False
    centre: bool = False
    text: bool = False
    """What stands there is text, whatever its first character (quotePrefix)."""


class Styles:
    """Adds formats at the end of the lists, so that every number that cells already use keeps its meaning."""

    def __init__(self, package: Package, workbook: str) -> None:
        relations = package.relations(workbook)
        found = relations.first("styles")
        if found is None:
            name = package.free_name("xl/styles{}.xml")
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
            package.add(name, etree.fromstring(_EMPTY), content_type)
            relations.add("styles", name)
        else:
            name = found[1]
        self._root = package.tree(name)
        self._formats = self._list("cellXfs")
        if not len(self._formats):
            raise NotPatchable("the styles part has no cell format")
        self._known: dict[Hashable, int] = {}

    def marked(self, style: int, severity: str) -> int:
        """The format `style` with the colour of the severity behind it."""
        return self._once((style, severity), lambda: self._with_fill(style, self._fill(FILLS[severity])))

    def is_marked(self, style: int) -> bool:
        """Whether the format has one of our colours."""
        return bool(self._once((style, "is marked"), lambda: self._has_our_fill(style)))

    def unmarked(self, style: int) -> int:
        """The format without our colour."""
        return self._once((style, "none"), lambda: self._with_fill(style, 0))

    def own(self, look: Look) -> int:
        """A format of the feedback sheet."""
        return self._once(look, lambda: self._own(look))

    def _own(self, look: Look) -> int:
        attributes = {
            "numFmtId": "49" if look.text else "0",
            "fontId": str(self._font(look)),
            "fillId": str(self._fill(look.fill) if look.fill else 0),
            "borderId": str(self._border() if look.border else 0),
            "xfId": "0",
            "applyNumberFormat": "1",
            "applyFont": "1",
            "applyFill": "1",
            "applyBorder": "1",
            "applyAlignment": "1",
        }
        if look.text:
            attributes["quotePrefix"] = "1"
        form = etree.SubElement(self._formats, tag("xf"), attributes)
        horizontal = "center" if look.centre else "left"
        etree.SubElement(form, tag("alignment"), horizontal=horizontal, vertical="top", wrapText="1")
        return self._count(self._formats)

    def _once(self, key: Hashable, make: Callable[[], int]) -> int:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _format(self, style: int) -> etree._Element:
        if style >= len(self._formats):
            raise NotPatchable(f"a cell uses the format {style}, which does not exist")
        return self._formats[style]

    def _has_our_fill(self, style: int) -> bool:
        fills = self._list("fills")
        number = int(self._format(style).get("fillId", "0"))
        colour = fills[number].find(f".//{tag('fgColor')}") if number < len(fills) else None
        return colour is not None and (colour.get("rgb") or "").upper() in FILLS.values()

    def _with_fill(self, style: int, fill: int) -> int:
        form = copy.deepcopy(self._format(style))
        form.set("fillId", str(fill))
        form.set("applyFill", "1")
        self._formats.append(form)
        return self._count(self._formats)

    def _fill(self, colour: str) -> int:
        def make() -> int:
            fill = etree.SubElement(self._list("fills"), tag("fill"))
            pattern = etree.SubElement(fill, tag("patternFill"), patternType="solid")
            etree.SubElement(pattern, tag("fgColor"), rgb=colour)
            etree.SubElement(pattern, tag("bgColor"), indexed="64")
            return self._count(self._list("fills"))

        return self._once(("fill", colour), make)

    def _font(self, look: Look) -> int:
        fonts = self._list("fonts")
        font = etree.SubElement(fonts, tag("font"))
        if look.bold:
            etree.SubElement(font, tag("b"))
        if look.link:
            etree.SubElement(font, tag("u"))
        etree.SubElement(font, tag("sz"), val=str(look.size))
        etree.SubElement(font, tag("color"), rgb="FF0B5394" if look.link else look.colour)
        etree.SubElement(font, tag("name"), val="Times New Roman")
        etree.SubElement(font, tag("family"), val="1")
        return self._count(fonts)

    def _border(self) -> int:
        def make() -> int:
            border = etree.SubElement(self._list("borders"), tag("border"))
            for side in ("left", "right", "top", "bottom"):
                etree.SubElement(etree.SubElement(border, tag(side), style="thin"), tag("color"), rgb="FFBFBFBF")
            etree.SubElement(border, tag("diagonal"))
            return self._count(self._list("borders"))

        return self._once(("border",), make)

    def _list(self, name: str) -> etree._Element:
        found = self._root.find(tag(name))
        if found is not None:
            return found
        made = etree.Element(tag(name))
        later = {tag(each) for each in _ORDER[_ORDER.index(name) + 1 :]}
        place = next((i for i, child in enumerate(self._root) if child.tag in later), len(self._root))
        self._root.insert(place, made)
        return made

    @staticmethod
    def _count(of: etree._Element) -> int:
        """Writes the length of the list and returns the number of its last entry."""
        of.set("count", str(len(of)))
        return len(of) - 1
