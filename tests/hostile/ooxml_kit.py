"""Builds .xlsx, .xlsb, .ods, .docx and plain .zip files part by part, so that a test can make exactly one thing
wrong."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
GOOD_ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>12.5</v></c></row>'
)
STYLES = (
    f'{HEAD}<styleSheet {NS}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="3"><font><name val="Times New Roman"/></font><font><name val=".VnTime"/></font>'
    '<font><name val=".VnTimeH"/></font></fonts>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0"/><xf numFmtId="10" fontId="0"/><xf numFmtId="164" fontId="0"/>'
    '<xf numFmtId="0" fontId="1"/><xf numFmtId="0" fontId="2"/></cellXfs></styleSheet>'
)


def sheet(rows: str = GOOD_ROWS, *, before: str = "", after: str = "") -> str:
    """A worksheet part around the rows."""
    return f"{HEAD}<worksheet {NS}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def strings(*items: str, counts: str = "") -> str:
    """A sharedStrings part; an item that starts with `<` is taken as the inside of <si>."""
    texts = [item if item.startswith("<") else f'<t xml:space="preserve">{item}</t>' for item in items]
    inner = "".join(f"<si>{text}</si>" for text in texts)
    return f"{HEAD}<sst {NS} {counts}>{inner}</sst>"


def workbook(names: Mapping[str, str] | None = None, *, extra: str = "", before: str = "") -> str:
    """A workbook part; sheet name to state."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, (name, state) in enumerate((names or {"Bieu 01": "visible"}).items(), 1)
    )
    return f'{HEAD}<workbook {NS} xmlns:r="{REL_NS}">{before}<sheets>{listed}</sheets>{extra}</workbook>'


def relations(count: int) -> str:
    """Relations of the workbook to `count` sheets, styles and shared strings."""
    sheets = "".join(
        f'<Relationship Id="rId{n}" Type="{REL_NS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{sheets}'
        f'<Relationship Id="rId9001" Type="{REL_NS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId9002" Type="{REL_NS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )


def parts(**changed: str | bytes | None) -> dict[str, str | bytes]:
    """The parts of a good workbook, with some replaced (`sheet1=`, `shared=`, `styles=`, `book=`, `rels=`) or left
    out (None)."""
    names = {
        "types": "[Content_Types].xml",
        "root": "_rels/.rels",
        "book": "xl/workbook.xml",
        "rels": "xl/_rels/workbook.xml.rels",
        "shared": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "sheet1": "xl/worksheets/sheet1.xml",
    }
    good: dict[str, str | bytes | None] = {
        "types": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "root": f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{REL_NS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "book": workbook(),
        "rels": relations(1),
        "shared": strings("Sản phẩm", "Tháng 6", "Xi măng"),
        "styles": STYLES,
        "sheet1": sheet(),
    }
    good.update(changed)
    return {names.get(key, key): content for key, content in good.items() if content is not None}


def zipped(contents: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx(**changed: str | bytes | None) -> bytes:
    """A good workbook, with some parts changed."""
    return zipped(parts(**changed))


def raw_zip(entries: list[dict[str, object]], *, comment: bytes = b"") -> bytes:
    """A zip written byte by byte: each entry gives name and data, and may lie about crc, sizes, flags, method,
    offset, local name."""
    body, directory = b"", b""
    for entry in entries:
        name, data = entry["name"], entry["data"]
        assert isinstance(name, bytes)
        assert isinstance(data, bytes)
        method = entry.get("method", 0)
        packed = data if method != 8 else zlib.compress(data, 9)[2:-4]
        crc = entry.get("crc", zlib.crc32(data))
        size, stored, flags = entry.get("size", len(data)), entry.get("stored", len(packed)), entry.get("flags", 0)
        local = entry.get("local", name)
        assert isinstance(local, bytes)
        offset = entry.get("offset", len(body))
        header = struct.pack("<4s5HIIIHH", b"PK\x03\x04", 20, flags, method, 0, 33, crc, stored, size, len(local), 0)
        body += header + local + packed
        directory += (
            struct.pack(
                "<4s6HIIIHHHHHII",
                b"PK\x01\x02",
                20,
                20,
                flags,
                method,
                0,
                33,
                crc,
                stored,
                size,
                len(name),
                0,
                0,
                0,
                0,
                0,
                offset,
            )
            + name
        )
    count = len(entries)
    end = struct.pack("<4s4HIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), len(comment))
    return body + directory + end + comment


def ods(table: str, *, styles: str = "", manifest: str = "", **more: str) -> bytes:
    """An .ods with one spreadsheet body."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f"{HEAD}<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    )
    members = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": manifest or f"{HEAD}<manifest/>",
        **more,
    }
    return zipped(members, method=zipfile.ZIP_STORED)


def docx(body: str, **more: str) -> bytes:
    """A .docx around the body."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return zipped(
        {
            "[Content_Types].xml": f"{HEAD}<Types/>",
            "word/document.xml": f"{HEAD}<w:document {space}><w:body>{body}</w:body></w:document>",
            **more,
        }
    )


def record(number: int, body: bytes = b"") -> bytes:
    """A record of a .xlsb part."""
    kind = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    length, size = len(body), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return kind + size + body


def wide(text: str) -> bytes:
    """A counted UTF-16 text of a .xlsb part."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(cells: bytes, *, state: int = 0, shared: bytes | None = None, styles: bytes | None = None) -> bytes:
    """A .xlsb with one sheet whose data are the given records."""
    bundle = record(156, struct.pack("<II", state, 1) + wide("rId1") + wide("Bieu 01"))
    book = record(131) + record(153, bytes(12)) + record(143) + bundle + record(144) + record(132)
    begin = record(129) + record(148, struct.pack("<IIII", 0, 9, 0, 9)) + record(145)
    texts = shared if shared is not None else record(19, b"\0" + wide("Xi măng"))
    font = record(43, bytes(21) + wide("Times New Roman"))
    default = record(617, struct.pack("<I", 2)) + record(47, struct.pack("<HHH", 0, 0, 0) + bytes(10))
    percent = record(47, struct.pack("<HHH", 0, 10, 0) + bytes(10)) + record(618)
    main = f'<Relationship Id="rId1" Type="{REL_NS}/officeDocument" Target="xl/workbook.bin"/>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f"<Relationships>{main}</Relationships>",
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": "<Relationships>"
            f'<Relationship Id="rId1" Type="{REL_NS}/worksheet" Target="worksheets/sheet1.bin"/>'
            f'<Relationship Id="rId2" Type="{REL_NS}/sharedStrings" Target="sharedStrings.bin"/>'
            f'<Relationship Id="rId3" Type="{REL_NS}/styles" Target="styles.bin"/></Relationships>',
            "xl/sharedStrings.bin": record(159, struct.pack("<II", 1, 1)) + texts + record(160),
            "xl/styles.bin": styles if styles is not None else record(278) + font + default + percent + record(279),
            "xl/worksheets/sheet1.bin": begin + cells + record(146) + record(130),
        }
    )
