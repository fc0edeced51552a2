"""Looks at a file before any parser does: what is it really, and could it hurt. Never trusts a name or a header.

`inspect` decides by content. What a container holds is inflated once, counted while it inflates, checked against its
CRC and
kept for the readers, which therefore never open the file again. The readers of `xanh.parsing.formats` continue the preflight
inside
the sheets (duplicate and far cells, lying counts), before the second reader, calamine, may touch the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xanh.limits import Limits, spoken_size
from xanh.model import Note
from xanh.parsing import gate_cfb, gate_zip
from xanh.parsing.unreadable import Unreadable

__all__ = ["Container", "Unreadable", "inspect"]

_HEAD = 4096
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"BM",
    b"RIFF",
    b"\x00\x00\x00\x0cjP",
)
_ARCHIVES = {
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"MSCF": "CAB",
}
_OTHERS = {
    b"MZ": "chương trình Windows (.exe)",
    b"\x7fELF": "chương trình Linux",
    b"SQLite format 3\x00": "cơ sở dữ liệu SQLite",
    b"{\\rtf": "văn bản RTF",
    b"PAR1": "Parquet",
    b"From ": "thư điện tử",
    b"Received:": "thư điện tử",
    b"MIME-Version:": "trang web lưu một tệp (.mht)",
    b"#!": "tập lệnh",
}
_MARKUP_SIGNS = (b"<html", b"<table", b"<!doctype html", b"<meta", b"<head", b"<body", b"<style")


@dataclass(frozen=True)
class Container:
    """What the file is, and its parts where it has some."""

    kind: str
    """xlsx, xlsm, xlsb, xls, ods, docx, html, xml2003, text"""
    data: bytes
    """The whole file, or the one file inside a .zip."""
    members: Mapping[str, bytes] = field(default_factory=dict)
    """The inflated parts of a zip container, by name; pictures and other media are checked but not kept. Of an .xls: `Workbook`."""
    notes: tuple[Note, ...] = ()


def inspect(path: Path, limits: Limits) -> Container:
    """The container in `path`, checked. Raises Unreadable with the rule that says why it cannot be read."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise Unreadable("U04", {"size": spoken_size(size), "limit": spoken_size(limits.file_bytes)})
    return inspect_bytes(path.read_bytes(), limits, is_nested=False)


def inspect_bytes(data: bytes, limits: Limits, *, is_nested: bool) -> Container:
    """As `inspect`, for bytes; `is_nested` when they came out of a .zip, which may not hold another archive."""
    if not data.strip(b"\x00"):
        raise Unreadable("U02")
    if data.startswith(b"PK"):
        return _inspect_zip(data, limits, is_nested)
    if data.startswith(gate_cfb.MAGIC):
        stream, notes = gate_cfb.check_xls(data, limits)
        return Container("xls", data, {"Workbook": stream}, notes)
    _refuse_known_others(data[:_HEAD])
    if data[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08") and data[2:4] in (
        b"\x04\x00",
        b"\x06\x00",
        b"\x08\x00",
    ):
        return Container("xls", data)  # BIFF2-BIFF5 without an OLE container: Excel 2 to 4
    return Container(_text_kind(data), data)


def _inspect_zip(data: bytes, limits: Limits, is_nested: bool) -> Container:
    package = gate_zip.inflate(data, limits)
    if package.kind != "zip":
        return Container(package.kind, data, package.members, package.notes)
    if is_nested:
        raise Unreadable("U09", {"count": "0"})
    name, inner = gate_zip.single_file(package)
    del name
    found = inspect_bytes(inner, limits, is_nested=True)
    return Container(found.kind, found.data, found.members, (*found.notes, Note("U52")))


def _refuse_known_others(head: bytes) -> None:
    if head.lstrip()[:5] == b"%PDF-":
        raise Unreadable("U06")
    if head.startswith(_PICTURES) or head[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif", b"ftypheix"):
        raise Unreadable("U07")
    for magic, spoken in _ARCHIVES.items():
        if head.startswith(magic):
            raise Unreadable("U08", {"kind": spoken})
    for magic, spoken in _OTHERS.items():
        if head.startswith(magic):
            raise Unreadable("U10", {"kind": spoken})


def _text_kind(data: bytes) -> str:
    head = _as_ascii(data[:_HEAD]).lstrip().lower()
    if head.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml2003"
    if head.startswith(b"<?xml") and b"urn:oasis:names:tc:opendocument:xmlns:office" in head:
        raise Unreadable("U26")
    if head.startswith(b"<") and any(sign in head for sign in _MARKUP_SIGNS):
        return "html"
    if head.startswith((b"<?xml", b"<!doctype", b"<svg")):
        raise Unreadable("U10", {"kind": "XML"})
    return "text"


def _as_ascii(head: bytes) -> bytes:
    """The head without a byte order mark and, when it is UTF-16, without the other halves."""
    if head.startswith(b"\xff\xfe"):
        return head[2::2]
    if head.startswith(b"\xfe\xff"):
        return head[3::2]
    return head.removeprefix(b"\xef\xbb\xbf")
