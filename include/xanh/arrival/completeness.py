"""Does an open file look complete? By what containers say about their own end; a stable size says nothing."""

from __future__ import annotations

import os
import struct
from typing import Literal

State = Literal["complete", "text", "incomplete"]

_ZIP_TAIL = 65_557
_END_RECORD = b"PK\x05\x06"
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def completeness(descriptor: int, size: int) -> State:
    """`complete` and `incomplete` for containers that know their end, `text` for all others that do not end in zero
    bytes."""
    head = os.pread(descriptor, 512, 0)
    tail_length = min(size, _ZIP_TAIL)
    tail = os.pread(descriptor, tail_length, size - tail_length)
    if head.startswith(b"PK"):
        return "complete" if _ends_as_zip(tail, size) else "incomplete"
    if head.startswith(_CFB):
        return "complete" if _ends_as_cfb(descriptor, head, size) else "incomplete"
    if head.lstrip()[:5] == b"%PDF-":
        return "complete" if b"%%EOF" in tail[-2048:] else "incomplete"
    if tail.endswith(b"\x00\x00\x00\x00"):
        return "incomplete"  # preallocated, the rest is still to come
    return "text"


def _ends_as_zip(tail: bytes, size: int) -> bool:
    """The end record is there, its comment ends with the file, and the directory that it names lies before it."""
    position = tail.rfind(_END_RECORD)
    if position < 0 or len(tail) - position < 22:
        return False
    directory_size, directory_start, comment = struct.unpack_from("<IIH", tail, position + 12)
    end = size - len(tail) + position
    is_zip64 = directory_start == 0xFFFFFFFF or directory_size == 0xFFFFFFFF
    return bool(position + 22 + comment == len(tail) and (is_zip64 or directory_start + directory_size <= end))


def _ends_as_cfb(descriptor: int, head: bytes, size: int) -> bool:
    """Every sector that the FAT marks as used lies within the file (its last one may be cut short by some writers)."""
    if len(head) < 512:
        return False
    sector = 1 << struct.unpack_from("<H", head, 30)[0] if head[30] in (9, 12) else 512
    fat_count = struct.unpack_from("<I", head, 44)[0]
    numbers = [number for number in struct.unpack_from("<109I", head, 76)[: min(fat_count, 109)] if number < 0xFFFFFFFA]
    last_used = -1
    for index, number in enumerate(numbers):
        table = os.pread(descriptor, sector, (number + 1) * sector)
        if len(table) < sector:
            return False
        for entry, following in enumerate(struct.unpack(f"<{sector // 4}I", table)):
            if following != 0xFFFFFFFF:
                last_used = max(last_used, index * sector // 4 + entry)
    return bool(numbers) and size > (last_used + 1) * sector
