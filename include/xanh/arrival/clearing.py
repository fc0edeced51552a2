"""What follows the ledger's commit: the archive's card, the department's note, and the original out of its folder."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from xanh.arrival.archive import Archive
from xanh.arrival.ledger import IntakeLedger, Taken
from xanh.arrival.share import LocalShare, ShareRefused, ShareStalled
from xanh.faults import reach

_log = logging.getLogger(__name__)
_NOTE_TITLE = "Danh sách tệp hệ thống đã nhận; bản gốc được lưu trong kho lưu trữ.\r\n"


@dataclass(frozen=True)
class Clearing:
    """Each of its steps is harmless when it is done twice."""

    share: LocalShare
    archive: Archive
    ledger: IntakeLedger

    def clear(self, entered: Sequence[Taken]) -> set[str]:
        """The departments whose folders did not answer: the next cycle goes on with theirs. Raises ArchiveFault."""
        if not entered:
            return set()
        self.archive.record({taken.submission_id: taken.card for taken in entered}, is_arrival=True)
        for _ in entered:
            reach("receive.recorded")
        removed: list[int] = []
        stalled: set[str] = set()
        for taken in entered:
            try:
                if taken.department not in stalled and self._remove(taken):
                    removed.append(taken.file_id)
            except ShareStalled as error:
                _log.warning("department %s is left for the next cycle: %s", taken.department, error)
                stalled.add(taken.department)
        self.ledger.removed(removed)
        return stalled

    def _remove(self, taken: Taken) -> bool:
        """Whether the original is out of its folder, after its line in the note."""
        try:
            self._note(taken)
            reach("receive.noted")
            self.share.remove(taken.department, taken.path_bytes, taken.identity)
            reach("receive.removed")
        except ShareRefused as error:
            _log.warning("%s of %s stays in its folder: %s", taken.name, taken.department, error)
            return False  # tried again in the next cycle; it is not taken twice meanwhile
        except FileNotFoundError:
            pass  # the whole folder is gone, and the file with it
        return True

    def _note(self, taken: Taken) -> None:
        at = taken.received_at.astimezone()
        mark = f"hồ sơ số {taken.submission_id}\t"
        line = f"{at:%d/%m/%Y %H:%M:%S}\t{mark}{taken.path}\t{taken.size} byte\tSHA-256 {taken.sha256}\r\n"
        try:
            self.share.note(taken.department, f"da-nhan-{at:%Y}.txt", _NOTE_TITLE, line, mark)
        except (ShareRefused, FileNotFoundError) as error:
            _log.warning("no note for %s of %s: %s", taken.name, taken.department, error)
