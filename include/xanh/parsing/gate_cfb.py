"""Preflight of old Office files (.xls): the OLE compound file's tables and the chain of BIFF records, before a
parser allocates by them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from xanh.limits import Limits, spoken_count
from xanh.model import Note
from xanh.parsing.unreadable import Unreadable

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_OTHER_STREAMS = {
    "WordDocument": "Word 97-2003 (.doc)",
    "PowerPoint Document": "PowerPoint 97-2003",
    "__properties_version1.0": "thư Outlook (.msg)",
    "VisioDocument": "Visio",
}
_FILEPASS, _BOF, _EOF, _BOUNDSHEET, _SST, _DIMENSIONS, _SUPBOOK = 0x2F, 0x809, 0x0A, 0x85, 0xFC, 0x200, 0x1AE
_TELLING = frozenset({_FILEPASS, _BOUNDSHEET, _SST, _DIMENSIONS, _SUPBOOK})
_RECORD = struct.Struct("<HH")
_MACRO_SHEET, _VBA_MODULE = 0x01, 0x06


@dataclass(frozen=True)
class _File:
    """An opened compound file: sectors by number, and the FAT that chains them."""

    data: bytes
    sector_size: int
    fat: tuple[int, ...]

    def chain(self, start: int) -> list[int]:
        """The sector numbers from `start` on. Raises Unreadable for a loop or a sector outside the file."""
        sectors: list[int] = []
        sector = start
        while sector != _END:
            if sector >= len(self.fat) or len(sectors) > len(self.fat):
                raise _damaged("FAT")
            sectors.append(sector)
            sector = self.fat[sector]
        return sectors

    def read(self, start: int, size: int | None = None) -> bytes:
        """The bytes of the chain from `start` on."""
        content = b"".join(
            self.data[(sector + 1) * self.sector_size : (sector + 2) * self.sector_size] for sector in self.chain(start)
        )
        if size is not None and len(content) < size:
            raise _damaged("thiếu phần cuối")
        return content if size is None else content[:size]


def check_xls(data: bytes, limits: Limits) -> tuple[bytes, tuple[Note, ...]]:
    """The workbook stream of the .xls in `data`, and what is odd about it.

    Raises Unreadable when it is damaged, encrypted, or no workbook.
    """
    file = _open(data)
    entries = _entries(file)
    names = {name for name, *_ in entries}
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise Unreadable("U03")
    stream = next((entry for wanted in ("workbook", "book") for entry in entries if entry[0].lower() == wanted), None)
    if stream is None:
        other = next((spoken for name, spoken in _OTHER_STREAMS.items() if name in names), "OLE")
        raise Unreadable("U10", {"kind": other})
    _, start, size = stream
    mini_limit = struct.unpack_from("<I", data, 56)[0]
    content = _mini(file, entries, start, size) if size < mini_limit else file.read(start, size)
    notes = _check_records(content, limits)
    if any(name.upper().startswith("_VBA_PROJECT") for name in names):
        notes.append(Note("U50"))
    if any(name.startswith("MBD") or name == "\x01Ole10Native" for name in names):
        notes.append(Note("U51"))
    return content, tuple(notes)


def _open(data: bytes) -> _File:
    if len(data) < 1536:
        raise _damaged("thiếu phần cuối")
    order, sector_shift, mini_shift = struct.unpack_from("<HHH", data, 28)
    if order != 0xFFFE or sector_shift not in (9, 12) or mini_shift != 6:
        raise _damaged("đầu tệp")
    size = 1 << sector_shift
    sector_count = (len(data) - 1) // size
    fat_count, dir_start, _, _, _, mini_count, difat_start, difat_count = struct.unpack_from("<8I", data, 44)
    if fat_count > sector_count or difat_count > sector_count or mini_count > sector_count or dir_start >= sector_count:
        raise Unreadable("U11", {"detail": "bảng FAT"})
    fat_sectors = [sector for sector in struct.unpack_from("<109I", data, 76) if sector < _END]
    fat_sectors += _difat(data, size, difat_start, difat_count, sector_count)
    if len(fat_sectors) < fat_count or any(sector >= sector_count for sector in fat_sectors[:fat_count]):
        raise _damaged("bảng FAT")
    fat: list[int] = []
    for sector in fat_sectors[:fat_count]:
        part = data[(sector + 1) * size : (sector + 2) * size]
        fat.extend(struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4]))
    return _File(data, size, tuple(fat[:sector_count]))


def _difat(data: bytes, size: int, start: int, count: int, sector_count: int) -> list[int]:
    sectors: list[int] = []
    sector = start
    for _ in range(count):
        if sector >= sector_count:
            raise _damaged("DIFAT")
        part = data[(sector + 1) * size : (sector + 2) * size]
        if len(part) < size:
            raise _damaged("DIFAT")
        *numbers, sector = struct.unpack(f"<{size // 4}I", part)
        sectors.extend(number for number in numbers if number < _END)
    return sectors


def _entries(file: _File) -> list[tuple[str, int, int]]:
    """Name, start sector and size of every stream and storage."""
    directory = file.read(struct.unpack_from("<I", file.data, 48)[0])
    entries = []
    for offset in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, offset + 64)
        if kind not in (1, 2, 5) or not 2 <= length <= 64:
            continue
        name = directory[offset : offset + length - 2].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, offset + 116)
        entries.append(("\x00root" if kind == 5 else name, start, size))
    return entries


def _mini(file: _File, entries: list[tuple[str, int, int]], start: int, size: int) -> bytes:
    """A stream below 4096 bytes: it lies in the mini stream of the root entry."""
    root = next((entry for entry in entries if entry[0] == "\x00root"), None)
    mini_fat_start = struct.unpack_from("<I", file.data, 60)[0]
    if root is None or mini_fat_start >= _END:
        raise _damaged("mini FAT")
    container = file.read(root[1])
    table = file.read(mini_fat_start)
    fat = struct.unpack(f"<{len(table) // 4}I", table)
    content = b""
    sector = start
    while sector != _END and len(content) < size:
        if sector >= len(fat):
            raise _damaged("mini FAT")
        content += container[sector * 64 : (sector + 1) * 64]
        sector = fat[sector]
    return content[:size]


def _check_records(stream: bytes, limits: Limits) -> list[Note]:
    """Walks the BIFF records: none longer than the stream, no count that lies, not encrypted, not too much."""
    if len(stream) < 8:
        raise _damaged("BIFF")
    notes: dict[str, Note] = {}
    sheets = offset = strings_room = 0
    while offset + 4 <= len(stream):
        kind, length = _RECORD.unpack_from(stream, offset)
        if offset == 0 and kind & 0xFF != 0x09:
            raise _damaged("BIFF")
        if kind == 0 and length == 0:
            break
        if offset + 4 + length > len(stream):
            raise _damaged("thiếu phần cuối")
        if kind not in _TELLING:
            offset += 4 + length
            continue
        if kind == _FILEPASS:
            raise Unreadable("U03")
        if kind == _BOUNDSHEET:
            sheets += 1
            sheet_kind = stream[offset + 9] if length > 5 else 0
            if sheet_kind == _MACRO_SHEET:
                notes["U50"] = Note("U50")
        elif kind == _SST and length >= 8:
            strings_room = struct.unpack_from("<I", stream, offset + 8)[0]
        elif kind == _DIMENSIONS and length >= 14:
            _check_dimensions(stream, offset + 4)
        elif kind == _SUPBOOK and length > 4:
            notes["U53"] = Note("U53", params={"count": "1"})
        offset += 4 + length
    if strings_room > len(stream) // 3:
        raise Unreadable("U11", {"detail": "số chuỗi khai sai"})
    if sheets > limits.sheet_count:
        raise Unreadable(
            "U05", {"what": "trang tính", "count": spoken_count(sheets), "limit": spoken_count(limits.sheet_count)}
        )
    return list(notes.values())


def _check_dimensions(stream: bytes, offset: int) -> None:
    _, last_row, _, last_column = struct.unpack_from("<IIHH", stream, offset)
    if last_row > 65_536 or last_column > 256:
        raise Unreadable("U11", {"detail": "kích thước trang khai sai"})


def _damaged(detail: str) -> Unreadable:
    return Unreadable("U01", {"detail": detail})
