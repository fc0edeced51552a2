"""Cell comments: the comments part, and the old drawing part that both Excel and LibreOffice need beside it."""

from __future__ import annotations

import re

from lxml import etree

from xanh.feedback.marks.cells import AFTER_LEGACY_DRAWING, Cells, split
from xanh.feedback.marks.package import MAIN, OFFICE, Package, tag

AUTHOR = "Xanh"
_SIGN = "[Xanh] "
"""The beginning of our part of a comment; what stands before it in the same comment is the department's."""
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:260pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/>"
    "<x:Anchor>{column1}, 15, {row1}, 10, {column2}, 15, {row2}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPES = re.compile(rb"<v:shape\s.*?</v:shape>", re.DOTALL)


class Comments:
    """The comments of one sheet."""

    def __init__(self, package: Package, sheet: str, cells: Cells) -> None:
        self._package, self._sheet, self._cells = package, sheet, cells
        relations = package.relations(sheet)
        found = relations.first("comments")
        self._part = found[1] if found and found[1] in package.parts else None
        self._vml_shapes: list[str] = []

    def clear(self) -> None:
        """Removes what we wrote in an earlier round; the department's own words stay."""
        if self._part is None:
            return
        root = self._package.tree(self._part)
        for comment in list(root.iterfind(f"{tag('commentList')}/{tag('comment')}")):
            text = comment.find(tag("text"))
            if text is None:
                continue
            runs = list(text)
            ours = next(
                (i for i, run in enumerate(runs) if "".join(run.itertext()).lstrip("\n").startswith(_SIGN)), None
            )
            if ours is None:
                continue
            for run in runs[ours:]:
                text.remove(run)
            if not ours:
                comment.getparent().remove(comment)
                self._remove_shape(comment.get("ref", ""))

    def add(self, address: str, message: str) -> None:
        """A comment at the cell, below what the department itself wrote there."""
        place = split(address)
        if place is None:
            return
        listed = self._list()
        existing = next((c for c in listed if c.get("ref") == address), None)
        if existing is None:
            existing = etree.Element(tag("comment"), ref=address, authorId=str(self._author()))
            etree.SubElement(existing, tag("text"))
            self._insert(listed, existing, place)
            self._vml_shapes.append(_shape(place, message))
        text = existing.find(tag("text"))
        if text is None:
            text = etree.SubElement(existing, tag("text"))
        self._run(text, ("\n" if len(text) else "") + _SIGN, bold=True)
        self._run(text, message, bold=False)

    def finish(self) -> None:
        """Writes the shapes of the new comments."""
        if not self._vml_shapes:
            return
        part = self._vml_part()
        content = self._package.parts[part]
        highest = max([1024, *(int(n) for n in re.findall(rb"_x0000_s(\d+)", content))])
        kind = "" if b'id="_x0000_t202"' in content else _SHAPE_TYPE
        shapes = "".join(
            shape.replace("{number}", str(highest + n)) for n, shape in enumerate(self._vml_shapes, start=1)
        )
        before, end, after = content.rpartition(b"</xml>")
        self._package.parts[part] = before + (kind + shapes).encode() + end + after

    def _list(self) -> etree._Element:
        if self._part is None:
            self._part = self._package.free_name("xl/comments{}.xml")
            root = etree.Element(tag("comments"), nsmap={None: MAIN})
            etree.SubElement(root, tag("authors"))
            etree.SubElement(root, tag("commentList"))
            self._package.add(self._part, root, _TYPE)
            self._package.relations(self._sheet).add("comments", self._part)
        listed = self._package.tree(self._part).find(tag("commentList"))
        return listed if listed is not None else etree.SubElement(self._package.tree(self._part), tag("commentList"))

    def _author(self) -> int:
        root = self._package.tree(self._part or "")
        authors = root.find(tag("authors"))
        if authors is None:
            authors = etree.Element(tag("authors"))
            root.insert(0, authors)
        names = [author.text for author in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, tag("author")).text = AUTHOR
            names.append(AUTHOR)
        return names.index(AUTHOR)

    @staticmethod
    def _insert(listed: etree._Element, comment: etree._Element, place: tuple[int, int]) -> None:
        for other in listed:
            if (split(other.get("ref", "")) or (0, 0)) > place:
                other.addprevious(comment)
                return
        listed.append(comment)

    @staticmethod
    def _run(text: etree._Element, words: str, bold: bool) -> None:
        run = etree.SubElement(text, tag("r"))
        properties = etree.SubElement(run, tag("rPr"))
        if bold:
            etree.SubElement(properties, tag("b"))
        etree.SubElement(properties, tag("sz"), val="10")
        etree.SubElement(properties, tag("rFont"), val="Tahoma")
        words_element = etree.SubElement(run, tag("t"))
        words_element.text = words
        words_element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _vml_part(self) -> str:
        relations = self._package.relations(self._sheet)
        drawing = self._cells.root.find(tag("legacyDrawing"))
        if drawing is not None:
            part = relations.target(drawing.get(f"{{{OFFICE}}}id", ""))
            if part in self._package.parts:
                return part
            self._cells.root.remove(drawing)
        part = self._package.free_name("xl/drawings/vmlDrawing{}.vml")
        self._package.parts[part] = _VML
        self._package.set_default_type("vml", _VML_TYPE)
        rid = relations.add("vmlDrawing", part)
        root = self._cells.root
        made = etree.Element(tag("legacyDrawing"), {f"{{{OFFICE}}}id": rid}, nsmap={"r": OFFICE})
        later = next((c for c in root if c.tag in AFTER_LEGACY_DRAWING or "AlternateContent" in str(c.tag)), None)
        if later is None:
            root.append(made)
        else:
            later.addprevious(made)
        return part

    def _remove_shape(self, address: str) -> None:
        place = split(address)
        drawing = self._cells.root.find(tag("legacyDrawing"))
        part = (
            self._package.relations(self._sheet).target(drawing.get(f"{{{OFFICE}}}id", ""))
            if drawing is not None
            else None
        )
        if place is None or part is None or part not in self._package.parts:
            return
        row, column = f"<x:Row>{place[0] - 1}</x:Row>".encode(), f"<x:Column>{place[1] - 1}</x:Column>".encode()
        keep = lambda match: b"" if row in match[0] and column in match[0] else match[0]  # noqa: E731
        self._package.parts[part] = _SHAPES.sub(keep, self._package.parts[part])


def _shape(place: tuple[int, int], message: str) -> str:
    row, column = place[0] - 1, place[1] - 1
    lines = 2 + len(message) // 48
    top = max(0, row - 1)
    return _SHAPE.format(
        number="{number}",
        height=lines * 14,
        row=row,
        column=column,
        row1=top,
        row2=top + lines,
        column1=column + 1,
        column2=column + 5,
    )
