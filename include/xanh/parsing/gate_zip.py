"""Preflight of zip containers: every member is inflated once under budgets, its CRC checked, nothing in its headers
believed."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from xanh.limits import Limits, spoken_count, spoken_size
from xanh.model import Note
from xanh.parsing.unreadable import Unreadable

_CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s5HIIIHH")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._|~\$|\.~lock)", re.IGNORECASE)
_DOCTYPE, _ENTITY = ("<!DOCTYPE", "<!ENTITY")
_ENCODINGS = ("ascii", "utf-16-le", "utf-16-be")
_MEDIA = re.compile(r"(^|/)(media|Pictures|Thumbnails)/", re.IGNORECASE)
_MACRO = re.compile(r"(^|/)(vbaProject\.bin|macrosheets/|Basic/.+\.xml)", re.IGNORECASE)
_EMBEDDED = re.compile(r"(^|/)(embeddings|activeX|ObjectReplacements)/", re.IGNORECASE)
_EXTERNAL = re.compile(r"(^|/)externalLinks/externalLink\d*\.(xml|bin)$", re.IGNORECASE)
_OOXML_MAIN = {
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "docx",
}
_OTHER_OFFICE = {"ppt/presentation.xml": "PowerPoint", "visio/document.xml": "Visio"}
_ODF = {
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "ods",
}


@dataclass(frozen=True)
class Package:
    """An inflated zip container: xlsx, xlsm, xlsb, ods, docx, or `zip` for any other."""

    kind: str
    members: dict[str, bytes]
    notes: tuple[Note, ...]


def inflate(data: bytes, limits: Limits) -> Package:
    """All members of the zip in `data`. Raises Unreadable for damage, encryption, tricks and exceeded budgets."""
    infos = _directory(data, limits)
    members: dict[str, bytes] = {}
    total = 0
    for info in infos:
        if info.is_dir():
            continue
        content = _member(data, info, limits, limits.inflated_bytes - total)
        total += len(content)
        if not _MEDIA.search(info.filename):
            members[info.filename.replace("\\", "/").lstrip("/")] = content
    kind = _kind(members)
    if kind == "zip" and any(_MEDIA.search(info.filename) for info in infos):
        raise Unreadable("U07")
    if kind != "zip":
        _refuse_doctype(members)
    return Package(kind, members, _notes(members))


def single_file(package: Package) -> tuple[str, bytes]:
    """Name and bytes of the only real file in a .zip. Raises Unreadable when there are none or several."""
    files = [(name, content) for name, content in package.members.items() if not _JUNK.search(name)]
    if len(files) != 1:
        raise Unreadable("U09", {"count": str(len(files))})
    return files[0]


def _directory(data: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        struct.error,
        UnicodeDecodeError,
        NotImplementedError,
        OverflowError,
    ) as error:
        raise Unreadable("U01", {"detail": "zip"}) from error
    if len(infos) > limits.member_count:
        raise Unreadable(
            "U05", {"what": "tệp con", "count": spoken_count(len(infos)), "limit": spoken_count(limits.member_count)}
        )
    seen: set[str] = set()
    for info in infos:
        name = info.filename.replace("\\", "/").lstrip("/").casefold()
        if name in seen:
            raise Unreadable("U11", {"detail": "trùng tệp con"})
        seen.add(name)
        if ".." in name.split("/") or "\x00" in info.orig_filename or re.match(r"[a-z]:", name):
            raise Unreadable("U11", {"detail": "đường dẫn tệp con"})
        if info.flag_bits & 0x1:
            raise Unreadable("U03")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("U10", {"kind": f"zip ({info.compress_type})"})
    _refuse_overlap(infos)
    return infos


def _refuse_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Members that share stored bytes are the trick of a zip bomb without nesting."""
    end = 0
    for info in sorted(infos, key=lambda entry: entry.header_offset):
        if info.header_offset < end:
            raise Unreadable("U11", {"detail": "tệp con chồng lên nhau"})
        end = info.header_offset + 30 + info.compress_size


def _member(data: bytes, info: zipfile.ZipInfo, limits: Limits, budget: int) -> bytes:
    """The member's content, of the real length; its header's sizes only have to agree with it."""
    start = _content_start(data, info)
    stored = data[start : start + info.compress_size]
    if len(stored) != info.compress_size:
        raise Unreadable("U01", {"detail": "thiếu phần cuối"})
    content = stored if info.compress_type == zipfile.ZIP_STORED else _inflated(stored, limits, budget)
    if len(content) > budget:
        raise _too_large(limits)
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise Unreadable("U01", {"detail": "CRC"})
    return content


def _content_start(data: bytes, info: zipfile.ZipInfo) -> int:
    try:
        header = _LOCAL_HEADER.unpack_from(data, info.header_offset)
    except struct.error as error:
        raise Unreadable("U01", {"detail": "thiếu phần cuối"}) from error
    start = info.header_offset + _LOCAL_HEADER.size
    name = data[start : start + header[9]]
    if header[0] != b"PK\x03\x04":
        raise Unreadable("U01", {"detail": "đầu tệp con"})
    if header[2] & 0x1:
        raise Unreadable("U03")
    if name.replace(b"\\", b"/") not in _name_bytes(info):
        raise Unreadable("U11", {"detail": "tên tệp con"})
    return start + int(header[9]) + int(header[10])


def _name_bytes(info: zipfile.ZipInfo) -> set[bytes]:
    """The ways in which the directory's name may stand in the local header."""
    names = set()
    for encoding in ("utf-8", "cp437"):
        try:
            names.add(info.orig_filename.encode(encoding).replace(b"\\", b"/"))
        except UnicodeEncodeError:
            continue
    return names


def _inflated(stored: bytes, limits: Limits, budget: int) -> bytes:
    engine = zlib.decompressobj(-15)
    parts: list[bytes] = []
    total = 0
    rest = stored
    try:
        while not engine.eof:
            part = engine.decompress(rest, _CHUNK)
            rest = engine.unconsumed_tail
            total += len(part)
            parts.append(part)
            if total > budget:
                raise _too_large(limits)
            if total > limits.ratio_from_bytes and total > limits.inflate_ratio * len(stored):
                raise Unreadable("U12", {"limit": str(limits.inflate_ratio)})
            if not part and not rest:
                raise Unreadable("U01", {"detail": "deflate"})
    except zlib.error as error:
        raise Unreadable("U01", {"detail": "deflate"}) from error
    return b"".join(parts)


def _too_large(limits: Limits) -> Unreadable:
    return Unreadable(
        "U04", {"size": f"hơn {spoken_size(limits.inflated_bytes)}", "limit": spoken_size(limits.inflated_bytes)}
    )


def _kind(members: dict[str, bytes]) -> str:
    mimetype = members.get("mimetype", b"").strip()
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        return _odf_kind(mimetype, members)
    if "[Content_Types].xml" not in members and "_rels/.rels" not in members:
        return "zip"
    main = next((name for name in _OOXML_MAIN if name in members), None) or main_by_relation(members)
    if main in _OTHER_OFFICE:
        raise Unreadable("U10", {"kind": _OTHER_OFFICE[main]})
    if main is None or main not in members:
        raise Unreadable("U01", {"detail": "thiếu phần chính"})
    kind = _OOXML_MAIN.get(main, "xlsb" if main.endswith(".bin") else "xlsx")
    has_macros = any(_MACRO.search(name) for name in members)
    return (
        "xlsm"
        if kind == "xlsx" and (has_macros or b"macroEnabled" in members.get("[Content_Types].xml", b""))
        else kind
    )


def main_by_relation(members: Mapping[str, bytes]) -> str | None:
    """The main part where it has an unusual name: what the package's root relation `officeDocument` points at."""
    found = re.search(
        rb'<(?:\w+:)?Relationship\b(?=[^<>]*/officeDocument")[^<>]*\bTarget="/?([^"]+)"',
        members.get("_rels/.rels", b""),
    )
    return found[1].decode("utf-8", "replace").replace("\\", "/") if found else None


def _odf_kind(mimetype: bytes, members: dict[str, bytes]) -> str:
    if mimetype not in _ODF:
        raise Unreadable("U10", {"kind": "OpenDocument " + mimetype.rpartition(b".")[2].decode("ascii", "replace")})
    if b"encryption-data" in members.get("META-INF/manifest.xml", b""):
        raise Unreadable("U03")
    if "content.xml" not in members:
        raise Unreadable("U01", {"detail": "content.xml"})
    return _ODF[mimetype]


def _refuse_doctype(members: dict[str, bytes]) -> None:
    """No part may declare entities or a document type; two parts that nobody reads here have harmless ones of old."""
    for name, content in members.items():
        lowered = name.lower()
        if not lowered.endswith((".xml", ".rels", ".vml")):
            continue
        is_old_habit = lowered.endswith(".vml") or lowered == "meta-inf/manifest.xml"
        if _holds(content, _ENTITY) or (not is_old_habit and _holds(content, _DOCTYPE)):
            raise Unreadable("U11", {"detail": "DOCTYPE"})


def _holds(content: bytes, declaration: str) -> bool:
    """Whether it stands in the content in some encoding; one with bytes of zero only where there are such."""
    encodings = _ENCODINGS if b"\x00" in content else _ENCODINGS[:1]
    return any(declaration.encode(encoding) in content for encoding in encodings)


def _notes(members: dict[str, bytes]) -> tuple[Note, ...]:
    notes = []
    if any(_MACRO.search(name) for name in members):
        notes.append(Note("U50"))
    if any(_EMBEDDED.search(name) for name in members):
        notes.append(Note("U51"))
    links = sum(1 for name in members if _EXTERNAL.search(name))
    if links:
        notes.append(Note("U53", params={"count": str(links)}))
    return tuple(notes)


def parse_xml(content: bytes, parser: expat.XMLParserType) -> None:
    """Feeds `content` to the parser. Raises Unreadable for XML that is not well formed or declares a document type."""

    def refuse(*_: object) -> None:
        raise Unreadable("U11", {"detail": "DOCTYPE"})

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable("U01", {"detail": "XML"}) from error
