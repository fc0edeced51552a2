"""Builds .xls files: BIFF8 records in an OLE compound file, so that a test can make exactly one thing wrong."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(kind: int, body: bytes = b"") -> bytes:
    """A BIFF record."""
    return struct.pack("<HH", kind, len(body)) + body


def text8(text: str) -> bytes:
    """A BIFF8 text with an 8-bit count."""
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def font(name: str) -> bytes:
    """A FONT record."""
    return record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + text8(name))


def style(font_index: int = 0, number_format: int = 0, *, is_cell: bool = True) -> bytes:
    """An XF record."""
    return record(0xE0, struct.pack("<HHH", font_index, number_format, 1 if is_cell else 0xFFF5) + bytes(14))


def number(row: int, column: int, value: float, xf: int = 15) -> bytes:
    """A NUMBER record."""
    return record(0x203, struct.pack("<HHHd", row, column, xf, value))


def label(row: int, column: int, text: str, xf: int = 15) -> bytes:
    """A LABEL record (inline text)."""
    return record(0x204, struct.pack("<HHHHB", row, column, xf, len(text), 1) + text.encode("utf-16-le"))


def error(row: int, column: int, code: int, xf: int = 15) -> bytes:
    """A BOOLERR record with an error."""
    return record(0x205, struct.pack("<HHHBB", row, column, xf, code, 1))


GOOD = label(0, 0, "Sản phẩm") + label(0, 1, "Tháng 6") + label(1, 0, "Xi măng") + number(1, 1, 12.5)


def stream(
    cells: bytes = GOOD,
    *,
    extra: bytes = b"",
    sheet_extra: bytes = b"",
    fonts: Sequence[str] = (),
    state: int = 0,
    sheets: int = 1,
) -> bytes:
    """The workbook stream with `sheets` equal sheets; styles 15 (general), 16 (percent), 17 (date), 18 (first own
    font)."""
    names = [*(["Arial"] * 4), *fonts]
    styles = b"".join(style(is_cell=False) for _ in range(15))
    styles += style() + style(number_format=10) + style(number_format=14) + style(font_index=5 if fonts else 0)
    head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6)) + record(0x42, struct.pack("<H", 1200)) + extra
    head += b"".join(font(name) for name in names) + styles
    substream = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))
    substream += record(0x200, struct.pack("<IIHHH", 0, 10, 0, 10, 0)) + cells + sheet_extra + record(0x0A)
    listed_size = sum(len(_bundle(0, state, f"Bieu {n:02d}")) for n in range(1, sheets + 1))
    start = len(head) + listed_size + 4
    listed = b"".join(_bundle(start + (n - 1) * len(substream), state, f"Bieu {n:02d}") for n in range(1, sheets + 1))
    return head + listed + record(0x0A) + substream * sheets


def _bundle(position: int, state: int, name: str) -> bytes:
    return record(0x85, struct.pack("<IBB", position, state, 0) + text8(name))


def compound(streams: Mapping[str, bytes], **header: int) -> bytes:
    """An OLE compound file of large streams; `header` overrides fields: fat_count, dir_start, difat_count,
    difat_start, mini_count."""
    padded = {name: content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0") for name, content in streams.items()}
    sectors: list[bytes] = []
    fat: list[int] = []
    starts: dict[str, int] = {}
    for name, content in padded.items():
        starts[name] = len(sectors)
        count = len(content) // 512
        sectors += [content[i * 512 : (i + 1) * 512] for i in range(count)]
        fat += [*range(starts[name] + 1, starts[name] + count), END]
    directory = _entry("Root Entry", 5, END, 0, child=1 if streams else -1)
    for index, (name, content) in enumerate(padded.items(), 1):
        directory += _entry(name, 2, starts[name], len(content), right=index + 1 if index < len(padded) else -1)
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    dir_start, dir_count = len(sectors), len(directory) // 512
    sectors += [directory[i * 512 : (i + 1) * 512] for i in range(dir_count)]
    fat += [*range(dir_start + 1, dir_start + dir_count), END]
    fat_count = 1
    while len(fat) + fat_count > fat_count * 128:
        fat_count += 1
    fat_start = len(sectors)
    fat += [FAT_SECTOR] * fat_count
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_count * 512, b"\xff")
    sectors += [table[i * 512 : (i + 1) * 512] for i in range(fat_count)]
    fields = {
        "fat_count": fat_count,
        "dir_start": dir_start,
        "mini_start": END,
        "mini_count": 0,
        "difat_start": END,
        "difat_count": 0,
    }
    fields.update(header)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<II", 0, fields["fat_count"]) + struct.pack("<III", fields["dir_start"], 0, 4096)
    head += struct.pack(
        "<IIII", fields["mini_start"], fields["mini_count"], fields["difat_start"], fields["difat_count"]
    )
    head += struct.pack("<109I", *[*range(fat_start, fat_start + fat_count), *([FREE] * (109 - fat_count))])
    return head + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, *, right: int = -1, child: int = -1) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<iii", -1, right, child)
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB", len(encoded), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<III", start, size, 0)
    )


def xls(content: bytes | None = None, **header: int) -> bytes:
    """A good .xls, or one around another workbook stream."""
    return compound({"Workbook": content if content is not None else stream()}, **header)
