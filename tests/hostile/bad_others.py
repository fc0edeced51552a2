"""Old .xls, .ods, .xlsb, .docx, HTML, text, and what is no spreadsheet at all."""

from __future__ import annotations

import struct

import biff_kit as biff
import ooxml_kit as kit
from bad import Make, bad
from bad_packages import DOCTYPE


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
    bad(
        "texts that claim 100 million",
        lambda: biff.xls(biff.stream(extra=biff.record(0xFC, struct.pack("<II", 10**8, 10**8)))),
        "U11",
    ),
    bad(
        "dimensions beyond Excel",
        lambda: biff.xls(biff.stream(sheet_extra=biff.record(0x200, struct.pack("<IIHHH", 0, 10**6, 0, 9999, 0)))),
        "U11",
    ),
    bad("a record longer than the stream", lambda: biff.xls(biff.stream() + struct.pack("<HH", 0x203, 60_000)), "U01"),
    bad("no BOF", lambda: biff.xls(bytes(4096)), "U01"),
    bad("infinity in .xls", lambda: biff.xls(biff.stream(biff.number(0, 0, float("inf")))), "U13", "U01"),
    bad("NaN in .xls", lambda: biff.xls(biff.stream(biff.number(0, 0, float("nan")))), "U13", "U01"),
    bad("250 sheets in .xls", lambda: biff.xls(biff.stream(sheets=250)), "U05"),
    bad("no sheet in .xls", lambda: biff.xls(biff.stream(sheets=0)), "U18", "U01"),
]

CELL = '<table:table-cell office:value-type="float" office:value="{}"/>'


def _ods(cells: str, repeat: str = "") -> Make:
    return lambda: kit.ods(
        f'<table:table table:name="T"><table:table-row {repeat}>{cells}</table:table-row></table:table>'
    )


def xlsb_cell(kind: int, value: bytes, column: int = 0) -> bytes:
    head = kit.record(0, struct.pack("<IIHBB", 0, 0, 300, 0, 0) + bytes(5))
    return head + kit.record(kind, struct.pack("<II", column, 0) + value)


PAGE = b"<html><table><tr><td>1</td></tr></table>"
OTHERS = [
    bad(".ods with a password", lambda: kit.ods("", manifest="<m><encryption-data/></m>"), "U03"),
    bad(
        ".ods without content",
        lambda: kit.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, method=0),
        "U01",
    ),
    bad(
        ".ods with 100 million repeated cells",
        _ods(CELL.format(1).replace("/>", ' table:number-columns-repeated="99999999"/>')),
        "U11",
        "U14",
    ),
    bad(".ods with a million repeated rows", _ods(CELL.format(1), 'table:number-rows-repeated="1048576"'), "U14"),
    bad(
        ".ods with a repeat below zero",
        _ods(CELL.format(1).replace("/>", ' table:number-columns-repeated="-1"/>')),
        "U01",
    ),
    bad(".ods with infinity", _ods(CELL.format("INF")), "U13"),
    bad(".ods with words in a number", _ods(CELL.format("mot")), "U13"),
    bad(".ods without tables", lambda: kit.ods(""), "U18"),
    bad(
        ".ods with entities",
        lambda: kit.zipped(
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": f"{kit.HEAD}{DOCTYPE}<a/>"},
            method=0,
        ),
        "U11",
    ),
    bad(".xlsb cut inside a record", lambda: kit.xlsb(b"\x05\x7f\x00"), "U01"),
    bad(".xlsb with a text that claims 2 GB", lambda: kit.xlsb(xlsb_cell(6, struct.pack("<I", 0x7FFFFFFF))), "U11"),
    bad(".xlsb with a text that is not there", lambda: kit.xlsb(xlsb_cell(7, struct.pack("<I", 77))), "U01"),
    bad(".xlsb with infinity", lambda: kit.xlsb(xlsb_cell(5, struct.pack("<d", float("inf")))), "U13"),
    bad(".xlsb with a cell in the last column", lambda: kit.xlsb(xlsb_cell(5, struct.pack("<d", 1.0), 16_383)), "U14"),
    bad(".docx without a table", lambda: kit.docx("<w:p><w:r><w:t>Báo cáo</w:t></w:r></w:p>"), "U18"),
    bad(
        ".docx without a body",
        lambda: kit.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
        "U01",
    ),
    *[
        bad(
            f".docx with {name} of {value[:9]}",
            lambda name=name, place=place, value=value: kit.docx(
                f'<w:tbl><w:tr>{place[0]}<w:{name} w:val="{value}"/>{place[1]}</w:tr></w:tbl>'
            ),
            "U01",
        )
        for name, place in (
            ("gridSpan", ("<w:tc><w:tcPr>", "</w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>")),
            ("gridBefore", ("<w:trPr>", "</w:trPr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>")),
        )
        for value in ("-5", "mot", "9" * 5_000)
    ],
    bad("HTML without a table", lambda: b"<html><body><p>404</p></body></html>", "U18"),
    bad("HTML with 300,000 comments that never end", lambda: PAGE + b"<!--" * 300_000, "U01"),
    bad("HTML with 300,000 tags that never end", lambda: PAGE + b"<a b='" * 300_000, "U01"),
    bad("HTML with five million tags", lambda: PAGE + b"<b>" * 5_000_000, "U05"),
    bad(
        "SpreadsheetML with entities",
        lambda: (
            f'<?xml version="1.0"?>{DOCTYPE}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'.encode()
        ),
        "U11",
        "U10",
    ),
    bad(
        "SpreadsheetML without sheets",
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "U18",
    ),
    bad(
        "a flat OpenDocument spreadsheet",
        lambda: (
            b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:body>'
            b"<office:spreadsheet><table:table><table:table-row/></table:table></office:spreadsheet></office:body>"
        ),
        "U26",
    ),
    bad("a PDF", lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "U06"),
    bad("a PDF with a mark before it", lambda: b"\n %PDF-1.4\n", "U06"),
    *[
        bad(f"a picture {magic[:4]!r}", lambda magic=magic: magic + bytes(200) + b"x", "U07")
        for magic in (
            b"\x89PNG\r\n",
            b"\xff\xd8\xff\xe0",
            b"GIF89a",
            b"II*\x00",
            b"MM\x00*",
            b"BM6\x00",
            b"\x00\x00\x00\x18ftypheic",
        )
    ],
    *[
        bad(f"an archive {magic[:4]!r}", lambda magic=magic: magic + bytes(200) + b"x", "U08")
        for magic in (b"Rar!\x1a\x07\x01", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"MSCF")
    ],
    *[
        bad(f"a file of kind {magic[:6]!r}", lambda magic=magic: magic + b" some text\n" * 20, "U10")
        for magic in (
            b"MZ",
            b"\x7fELF",
            b"SQLite format 3\x00",
            b"{\\rtf1",
            b"PAR1",
            b"MIME-Version: 1.0",
            b"#!/bin/sh",
            b"<?xml version='1.0'?><a/>",
            b"<svg/>",
        )
    ],
    bad("nothing but zero bytes", lambda: bytes(10_000), "U02"),
    bad("blank lines", lambda: b"\n\r\n  \n", "U02"),
    bad("text with NUL", lambda: b"a;b\n1;\x002\n", "U24"),
    bad("text with control characters", lambda: b"a;b\n1;\x07\x1b[2J\n", "U10"),
    bad("random bytes", lambda: bytes((n * 73 + n // 7) % 256 for n in range(5_000)), "U10", "U24"),
    bad("an open quote", lambda: b'a;b\n"1;2\n3;4\n', "U25"),
    bad("text after a quote", lambda: b'a;b\n"1"x;2\n', "U25"),
    bad("half a UTF-16 character", lambda: "a;b\n1;2\n".encode("utf-16") + b"\x00", "U01", "U24"),
    bad("a field of 200,000 characters", lambda: b"a;b\n" + b"x" * 200_000 + b";1\n", "U17", "U25"),
]
