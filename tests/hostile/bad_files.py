"""The crafted bad files: a name, how to make the bytes, and the rules that may answer. Nothing here is kept as a binary."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import biff_kit as biff
import ooxml_kit as kit

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Bad:
    """One file and the rules of which one must answer."""

    name: str
    make: Make
    rules: frozenset[str]


def bad(name: str, make: Make, *rules: str) -> Bad:
    """Short for the tables below."""
    return Bad(name, make, frozenset(rules))


def row(cells: str, number: int = 1) -> str:
    """A row element."""
    return f'<row r="{number}">{cells}</row>'


def rows(cells: str, **more: str) -> Make:
    """A workbook whose only row holds the cells."""
    return lambda: kit.xlsx(sheet1=kit.sheet(row(cells), **more))


def _doubled(names: tuple[str, str]) -> bytes:
    entries = [{"name": name.encode(), "data": content if isinstance(content, bytes) else content.encode()} for name, content in kit.parts().items()]
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


def _deep(levels: int) -> str:
    return "<a>" * levels + "</a>" * levels


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
    names = {"sheet1": "xl/worksheets/sheet1.xml", "shared": "xl/sharedStrings.xml", "styles": "xl/styles.xml", "book": "xl/workbook.xml"}
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
    bad("a workbook and a letter in a zip", lambda: kit.zipped({"a.xlsx": kit.xlsx(), "cong van.pdf": b"%PDF-1.7"}), "U09"),
    bad("only a PDF in a zip", lambda: kit.zipped({"cong van.pdf": b"%PDF-1.7 ..."}), "U06"),
    bad("only junk in a zip", lambda: kit.zipped({"__MACOSX/._a.xlsx": b"x", ".DS_Store": b"x"}), "U09"),
    bad("a presentation", lambda: kit.zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": f'<Relationships><Relationship Id="r" Type="{kit.REL_NS}/officeDocument" Target="ppt/presentation.xml"/></Relationships>', "ppt/presentation.xml": "<p/>"}), "U10"),
    bad("a text document of OpenDocument", lambda: kit.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}, method=0), "U10"),
    bad("201 sheets", lambda: _sheets(201), "U05"),
    bad("no sheet at all", lambda: kit.xlsx(book=kit.workbook().replace('<sheet name="Bieu 01" sheetId="1" state="visible" r:id="rId1"/>', "")), "U18"),
    bad("a sheet without its part", lambda: kit.xlsx(sheet1=None), "U01"),
    bad("a sheet that points outside", lambda: kit.xlsx(rels=kit.relations(1).replace("worksheets/sheet1.xml", "../../../etc/passwd")), "U01"),
    bad("two sheets of one name", lambda: kit.xlsx(book=kit.workbook({"A": "visible"}).replace("</sheets>", '<sheet name="a" sheetId="2" r:id="rId1"/></sheets>')), "U11"),
    *[bad(f"entities in {part}", lambda part=part: _with_doctype(part, DOCTYPE), "U11") for part in ("sheet1", "shared", "styles", "book")],
    *[bad(f"an external entity in {part}", lambda part=part: _with_doctype(part, XXE), "U11") for part in ("sheet1", "shared", "styles", "book")],
    bad("entities in UTF-16", _utf16_doctype, "U11"),
]

SHEETS = [
    bad("uniqueCount of 4 thousand million", lambda: kit.xlsx(shared=kit.strings("a", "b", "c", counts='uniqueCount="4294967295" count="1"')), "U11"),
    bad("uniqueCount of a thousand million", lambda: kit.xlsx(shared=kit.strings("a", "b", "c", counts='uniqueCount="1000000000"')), "U11"),
    bad("uniqueCount that is no number", lambda: kit.xlsx(shared=kit.strings("a", "b", "c", counts='uniqueCount="-1"')), "U01"),
    bad("a cell in the last corner", rows('<c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c>'), "U14", "U15"),
    bad("a cell in the last row", lambda: kit.xlsx(sheet1=kit.sheet(row('<c r="A1"><v>1</v></c>') + row('<c r="A1048576"><v>1</v></c>', 1048576))), "U14"),
    bad("a cell in the last column", rows('<c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c>'), "U14"),
    bad("a box of 200 million cells", lambda: kit.xlsx(sheet1=kit.sheet(row('<c r="A1"><v>1</v></c>') + row('<c r="ALL200000"><v>1</v></c>', 200000))), "U16"),
    bad("a cell twice", rows('<c r="A1"><v>1</v></c><c r="A1"><v>1000</v></c>'), "U15"),
    bad("a cell twice, other case", rows('<c r="A1"><v>1</v></c><c r="a1"><v>1000</v></c>'), "U15"),
    bad("a row twice", lambda: kit.xlsx(sheet1=kit.sheet(row('<c r="A1"><v>1</v></c>') + row('<c r="A1"><v>2</v></c>'))), "U15"),
    bad("a cell in the wrong row", rows('<c r="A7"><v>1</v></c>'), "U15"),
    bad("two values in a cell", rows('<c r="A1"><v>1</v><v>2</v></c>'), "U15"),
    bad("a cell in a cell", rows('<c r="A1"><v>1</v><c r="B1"><v>2</v></c></c>'), "U01"),
    bad("an address without a number", rows('<c r="A"><v>1</v></c>'), "U01"),
    bad("an address in row 0", rows('<c r="A0"><v>1</v></c>'), "U01"),
    bad("an address of four letters", rows('<c r="AAAA1"><v>1</v></c>'), "U01"),
    bad("an address with Arabic digits", rows('<c r="A١"><v>1</v></c>'), "U01"),
    bad("a row number that is a word", lambda: kit.xlsx(sheet1=kit.sheet('<row r="mot"><c><v>1</v></c></row>')), "U01"),
    bad("a row number below zero", lambda: kit.xlsx(sheet1=kit.sheet('<row r="-5"><c><v>1</v></c></row>')), "U01"),
    bad("infinity", rows('<c r="A1"><v>1e999</v></c>'), "U13"),
    bad("minus infinity", rows('<c r="A1"><v>-1e999</v></c>'), "U13"),
    bad("INF", rows('<c r="A1"><v>INF</v></c>'), "U13"),
    bad("NaN", rows('<c r="A1"><v>NaN</v></c>'), "U13"),
    bad("a hexadecimal number", rows('<c r="A1"><v>0x1F</v></c>'), "U13"),
    bad("a number with underscores", rows('<c r="A1"><v>1_000</v></c>'), "U13"),
    bad("a number with a comma", rows('<c r="A1"><v>1,5</v></c>'), "U13"),
    bad("full-width digits", rows('<c r="A1"><v>１２</v></c>'), "U13"),
    bad("words in a number", rows('<c r="A1"><v>1; drop table</v></c>'), "U13"),
    bad("a shared text that is not there", rows('<c r="A1" t="s"><v>99</v></c>'), "U01"),
    bad("a shared text below zero", rows('<c r="A1" t="s"><v>-1</v></c>'), "U01"),
    bad("a shared text that is no number", rows('<c r="A1" t="s"><v>abc</v></c>'), "U01"),
    bad("an unknown cell type", rows('<c r="A1" t="zz"><v>1</v></c>'), "U01"),
    bad("a text of 40,000 characters", rows(f'<c r="A1" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>'), "U17"),
    bad("25,000 merges", lambda: kit.xlsx(sheet1=kit.sheet(after="<mergeCells>" + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 25_001)) + "</mergeCells>")), "U05"),
    bad("a merge backwards", rows('<c r="A1"><v>1</v></c>', after='<mergeCells><mergeCell ref="B2:A1"/></mergeCells>'), "U01"),
    bad("a merge of nonsense", rows('<c r="A1"><v>1</v></c>', after='<mergeCells><mergeCell ref="here:there"/></mergeCells>'), "U01"),
    bad("100 levels of nesting", rows('<c r="A1"><v>1</v></c>', after=_deep(100)), "U05"),
    bad("100,000 levels of nesting", rows('<c r="A1"><v>1</v></c>', after=_deep(100_000)), "U05"),
    bad("a tag that is not closed", lambda: kit.xlsx(sheet1=kit.sheet().replace("</sheetData>", "")), "U01"),
    bad("bytes that are no UTF-8", lambda: kit.xlsx(sheet1=kit.sheet(row('<c r="A1" t="str"><v>X</v></c>')).encode().replace(b">X<", b">\xff\xfe<")), "U01"),
    bad("a control character", rows('<c r="A1" t="str"><v>\x01</v></c>'), "U01"),
    bad("an undeclared entity", rows('<c r="A1" t="str"><v>&xxe;</v></c>'), "U01"),
    bad("an undeclared prefix of nothing", lambda: kit.xlsx(sheet1="not xml at all"), "U01"),
    bad("an empty sheet part", lambda: kit.xlsx(sheet1=""), "U01"),
    bad("an unknown encoding", lambda: kit.xlsx(sheet1=kit.sheet().replace("UTF-8", "UTF-77")), "U01"),
    bad("a column range of words", rows('<c r="A1"><v>1</v></c>', before='<cols><col min="a" max="b" hidden="1"/></cols>'), "U01"),
    bad("more text than fits", lambda: kit.xlsx(shared=kit.strings(*[f"{n:030000d}" for n in range(2_300)])), "U05", "U12"),
]


def _encrypted_ooxml() -> bytes:
    return biff.compound({"EncryptionInfo": b"x" * 4096, "EncryptedPackage": b"y" * 8192})


def _fat(position: int, value: int) -> bytes:
    """A .xls with one FAT entry overwritten."""
    content = bytearray(biff.xls())
    fat = struct.unpack_from("<I", content, 76)[0]
    struct.pack_into("<I", content, (fat + 1) * 512 + position * 4, value)
    return bytes(content)


COMPOUND = [
    bad("an encrypted workbook (ECMA-376)", _encrypted_ooxml, "U03"),
    bad("an encrypted .xls (FILEPASS)", lambda: biff.xls(biff.stream(extra=biff.record(0x2F, bytes(54)))), "U03"),
    bad("a Word 97 document", lambda: biff.compound({"WordDocument": b"x" * 4096}), "U10"),
    bad("a mail of Outlook", lambda: biff.compound({"__properties_version1.0": b"x" * 4096}), "U10"),
    bad("a compound file without streams", lambda: biff.compound({}), "U10", "U01"),
    bad("a compound file of 8 bytes", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "U01"),
    bad("a compound header only", lambda: biff.xls()[:512], "U01"),
    bad("maximal FAT count", lambda: biff.xls(fat_count=0xFFFFFFFF), "U11"),
    bad("maximal DIFAT count", lambda: biff.xls(difat_count=0xFFFFFFFF), "U11"),
    bad("maximal mini FAT count", lambda: biff.xls(mini_count=0xFFFFFFFF), "U11"),
    bad("a directory outside the file", lambda: biff.xls(dir_start=0xFFFFFF), "U11", "U01"),
    bad("a DIFAT outside the file", lambda: biff.xls(difat_count=1, difat_start=0xFFFFFF), "U01"),
    bad("a FAT chain in a circle", lambda: _fat(3, 0), "U01"),
    bad("a FAT chain out of the file", lambda: _fat(3, 0x00FFFFFF), "U01"),
    bad("a FAT chain cut short", lambda: _fat(0, biff.END), "U01"),
    bad("texts that claim 100 million", lambda: biff.xls(biff.stream(extra=biff.record(0xFC, struct.pack("<II", 10**8, 10**8)))), "U11"),
    bad("dimensions beyond Excel", lambda: biff.xls(biff.stream(sheet_extra=biff.record(0x200, struct.pack("<IIHHH", 0, 10**6, 0, 9999, 0)))), "U11"),
    bad("a record longer than the stream", lambda: biff.xls(biff.stream() + struct.pack("<HH", 0x203, 60_000)), "U01"),
    bad("no BOF", lambda: biff.xls(bytes(4096)), "U01"),
    bad("infinity in .xls", lambda: biff.xls(biff.stream(biff.number(0, 0, float("inf")))), "U13", "U01"),
    bad("NaN in .xls", lambda: biff.xls(biff.stream(biff.number(0, 0, float("nan")))), "U13", "U01"),
    bad("250 sheets in .xls", lambda: biff.xls(biff.stream(sheets=250)), "U05"),
    bad("no sheet in .xls", lambda: biff.xls(biff.stream(sheets=0)), "U18", "U01"),
]

CELL = "<table:table-cell office:value-type=\"float\" office:value=\"{}\"/>"


def _ods(cells: str, repeat: str = "") -> Make:
    return lambda: kit.ods(f'<table:table table:name="T"><table:table-row {repeat}>{cells}</table:table-row></table:table>')


def _xlsb_cell(kind: int, value: bytes, column: int = 0) -> bytes:
    head = kit.record(0, struct.pack("<IIHBB", 0, 0, 300, 0, 0) + bytes(5))
    return head + kit.record(kind, struct.pack("<II", column, 0) + value)


OTHERS = [
    bad(".ods with a password", lambda: kit.ods("", manifest='<m><encryption-data/></m>'), "U03"),
    bad(".ods without content", lambda: kit.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, method=0), "U01"),
    bad(".ods with 100 million repeated cells", _ods(CELL.format(1).replace("/>", ' table:number-columns-repeated="99999999"/>')), "U11", "U14"),
    bad(".ods with a million repeated rows", _ods(CELL.format(1), 'table:number-rows-repeated="1048576"'), "U14"),
    bad(".ods with a repeat below zero", _ods(CELL.format(1).replace("/>", ' table:number-columns-repeated="-1"/>')), "U01"),
    bad(".ods with infinity", _ods(CELL.format("INF")), "U13"),
    bad(".ods with words in a number", _ods(CELL.format("mot")), "U13"),
    bad(".ods without tables", lambda: kit.ods(""), "U18"),
    bad(".ods with entities", lambda: kit.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": f"{kit.HEAD}{DOCTYPE}<a/>"}, method=0), "U11"),
    bad(".xlsb cut inside a record", lambda: kit.xlsb(b"\x05\x7f\x00"), "U01"),
    bad(".xlsb with a text that claims 2 GB", lambda: kit.xlsb(_xlsb_cell(6, struct.pack("<I", 0x7FFFFFFF))), "U11"),
    bad(".xlsb with a text that is not there", lambda: kit.xlsb(_xlsb_cell(7, struct.pack("<I", 77))), "U01"),
    bad(".xlsb with infinity", lambda: kit.xlsb(_xlsb_cell(5, struct.pack("<d", float("inf")))), "U13"),
    bad(".xlsb with a cell in the last column", lambda: kit.xlsb(_xlsb_cell(5, struct.pack("<d", 1.0), 16_383)), "U14"),
    bad(".docx without a table", lambda: kit.docx("<w:p><w:r><w:t>Báo cáo</w:t></w:r></w:p>"), "U18"),
    bad(".docx without a body", lambda: kit.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), "U01"),
    bad("HTML without a table", lambda: b"<html><body><p>404</p></body></html>", "U18"),
    bad("SpreadsheetML with entities", lambda: f'<?xml version="1.0"?>{DOCTYPE}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'.encode(), "U11", "U10"),
    bad("SpreadsheetML without sheets", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "U18"),
    bad("a PDF", lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "U06"),
    bad("a PDF with a mark before it", lambda: b"\n %PDF-1.4\n", "U06"),
    *[bad(f"a picture {magic[:4]!r}", lambda magic=magic: magic + bytes(200) + b"x", "U07") for magic in (b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\x00", b"MM\x00*", b"BM6\x00", b"\x00\x00\x00\x18ftypheic")],
    *[bad(f"an archive {magic[:4]!r}", lambda magic=magic: magic + bytes(200) + b"x", "U08") for magic in (b"Rar!\x1a\x07\x01", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"MSCF")],
    *[bad(f"a file of kind {magic[:6]!r}", lambda magic=magic: magic + b" some text\n" * 20, "U10") for magic in (b"MZ", b"\x7fELF", b"SQLite format 3\x00", b"{\\rtf1", b"PAR1", b"MIME-Version: 1.0", b"#!/bin/sh", b"<?xml version='1.0'?><a/>", b"<svg/>")],
    bad("nothing but zero bytes", lambda: bytes(10_000), "U02"),
    bad("blank lines", lambda: b"\n\r\n  \n", "U02"),
    bad("text with NUL", lambda: b"a;b\n1;\x002\n", "U24"),
    bad("text with control characters", lambda: b"a;b\n1;\x07\x1b[2J\n", "U10"),
    bad("random bytes", lambda: bytes((n * 73 + n // 7) % 256 for n in range(5_000)), "U10", "U24"),
    bad("an open quote", lambda: 'a;b\n"1;2\n3;4\n'.encode(), "U25"),
    bad("text after a quote", lambda: 'a;b\n"1"x;2\n'.encode(), "U25"),
    bad("half a UTF-16 character", lambda: "a;b\n1;2\n".encode("utf-16") + b"\x00", "U01", "U24"),
    bad("a field of 200,000 characters", lambda: b"a;b\n" + b"x" * 200_000 + b";1\n", "U17", "U25"),
]


def truncations() -> Iterator[Bad]:
    """Good containers cut off at many places: never a reading."""
    for name, whole in (("xlsx", kit.xlsx()), ("ods", kit.ods('<table:table table:name="T"/>')), ("xlsb", kit.xlsb(_xlsb_cell(5, struct.pack("<d", 1.0)))), ("docx", kit.docx("<w:tbl/>"))):
        for percent in (1, 10, 25, 40, 50, 60, 75, 90, 99):
            cut = max(3, len(whole) * percent // 100)
            yield bad(f"{name} cut at {percent} %", lambda whole=whole, cut=cut: whole[:cut], "U01", "U09", "U10")
    whole = biff.xls()
    for percent in (5, 10, 25, 40, 50, 60, 75, 90):
        cut = len(whole) * percent // 100
        yield bad(f"xls cut at {percent} %", lambda cut=cut: whole[:cut], "U01", "U11", "U10")


def damaged_streams() -> Iterator[Bad]:
    """Single bits of a member's stored bytes flipped: the CRC must notice."""
    content = kit.xlsx()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
    for info in infos:
        start = info.header_offset + 30 + len(info.filename)
        for share in (0.1, 0.35, 0.5, 0.65, 0.9):
            position = start + int(info.compress_size * share)
            for bit in (1, 64):
                flipped = bytearray(content)
                flipped[position] ^= bit
                yield bad(f"{info.filename} flipped at {position} bit {bit}", lambda flipped=bytes(flipped): flipped, "U01", "U12")


ALL = [*PACKAGES, *SHEETS, *COMPOUND, *OTHERS, *truncations(), *damaged_streams()]
