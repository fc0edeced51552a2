"""The small world in which faults happen: six files of one department, and what a run without faults makes of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from fault_history import Snapshot, age_leftovers, differences, drop, snapshot, violations
from fault_server import Workers, log_of

from xanh.database import warehouse
from xanh.settings import Settings

HEAD = "thang,ma_nha_may,ten,loai_nguon,xa,cong_suat_MW,san_luong_kWh,kWp,so_ho\n"
ROW = "{month},NM01,Thủy điện Nậm Khuổi 1,thuy_dien,{place},24,{output},,\n"
Fresh = Callable[..., AbstractContextManager[Settings]]


def power(month: str, output: int, place: str = "Huyện Bảo Lâm") -> bytes:
    """The monthly report of the power company, with one plant."""
    return (HEAD + ROW.format(month=month, place=place, output=output)).encode()


SMALL = {
    ("dien-luc", "dien T5.2025.csv"): power("2025-05", 9000100),
    ("dien-luc", "dien T6.2025.csv"): power("2025-06", 9000200),
    ("dien-luc", "dien T6.2025 (2).csv"): power("2025-06", 9000300),
    ("dien-luc", "dien T6.2025 (3).csv"): power("2025-06", 9000400, "Huyện Không Có"),
    ("dien-luc", "dien T5.2025 copy.csv"): power("2025-05", 9000100),
    ("dien-luc", "dien.xlsx"): b"PK\x03\x04 and then nothing of a workbook",
}
"""Revisions, a rejected, a duplicate and an unreadable file."""
LEAST = dict(list(SMALL.items())[i] for i in (1, 2, 5))
"""A report, its revision and an unreadable file."""


@dataclass
class World:
    """Drop folders with files in them, the processes that work on them, and how it has to end."""

    settings: Settings
    workers: Workers
    expected: Snapshot = field(default_factory=dict)
    dropped: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def drop(self, files: Mapping[tuple[str, str], bytes]) -> None:
        """Puts files into the folders, in this order."""
        for place, content in files.items():
            drop(self.settings, *place, content, len(self.dropped))
            self.dropped[place] = content

    def submissions(self) -> list[int]:
        """What was received, in its order."""
        with warehouse.connect(self.settings, "owner") as connection:
            rows = connection.execute("select submission_id from intake.submission order by received_seq").fetchall()
        return [number for (number,) in rows]

    def settle(self) -> None:
        """Runs without faults until nothing is left to do."""
        age_leftovers(self.settings)
        for _ in range(5):
            assert self.workers.run(self.settings, "everything") == 0, log_of(self.settings)
            if not self._is_work_left():
                return
            time.sleep(1)  # PostgreSQL has not yet noticed that a killed worker is gone, and keeps what it held

    def _is_work_left(self) -> bool:
        with warehouse.connect(self.settings, "owner") as connection:
            return (
                connection.execute("select 1 from intake.submission where state <> 'done' limit 1").fetchone()
                is not None
            )

    def what_happened(self) -> list[str]:
        """Settles; then what differs from a run without faults, and what is lost, doubled or left."""
        self.settle()
        return [*violations(self.settings, self.dropped), *differences(snapshot(self.settings), self.expected)]

    def assert_nothing_happened(self) -> None:
        """Settles; then nothing differs."""
        told = self.what_happened()
        assert not told, "\n".join([f"{len(told)} differences", *told[:20]])


def undisturbed_run(
    workers: Workers, fresh_settings: Fresh, folder: Path, files: Mapping[tuple[str, str], bytes]
) -> Snapshot:
    """What a run without faults makes of the files, in a warehouse and folders of its own."""
    with fresh_settings(folder) as settings:
        calm = World(settings, workers)
        calm.drop(files)
        calm.settle()
        assert violations(settings, calm.dropped) == []
        return snapshot(settings)


def is_stopped(pid: int) -> bool:
    """Whether the process sleeps by SIGSTOP, as the kernel says."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def wait_until(condition: Callable[[], object], what: str, seconds: float = 120) -> None:
    """Looks until it is so; fails when it takes longer than any machine needs."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)
