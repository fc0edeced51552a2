"""Ends the submissions of a batch that are loaded: their cards in the archive, feedback to the senders, the ledger's last word.

Done for all of them together, so that disks and database are waited for once. Killed in the middle, the next run does it again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from xanh import faults
from xanh.arrival.archive import Archive, ArchiveFault
from xanh.database.warehouse import Connection, sql
from xanh.loading.claims import Claimed
from xanh.loading.outcomes import Outcome

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.feedback.facts import Facts
    from xanh.feedback.outbox import Outgoing
    from xanh.model import Copy, Issue, Reading
    from xanh.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """A submission that is loaded, and what its sender is told about. Without issues the findings are the ledger's."""

    claimed: Claimed
    reading: Reading | None = None
    issues: Sequence[Issue] | None = None
    copy: Copy | None = None


@dataclass
class Closing:
    """The end of one batch."""

    connection: Connection
    catalog: Catalog
    settings: Settings
    failures: list[tuple[Claimed, Exception]] = field(default_factory=list)
    """What went wrong by our doing; raised when everything else is done."""

    def close(self, published: Sequence[Published], *, is_replay: bool = False) -> list[Outcome]:
        """What became of them. A replay (rebuild) writes neither cards nor feedback."""
        if not published:
            return []
        told = list(published) if is_replay else self._told(published)
        done = {each.claimed.submission_id for each in told}
        states = ["written" if each.claimed.submission_id in done else "failed" for each in published]
        return self._finish([each.claimed for each in published], states)

    def _told(self, published: Sequence[Published]) -> list[Published]:
        """Those that archive and sender know about. Nothing that goes wrong here undoes a load or holds up others."""
        try:
            record(self.connection, self.settings, [each.claimed.submission_id for each in published])
        except ArchiveFault as error:  # our own disk
            self.failures.extend((each.claimed, error) for each in published)
            return []
        faults.reach("ingest.recorded")
        from xanh.feedback.facts import read_facts
        from xanh.feedback.outbox import Outgoing

        facts = read_facts(self.connection, self.catalog, {e.claimed.submission_id: e.reading for e in published})
        with closing(Outgoing(self.settings.drop, self.settings.limits)) as outgoing:
            written = [each for each in published if self._write(each, facts[each.claimed.submission_id], outgoing)]
            refused = outgoing.send()
        for department, refusal in refused.items():
            _log.warning("no feedback for %s yet: %s", department, refusal)
        faults.reach("feedback.written")
        return [each for each in written if each.claimed.department not in refused]

    def _write(self, each: Published, facts: Facts, outgoing: Outgoing) -> bool:
        """Whether the sender's files could be written."""
        from xanh.feedback.writing import contents

        faults.reach("feedback.start")
        try:
            files = contents(self.settings, self.catalog, self.connection, facts, each.issues, each.copy)
            outgoing.add(each.claimed.department, files)
        except psycopg.OperationalError:
            raise
        except OSError as error:
            _log.warning("no feedback for submission %s yet: %s", each.claimed.submission_id, error)
            return False
        except Exception as error:  # a fault of ours, raised again at the end
            self.connection.rollback()
            self.failures.append((each.claimed, error))
            return False
        return True

    def _finish(self, claimed: Sequence[Claimed], states: Sequence[str]) -> list[Outcome]:
        """Ends them in one transaction; one that another worker has taken over meanwhile is that worker's."""
        ids = [each.submission_id for each in claimed]
        words = {"submission_ids": ids, "feedback_states": list(states), "claim_token": claimed[0].claim_token}
        self.connection.execute(sql("load/finish"), words)
        rows = self.connection.execute(sql("load/outcome"), words).fetchall()
        self.connection.commit()
        faults.reach("ingest.done")
        return [Outcome(*row[:7], *(count or 0 for count in row[7:])) for row in rows]


def record(connection: Connection, settings: Settings, submission_ids: Sequence[int]) -> None:
    """Writes what the ledger says about submissions beside their files in the archive, for a rebuild from there alone."""
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        rows = cursor.execute(sql("load/record"), {"submission_ids": list(submission_ids)}).fetchall()
    cards: Mapping[int, Mapping[str, object]] = {
        row["submission_id"]: json.loads(json.dumps(row, default=str)) for row in rows
    }
    Archive(settings.archive).record(cards)
