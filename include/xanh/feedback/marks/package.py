"""An Office package: parts, content types and relations. Parts that nobody touches are copied as they are compressed."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": MAIN.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": OFFICE.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/extendedProperties": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/customProperties": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}
"""Namespaces of the strict variant (ISO 29500) and their everyday twins."""


_LEVEL = 1
"""Of compression: a third of the time of the usual level, for a file that is a fifth larger and kept for a few weeks."""
LARGEST_PART = 48 << 20
"""Bytes of a part that is taken apart; its tree needs about ten times as much memory."""


class TooLarge(ValueError):
    """A part is too large to be marked within the memory of an ingest task; the page alone goes back."""


class NotPatchable(ValueError):
    """The package lacks a part that a workbook must have; a copy of its values is made instead."""


def tag(name: str, namespace: str = MAIN) -> str:
    """The name as lxml writes it."""
    return f"{{{namespace}}}{name}"


def parse_xml(content: bytes) -> etree._Element:
    """The root element; entities are never resolved and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NotPatchable(f"a part is no XML: {error}") from error


class _Packed(NamedTuple):
    """A part as it stands in a zip."""

    method: int
    size: int
    """Of the content in bytes, and its checksum."""
    crc: int
    stored: memoryview | bytes

    def content(self) -> bytes:
        """Raises NotPatchable for what cannot be inflated or does not fit size and checksum."""
        try:
            content = bytes(self.stored) if self.method == zipfile.ZIP_STORED else self._inflated()
        except zlib.error as error:
            raise NotPatchable(f"a part is damaged: {error}") from error
        if len(content) != self.size or zlib.crc32(content) != self.crc:
            raise NotPatchable("a part does not fit its checksum")
        return content

    def _inflated(self) -> bytes:
        if self.method != zipfile.ZIP_DEFLATED:
            raise NotPatchable(f"a part is compressed by method {self.method}")
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.stored, self.size + 1)


class Package:
    """The parts of a file by name, in their order. Raises NotPatchable for what is no zip or does not fit its checksums."""

    def __init__(self, content: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
        except zipfile.BadZipFile as error:
            raise NotPatchable(f"not a zip: {error}") from error
        self._packed = {info.filename: _packed(content, info) for info in infos}
        self._contents = {name: packed.content() for name, packed in self._packed.items()}
        self.parts = dict(self._contents)
        if any(
            b"purl.oclc.org/ooxml" in part[:4096] for name, part in self.parts.items() if name.endswith("workbook.xml")
        ):
            self._from_strict()
        self._trees: dict[str, etree._Element] = {}

    def _from_strict(self) -> None:
        for name in [name for name in self.parts if name.endswith((".xml", ".rels"))]:
            for strict, usual in _STRICT.items():
                self.parts[name] = self.parts[name].replace(strict, usual)

    def tree(self, name: str) -> etree._Element:
        """The part as a tree; what is changed in it is written on save."""
        if name not in self._trees:
            if name not in self.parts:
                raise NotPatchable(f"the part {name} is missing")
            if len(self.parts[name]) > LARGEST_PART:
                raise TooLarge(f"the part {name} has {len(self.parts[name])} bytes")
            self._trees[name] = parse_xml(self.parts[name])
        return self._trees[name]

    def add(self, name: str, root: etree._Element, content_type: str) -> None:
        """A new XML part."""
        self._trees[name] = root
        self.parts[name] = b""
        self.set_type(name, content_type)

    def remove(self, name: str) -> None:
        """Takes a part and its content type out; relations to it are the caller's."""
        self.parts.pop(name, None)
        self._trees.pop(name, None)
        types = self.tree("[Content_Types].xml")
        for override in types.findall(tag("Override", TYPES)):
            if override.get("PartName") == "/" + name:
                types.remove(override)

    def free_name(self, pattern: str) -> str:
        """The first name of the pattern (`xl/comments{}.xml`) that no part has."""
        taken = {name.casefold() for name in self.parts}
        number = 1
        while pattern.format(number).casefold() in taken:
            number += 1
        return pattern.format(number)

    def set_type(self, name: str, content_type: str) -> None:
        """The content type of one part."""
        types = self.tree("[Content_Types].xml")
        for override in types.findall(tag("Override", TYPES)):
            if override.get("PartName") == "/" + name:
                override.set("ContentType", content_type)
                return
        etree.SubElement(types, tag("Override", TYPES), PartName="/" + name, ContentType=content_type)

    def set_default_type(self, extension: str, content_type: str) -> None:
        """The content type of all parts with an ending, unless the package says it already."""
        types = self.tree("[Content_Types].xml")
        known = [(each.get("Extension") or "").casefold() for each in types.findall(tag("Default", TYPES))]
        if extension not in known:
            types.insert(0, etree.Element(tag("Default", TYPES), Extension=extension, ContentType=content_type))

    def relations(self, part: str) -> Relations:
        """The relations of a part; of the package for an empty name."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", name + ".rels")
        if path not in self.parts:
            self.parts[path] = b""
            self._trees[path] = etree.Element(tag("Relationships", RELATIONS), nsmap={None: RELATIONS})
        return Relations(self.tree(path), folder)

    def save(self) -> bytes:
        """The file, the same bytes for the same content."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in sorted(self.parts, key=lambda name: name != "[Content_Types].xml"):
                _append(archive, stream, name, self._as_packed(name))
        return stream.getvalue()

    def _as_packed(self, name: str) -> _Packed:
        content = self.parts[name]
        if name in self._trees:
            content = etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True)
        elif content is self._contents.get(name):
            return self._packed[name]
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        stored = deflate.compress(content) + deflate.flush()
        return _Packed(zipfile.ZIP_DEFLATED, len(content), zlib.crc32(content), stored)


def _packed(content: bytes, info: zipfile.ZipInfo) -> _Packed:
    """The part of a zip: its bytes stand behind its local header, a name and an extra field."""
    lengths = info.header_offset + 26
    try:
        start = lengths + 4 + sum(struct.unpack_from("<HH", content, lengths))
    except struct.error as error:
        raise NotPatchable(f"the part {info.filename} is missing") from error
    return _Packed(
        info.compress_type, info.file_size, info.CRC, memoryview(content)[start : start + info.compress_size]
    )


def _append(archive: zipfile.ZipFile, stream: io.BytesIO, name: str, packed: _Packed) -> None:
    """Writes a part that is compressed already, which zipfile itself cannot do."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type, info.CRC = packed.method, packed.crc
    info.compress_size, info.file_size = len(packed.stored), packed.size
    info.external_attr = 0o600 << 16
    info.header_offset = stream.tell()
    stream.write(info.FileHeader())
    stream.write(packed.stored)
    archive.filelist.append(info)
    archive.NameToInfo[name] = info
    archive.start_dir = stream.tell()


class Relations:
    """Where a part points to."""

    def __init__(self, root: etree._Element, folder: str) -> None:
        self._root, self._folder = root, folder

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Id, the last word of the type, and the target part (the address itself for external ones)."""
        for each in self._root.findall(tag("Relationship", RELATIONS)):
            target = each.get("Target", "")
            if each.get("TargetMode") != "External":
                joined = target if target.startswith("/") else posixpath.join(self._folder, target)
                target = posixpath.normpath(joined).lstrip("/")
            yield each.get("Id", ""), each.get("Type", "").rsplit("/", 1)[-1], target

    def first(self, kind: str) -> tuple[str, str] | None:
        """Id and target of the first relation of a kind such as `comments`."""
        return next(((rid, target) for rid, type_, target in self if type_ == kind), None)

    def target(self, rid: str) -> str | None:
        """The part that an id points to."""
        return self.targets().get(rid)

    def targets(self) -> dict[str, str]:
        """The part that each id points to; an id that stands twice is the first."""
        return {rid: target for rid, _, target in reversed(list(self))}

    def add(self, kind: str, target: str, base: str = OFFICE) -> str:
        """A new relation to a part and its id."""
        taken = {rid for rid, _, _ in self}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        attributes = {"Id": f"rId{number}", "Type": f"{base}/{kind}", "Target": "/" + target}
        etree.SubElement(self._root, tag("Relationship", RELATIONS), attributes)
        return f"rId{number}"

    def remove(self, rid: str) -> None:
        """Takes a relation out."""
        for each in self._root.findall(tag("Relationship", RELATIONS)):
            if each.get("Id") == rid:
                self._root.remove(each)
