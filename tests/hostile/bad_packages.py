"""Zip containers with something wrong in the container itself."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

import ooxml_kit as kit
from bad import bad, row


def _doubled(names: tuple[str, str]) -> bytes:
    entries = [
        {"name": name.encode(), "data": content if isinstance(content, bytes) else content.encode()}
        for name, content in kit.parts().items()
    ]
    extra = [{"name": name.encode(), "data": kit.sheet(row('<c r="A1"><v>666</v></c>')).encode()} for name in names]
    return kit.raw_zip([*entries, *extra])


def _good_entries() -> list[dict[str, object]]:
    return [
        {"name": name.encode(), "data": content if isinstance(content, bytes) else content.encode(), "method": 8}
        for name, content in kit.parts().items()
    ]


def _lying(**lie: object) -> bytes:
    entries = _good_entries()
    entries[-1].update(lie)
    return kit.raw_zip(entries)


def _presentation() -> bytes:
    main = f'<Relationship Id="r" Type="{kit.REL_NS}/officeDocument" Target="ppt/presentation.xml"/>'
    relations = f"<Relationships>{main}</Relationships>"
    return kit.zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": relations, "ppt/presentation.xml": "<p/>"})


def _overlapping() -> bytes:
    entries = _good_entries()
    entries.append({"name": b"xl/extra.xml", "data": b"<a/>", "offset": 0})
    return kit.raw_zip(entries)


def _nested_zip() -> bytes:
    return kit.zipped({"bao cao.zip": kit.zipped({"bao cao.xlsx": kit.xlsx()})})


def _bomb(size: int) -> bytes:
    return kit.xlsx(sheet1=kit.sheet() + " " * size)


def _many(names: Callable[[int], str], count: int) -> bytes:
    return kit.zipped({**kit.parts(), **{names(number): "<a/>" for number in range(count)}}, method=zipfile.ZIP_STORED)


def _encrypted_flag() -> bytes:
    return kit.raw_zip([{**entry, "flags": 1} for entry in _good_entries()])


def _sheets(count: int) -> bytes:
    names = {f"S{number}": "visible" for number in range(count)}
    more = {f"xl/worksheets/sheet{number}.xml": kit.sheet("") for number in range(2, count + 1)}
    return kit.xlsx(book=kit.workbook(names), rels=kit.relations(count), **more)


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def _with_doctype(part: str, text: str) -> bytes:
    parts = kit.parts()
    names = {
        "sheet1": "xl/worksheets/sheet1.xml",
        "shared": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
    }
    content = parts[names[part]]
    assert isinstance(content, str)
    parts[names[part]] = content.replace(kit.HEAD, kit.HEAD + text)
    return kit.zipped(parts)


def _utf16_doctype() -> bytes:
    text = (kit.HEAD.replace("UTF-8", "UTF-16") + DOCTYPE + kit.sheet().removeprefix(kit.HEAD)).encode("utf-16")
    return kit.xlsx(sheet1=text)


PACKAGES = [
    bad("empty zip", lambda: kit.zipped({}), "U09", "U01"),
    bad("only the letters PK", lambda: b"PK" * 40, "U01"),
    bad("types without a workbook", lambda: kit.zipped({"[Content_Types].xml": "<Types/>"}), "U01"),
    bad("a member twice", lambda: _doubled(("xl/worksheets/sheet1.xml", "xl/other.xml")), "U11"),
    bad("a member twice, other case", lambda: _doubled(("XL/Worksheets/Sheet1.xml", "xl/other.xml")), "U11"),
    bad("a member twice, backslashes", lambda: _doubled(("xl\\worksheets\\sheet1.xml", "xl/other.xml")), "U11"),
    bad("a member with ..", lambda: _doubled(("xl/../../etc/passwd", "xl/other.xml")), "U11"),
    bad("a member with a drive", lambda: _doubled(("C:/Windows/x.xml", "xl/other.xml")), "U11"),
    bad("members that overlap", _overlapping, "U11"),
    bad("a wrong CRC", lambda: _lying(crc=1), "U01"),
    bad("a size that lies low", lambda: _lying(size=10), "U01"),
    bad("a size that lies high", lambda: _lying(size=10**9), "U01"),
    bad("a stored size beyond the end", lambda: _lying(stored=10**6), "U01", "U11"),
    bad("another name in the local header", lambda: _lying(local=b"xl/worksheets/sheet9.xml"), "U11"),
    bad("an unknown compression", lambda: _lying(method=99), "U10", "U01"),
    bad("all members encrypted", _encrypted_flag, "U03"),
    bad("a bomb of 300 MB of blanks", lambda: _bomb(300 << 20), "U04", "U12"),
    bad("a bomb of 60 MB of blanks", lambda: _bomb(60 << 20), "U12"),
    bad("3,000 members", lambda: _many(lambda n: f"xl/x{n}.xml", 3_000), "U05"),
    bad("a zip in a zip", _nested_zip, "U09"),
    bad("two workbooks in a zip", lambda: kit.zipped({"a.xlsx": kit.xlsx(), "b.xlsx": kit.xlsx()}), "U09"),
    bad(
        "a workbook and a letter in a zip",
        lambda: kit.zipped({"a.xlsx": kit.xlsx(), "cong van.pdf": b"%PDF-1.7"}),
        "U09",
    ),
    bad("only a PDF in a zip", lambda: kit.zipped({"cong van.pdf": b"%PDF-1.7 ..."}), "U06"),
    bad("only junk in a zip", lambda: kit.zipped({"__MACOSX/._a.xlsx": b"x", ".DS_Store": b"x"}), "U09"),
    bad(
        "a presentation",
        _presentation,
        "U10",
    ),
    bad(
        "a text document of OpenDocument",
        lambda: kit.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}, method=0),
        "U10",
    ),
    bad(
        "relations that are never closed",
        lambda: kit.zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationship " * 50_000, "a.xml": "x"}),
        "U01",
    ),
    bad("201 sheets", lambda: _sheets(201), "U05"),
    bad(
        "no sheet at all",
        lambda: kit.xlsx(
            book=kit.workbook().replace('<sheet name="Bieu 01" sheetId="1" state="visible" r:id="rId1"/>', "")
        ),
        "U18",
    ),
    bad("a sheet without its part", lambda: kit.xlsx(sheet1=None), "U01"),
    bad(
        "a sheet that points outside",
        lambda: kit.xlsx(rels=kit.relations(1).replace("worksheets/sheet1.xml", "../../../etc/passwd")),
        "U01",
    ),
    bad(
        "two sheets of one name",
        lambda: kit.xlsx(
            book=kit.workbook({"A": "visible"}).replace(
                "</sheets>", '<sheet name="a" sheetId="2" r:id="rId1"/></sheets>'
            )
        ),
        "U11",
    ),
    *[
        bad(f"entities in {part}", lambda part=part: _with_doctype(part, DOCTYPE), "U11")
        for part in ("sheet1", "shared", "styles", "book")
    ],
    *[
        bad(f"an external entity in {part}", lambda part=part: _with_doctype(part, XXE), "U11")
        for part in ("sheet1", "shared", "styles", "book")
    ],
    bad("entities in UTF-16", _utf16_doctype, "U11"),
]
