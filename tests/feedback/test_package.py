"""A marked workbook holds the department's own parts as they came."""

from __future__ import annotations

import io
import zipfile

import pytest

from xanh.feedback.marks.package import NotPatchable, Package

TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
PARTS = {
    "[Content_Types].xml": TYPES,
    "xl/media/ảnh 1.png": bytes(range(256)) * 40,
    "xl/empty.bin": b"",
    "xl/worksheets/sheet1.xml": b"<worksheet>" + b"<c/>" * 5000 + b"</worksheet>",
}


class Unseekable(io.RawIOBase):
    """What a program that streams writes to: sizes and checksums stand behind each part."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, more: object) -> int:
        added = bytes(more)  # type: ignore[call-overload]
        self.content += added
        return len(added)


def zipped(method: int, level: int = 9, *, before: bytes = b"", is_streamed: bool = False) -> bytes:
    stream = Unseekable() if is_streamed else io.BytesIO()
    stream.write(before)
    with zipfile.ZipFile(stream, "w", method, compresslevel=level) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
    return bytes(stream.content) if isinstance(stream, Unseekable) else stream.getvalue()


PACKAGES = {
    "deflated": zipped(zipfile.ZIP_DEFLATED),
    "stored": zipped(zipfile.ZIP_STORED),
    "streamed": zipped(zipfile.ZIP_DEFLATED, is_streamed=True),
    "behind other bytes": zipped(zipfile.ZIP_DEFLATED, before=b"not of the zip"),
}


@pytest.mark.parametrize("content", PACKAGES.values(), ids=PACKAGES)
def test_parts_that_nobody_touches_are_the_same_and_those_that_are_changed_are_new(content: bytes) -> None:
    package = Package(content)
    package.parts["xl/new.bin"] = b"new"
    package.parts["xl/empty.bin"] = b"changed"
    package.set_type("xl/new.bin", "application/x")
    with zipfile.ZipFile(io.BytesIO(package.save())) as archive:
        assert archive.testzip() is None
        found = {info.filename: archive.read(info) for info in archive.infolist()}
    assert b"application/x" in found.pop("[Content_Types].xml")
    changed = {"xl/new.bin": b"new", "xl/empty.bin": b"changed"}
    assert found == {name: part for name, part in PARTS.items() if name != "[Content_Types].xml"} | changed


def test_a_part_is_not_compressed_again() -> None:
    before, after = (
        {info.filename: info.compress_size for info in zipfile.ZipFile(io.BytesIO(content)).infolist()}
        for content in (PACKAGES["deflated"], Package(PACKAGES["deflated"]).save())
    )
    assert after == before


DAMAGED = {
    "another byte": (PACKAGES["stored"], bytes(range(256))),
    "no deflate stream": (PACKAGES["deflated"], b"sheet1.xml"),
}


@pytest.mark.parametrize(("content", "before"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_part_is_never_copied(content: bytes, before: bytes) -> None:
    damaged = bytearray(content)
    damaged[damaged.index(before) + len(before)] ^= 0xFF
    with pytest.raises(NotPatchable):
        Package(bytes(damaged))


def test_a_way_of_compressing_that_offices_do_not_know_is_refused() -> None:
    with pytest.raises(NotPatchable, match="method 12"):
        Package(zipped(zipfile.ZIP_BZIP2))
