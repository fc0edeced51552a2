"""All crafted bad files, with good ones cut off and with flipped bits. Nothing here is kept as a binary."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

import biff_kit as biff
import ooxml_kit as kit
from bad import Bad, bad
from bad_others import COMPOUND, OTHERS, xlsb_cell
from bad_packages import PACKAGES
from bad_sheets import SHEETS


def truncations() -> Iterator[Bad]:
    """Good containers cut off at many places: never a reading."""
    for name, whole in (
        ("xlsx", kit.xlsx()),
        ("ods", kit.ods('<table:table table:name="T"/>')),
        ("xlsb", kit.xlsb(xlsb_cell(5, struct.pack("<d", 1.0)))),
        ("docx", kit.docx("<w:tbl/>")),
    ):
        for percent in (1, 10, 25, 40, 50, 60, 75, 90, 99):
            cut = max(3, len(whole) * percent // 100)
            yield bad(f"{name} cut at {percent} %", lambda whole=whole, cut=cut: whole[:cut], "U01", "U09", "U10")
    whole = biff.xls()
    for percent in (5, 10, 25, 40, 50, 60, 75, 90):
        cut = len(whole) * percent // 100
        yield bad(f"xls cut at {percent} %", lambda cut=cut: whole[:cut], "U01", "U11", "U10")


def damaged_streams() -> Iterator[Bad]:
    """Single bits of a member's stored bytes flipped: the CRC must notice (the last byte may hold bits that mean nothing)."""
    number = xlsb_cell(5, struct.pack("<d", 1.0))
    table = '<table:table table:name="T"><table:table-row/></table:table>'
    wholes = {"xlsx": kit.xlsx(), "xlsb": kit.xlsb(number), "ods": kit.ods(table), "docx": kit.docx("<w:tbl/>")}
    for kind, content in wholes.items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
        for info in infos:
            start = info.header_offset + 30 + len(info.filename)
            for position in sorted({start + int((info.compress_size - 2) * share) for share in (0.1, 0.5, 0.9)}):
                for bit in (1, 64):
                    flipped = bytearray(content)
                    flipped[position] ^= bit
                    name = f"{kind} {info.filename} flipped at {position} bit {bit}"
                    yield bad(name, lambda flipped=bytes(flipped): flipped, "U01", "U10", "U11", "U12")


ALL = [*PACKAGES, *SHEETS, *COMPOUND, *OTHERS, *truncations(), *damaged_streams()]
