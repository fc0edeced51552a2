"""Every limit of arrival, gate, parser and computation in one place: a setting with a default, told to the clerk when a file hits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes, times are seconds. `XANH_LIMIT_<FIELD>` in the environment sets one."""

    # A submission and its container
    file_bytes: int = 64 * MEBIBYTE
    member_count: int = 2_000
    inflated_bytes: int = 256 * MEBIBYTE
    inflate_ratio: int = 200
    """Inflated over stored size of one member; looked at from `ratio_from_bytes` on, below that it cannot hurt."""
    ratio_from_bytes: int = 8 * MEBIBYTE
    # What stands in it
    sheet_count: int = 200
    cell_count: int = 500_000
    """Filled cells of all sheets together."""
    row: int = 200_000
    column: int = 1_024
    area: int = 10_000_000
    """Rows times columns of the box around the filled cells of one sheet: what a dense reader would allocate."""
    merge_count: int = 20_000
    string_bytes: int = 64 * MEBIBYTE
    """All distinct texts of a workbook together."""
    text_length: int = 32_767
    """Characters in one cell: Excel's own limit."""
    sheet_name_length: int = 255
    """Excel allows 31 characters, LibreOffice more."""
    xml_depth: int = 64
    tag_count: int = 4_000_000
    """Opening and closing tags of one part; a full workbook of numbers has half as many."""
    # A run of the scheduler
    lanes: int = 4
    """So many tasks at most share what waits; as many as all workers together have slots is enough."""
    # A computation of indicators
    compute_bytes: int = 128 * MEBIBYTE
    """Years are computed together while their observations, past ones included, take no more than this: some 350,000."""
    compute_sessions: int = 4
    """So many such stretches of years at most at the same time, each by a process of PostgreSQL, and no more than there are processors."""
    # The child that reads
    memory_bytes: int = 1_024 * MEBIBYTE
    cpu_seconds: int = 30
    wall_seconds: int = 45
    open_files: int = 64
    files_per_child: int = 256
    """Its start costs as much as reading twenty small files; after 524 files it held no more memory than after 131."""
    # Arrival
    quiet_seconds: float = 2.0
    """A complete container must have been left alone for so long."""
    quiet_text_seconds: float = 4.0
    """Text says less about its own completeness than a container."""
    incomplete_seconds: float = 15.0
    """A container that does not look complete, but that nobody has open: taken after this, to be told so."""
    incomplete_unknown_seconds: float = 300.0
    """The same where the system cannot tell whether somebody still writes (network shares)."""
    poll_seconds: float = 0.2
    scan_seconds: float = 20.0
    """A department's folder that does not answer within this is left for the next cycle."""
    copy_seconds: float = 120.0
    recover_seconds: float = 5.0
    """What a process left that was killed while it removed a file is dealt with after this."""
    archive_bytes: int = 1_024 * MEBIBYTE
    """A file beyond this is not even archived: it stays in the folder and is reported as blocked."""
    entries_per_scan: int = 20_000
    files_per_cycle: int = 64
    """So many files of one department are taken in one cycle; the others wait for the next, nobody else waits."""
    flood_files: int = 16
    """Of a department with more than that, so many in a run that also takes files of others."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Limits:
        """The defaults, changed by `XANH_LIMIT_<FIELD>`. Raises ValueError for what is not a positive number."""
        changed: dict[str, int | float] = {}
        for limit in fields(cls):
            text = environment.get(f"XANH_LIMIT_{limit.name.upper()}")
            if text is None:
                continue
            number = float(text) if isinstance(limit.default, float) else int(text)
            if not number > 0:
                raise ValueError(f"XANH_LIMIT_{limit.name.upper()} must be a positive number, not {text!r}")
            changed[limit.name] = number
        return replace(cls(), **changed)  # type: ignore[arg-type]


def spoken_size(count: int) -> str:
    """A size for a message, in Vietnamese notation: 256 MB, 1,5 MB, 12 kB."""
    if count >= MEBIBYTE:
        return f"{count / MEBIBYTE:.1f}".removesuffix(".0").replace(".", ",") + " MB"
    return f"{max(1, round(count / 1024))} kB"


def spoken_count(count: int) -> str:
    """A whole number for a message, in Vietnamese notation: 1.000.000."""
    return f"{count:,}".replace(",", ".")
