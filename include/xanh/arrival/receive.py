"""Takes files from the drop folders: stable and complete, copied through one descriptor, entered once, only then removed.

The ledger decides. What the turns of a cycle copied is flushed and then entered together. A kill at any point is made good by the
next run: a copy without a row is taken again under the same hash, a row without removal is recognised by the file's identity and
only removed. Several processes may run: a department is worked by one of them (an advisory lock that dies with its connection).
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from typing import Any

import psycopg

from xanh.arrival.archive import Archive, ArchiveFault
from xanh.arrival.clearing import Clearing
from xanh.arrival.ledger import Copied, IntakeLedger, Sighting
from xanh.arrival.remote import exchange
from xanh.arrival.share import Entry, LocalShare, ShareRefused, ShareStalled
from xanh.arrival.turns import Queue, in_turns, stop
from xanh.catalog import Catalog
from xanh.faults import reach
from xanh.limits import Limits
from xanh.logs import about
from xanh.settings import Settings

_log = logging.getLogger(__name__)
_OVERTAKING_SECONDS = 60.0
"""A file that somebody saves again and again may be overtaken after so long."""
_TOGETHER = 32
"""Files that are entered in one transaction at most: so many are copied anew when this process is killed before."""


def receive(
    settings: Settings,
    catalog: Catalog,
    connection: psycopg.Connection[Any],
    *,
    patience_seconds: float = 0.0,
    leaves_floods: bool = False,
    share: LocalShare | None = None,
) -> list[int]:
    """Submission ids of what was taken now, duplicates too, in order of arrival.

    One cycle takes at most `limits.files_per_cycle` of each department, in turns. With patience it waits so long, what
    copying takes not counted, for files that only have to be left alone a little longer, and takes more than a cycle's
    worth to its end, however long that takes. With `leaves_floods` nobody waits for a flood: its files come after those of
    all others, also after those that are ready within the patience, and few of them where others sent something too; the
    rest is left for the next call. `share`: one that is kept from call to call. Raises ArchiveFault, after the cycle, when
    our archive could not be written; a department's folder (hangs, refuses) delays only that one.
    """
    received: list[int] = []
    deadline = time.monotonic() + patience_seconds if patience_seconds else float("-inf")
    archive = Archive(settings.archive)
    archive.clean()
    folders = sorted(department.folder for department in catalog.departments.values())
    own = LocalShare(settings.drop, settings.archive, settings.limits) if share is None else nullcontext(share)
    with exchange(settings, folders), own as share:
        while True:
            cycle = _Cycle(share, archive, IntakeLedger(connection), settings.limits, deadline)
            cycle.run(folders, leaves_floods=leaves_floods)
            received += cycle.received
            if cycle.fault is not None:
                raise cycle.fault
            deadline = cycle.deadline
            if cycle.received and cycle.is_flooded and patience_seconds and not leaves_floods:
                continue
            if cycle.ripe_at > deadline:
                return received
            time.sleep(max(cycle.ripe_at - time.monotonic(), settings.limits.poll_seconds))


class _Cycle:
    """One look at every department."""

    def __init__(
        self, share: LocalShare, archive: Archive, ledger: IntakeLedger, limits: Limits, deadline: float
    ) -> None:
        self.deadline = deadline
        """Until then, by the monotonic clock, files may be waited for; what copying took is added."""
        self.received: list[int] = []
        self.fault: ArchiveFault | None = None
        self.ripe_at = float("inf")
        """When, by the monotonic clock, a file may be ready that is not yet; never when there is none worth waiting for."""
        self.is_flooded = False
        """A department has more files than a cycle takes."""
        self._share = share
        self._archive = archive
        self._ledger = ledger
        self._limits = limits
        self._clearing = Clearing(share, archive, ledger)
        self._copied: list[Copied] = []
        """Copied, neither kept in the archive nor in the ledger yet; in the order in which they are entered."""

    def run(self, folders: list[str], *, leaves_floods: bool) -> None:
        """Scans all departments, then takes from each in turn; with `leaves_floods` from floods only when nothing of the others is
        left that will be ready in time."""
        with ExitStack() as locks:
            locks.callback(self._let_go)
            queues = [queue for folder in folders if (queue := self._look(folder, folders, locks)) is not None]
            floods = [queue for queue in queues if queue.is_flooded]
            self.is_flooded = bool(floods)
            if any(queue.files for queue in queues):
                time.sleep(self._limits.poll_seconds)  # the second look is the probe, so much later
            if leaves_floods and floods:
                self._take_from([queue for queue in queues if not queue.is_flooded])
                if self.ripe_at > self.deadline:
                    self._take_last(floods)
            else:
                self._take_from(queues)
            for queue in queues:
                self._ledger.explain(queue.folder, queue.waiting)
        self._report_strangers(folders)

    def _take_from(self, queues: Sequence[Queue], turns: int | None = None) -> None:
        began = time.monotonic()
        for queue in in_turns(queues, turns):
            self._try(queue)
            if len(self._copied) >= _TOGETHER:
                self._enter(queues)
        self._enter(queues)
        if self.received:
            self.deadline += time.monotonic() - began

    def _take_last(self, floods: Sequence[Queue]) -> None:
        """What a cycle takes, or little where others are answered in the same run, for which nothing is waited any longer."""
        self._take_from(floods, self._limits.flood_files if self.received else None)
        if self.received:
            self.ripe_at = float("inf")

    def _look(self, folder: str, folders: list[str], locks: ExitStack) -> Queue | None:
        """What may be taken from the department; None when another process works it or its folder does not answer."""
        if not locks.enter_context(self._ledger.department(folder)):
            self._ripens(self._limits.poll_seconds)
            return None
        try:
            skip = [other.removeprefix(folder + "/") for other in folders if other.startswith(folder + "/")]
            entries, is_whole = self._share.scan(folder, skip)
            if not self._finish_started(folder, entries, is_whole):
                return None
        except FileNotFoundError:
            return None
        except (ShareStalled, ShareRefused) as error:
            _log.warning("department %s is left for the next cycle: %s", folder, error)
            return None
        except ArchiveFault as error:
            self.fault = error
            return None
        left = [entry for entry in entries if entry.ignored is not None]
        self._leave(folder, left)
        wanted = [entry for entry in entries if entry.ignored is None]
        sightings = self._ledger.see(folder, wanted, entries if is_whole else None)
        ordered = sorted(wanted, key=lambda entry: (sightings[entry.path].first_seen_at, entry.identity[2], entry.path))
        is_flooded = len(ordered) > self._limits.files_per_cycle or not is_whole
        files = deque((entry, sightings[entry.path]) for entry in ordered[: self._limits.files_per_cycle])
        return Queue(folder, files, is_flooded)

    def _report_strangers(self, folders: list[str]) -> None:
        """Files and folders of no department: a ledger row each, so that somebody looks why they are there."""
        try:
            found = self._share.strangers(folders)
        except (FileNotFoundError, ShareStalled, ShareRefused) as error:
            _log.warning("the drop folder itself cannot be listed: %s", error)
            return
        self._ledger.leave(None, found, "ignored", [entry.ignored or "" for entry in found])

    def _leave(self, folder: str, entries: list[Entry]) -> None:
        blocked = [entry for entry in entries if (entry.ignored or "").isupper()]
        ignored = [entry for entry in entries if entry not in blocked]
        self._ledger.leave(folder, ignored, "ignored", [entry.ignored or "" for entry in ignored])
        self._ledger.leave(folder, blocked, "blocked", [entry.ignored or "" for entry in blocked])

    def _finish_started(self, folder: str, entries: list[Entry], is_whole: bool) -> bool:
        """Removes what an earlier run entered but was stopped before removing. Whether the folder answered."""
        started = self._ledger.unremoved(folder)
        known = {(taken.path_bytes, taken.identity) for taken in started}
        present = {(entry.path, entry.identity) for entry in entries}
        if started and not self._share.recover(folder, [taken.identity for taken in started]):
            self._ripens(self._limits.recover_seconds)
            started = []
        left = [taken for taken in started if (taken.path_bytes, taken.identity) in present or is_whole]
        stalled = self._clearing.clear(left)
        entries[:] = [entry for entry in entries if (entry.path, entry.identity) not in known]
        return not stalled

    def _try(self, queue: Queue) -> None:
        entry, sighting = queue.files.popleft()
        try:
            reason = self._take(queue.folder, entry, sighting)
        except FileNotFoundError:
            return  # renamed or deleted: it comes back under its new name or not at all
        except ShareRefused as error:
            self._ledger.leave(queue.folder, [entry], "blocked", [error.code])
            return
        except ShareStalled as error:
            _log.warning("department %s is left for the next cycle: %s", queue.folder, error)
            queue.files.clear()
            return
        except ArchiveFault as error:
            self.fault = error
            queue.files.clear()
            return
        if reason is not None:
            queue.waiting[entry.path] = reason
        if reason == "quiet" and sighting.known_seconds < _OVERTAKING_SECONDS:
            queue.files.clear()  # it is ready in a moment: what arrived after it must not overtake it

    def _take(self, folder: str, entry: Entry, sighting: Sighting) -> str | None:
        """Copies the file into the archive when it is ready. Otherwise why it waits."""
        if entry.is_locked:
            return "office_lock"
        if entry.identity[1] > self._limits.archive_bytes:
            self._ledger.leave(folder, [entry], "blocked", ["too_large"])
            return "too_large"
        probe = self._share.probe(folder, entry)
        if probe is None:
            self._ripens(self._limits.quiet_seconds)
            return "changing"
        missing = sighting.missing_quiet(probe, self._limits)
        if probe.is_closed is False or missing > 0:
            self._ripens(max(missing, 1.0 if probe.is_closed is False else 0.0))
            return "open" if probe.is_closed is False else "incomplete" if probe.state == "incomplete" else "quiet"
        copy = self._share.take(folder, entry)
        if copy is None:
            self._ripens(self._limits.quiet_seconds)
            return "changing"
        self._copied.append(Copied(folder, entry, copy))
        reach("receive.copied")
        return None

    def _let_go(self) -> None:
        """Of copies that an error left behind."""
        for each in self._copied:
            each.copy.discard()

    def _enter(self, queues: Sequence[Queue]) -> None:
        """Keeps and enters what was copied, in its order and in one transaction, then does for all of it what follows the commit."""
        copied, self._copied = self._copied, []
        kept = self._keep(copied, queues) if copied else []
        if not kept:
            return
        entered = self._ledger.enter(kept)
        for taken in entered:
            reach("receive.entered")
            self.received.append(taken.submission_id)
            with about(taken.submission_id, taken.department, taken.sha256):
                _log.info("received %s bytes", taken.size)
        try:
            stalled = self._clearing.clear(entered)
        except ArchiveFault as error:
            self.fault = error
            stalled = {each.department for each in kept}
        stop(queues, stalled)

    def _keep(self, copied: Sequence[Copied], queues: Sequence[Queue]) -> list[Copied]:
        """What is in the archive for good. After a file that our disk refused nothing of its department is taken in this cycle."""
        faults = self._archive.keep([each.copy for each in copied])
        kept: list[Copied] = []
        refused: set[str] = set()
        for each in copied:
            if each.copy in faults:
                self.fault = faults[each.copy]
                refused.add(each.department)
            elif each.department not in refused:
                kept.append(each)
        stop(queues, refused)
        return kept

    def _ripens(self, seconds: float) -> None:
        self.ripe_at = min(self.ripe_at, time.monotonic() + seconds)
