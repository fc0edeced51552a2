"""Builds the warehouse again from the archive alone: every file, in the order and with the moments of the first time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from psycopg import sql as composed

from xanh.arrival.archive import LEDGER, Archive
from xanh.database.code_lists import sync_catalog
from xanh.database.warehouse import Connection, connect, migrate, sql
from xanh.indicators.compute import compute
from xanh.loading import claims
from xanh.loading.batch import Batch
from xanh.loading.outcomes import IngestError
from xanh.loading.session import prepare
from xanh.loading.stamp import stamp
from xanh.loading.withdraw import withdraw

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings

COMPARED = {
    "observation": (),
    "observation_history": (),
    "submission": (),
    "issue": (),
    "difference": (),
    "indicator_value": ("computed_at",),
    "lineage": (),
}
"""Views of mart that a rebuild brings back as they were, without the columns that say when it ran."""


class ArchiveIncomplete(RuntimeError):
    """The archive lacks a file or the record of one: nothing has been changed."""


@dataclass(frozen=True, slots=True)
class _Event:
    """Something that changed the warehouse at a moment."""

    moment: datetime
    card: Mapping[str, Any]
    is_withdrawal: bool


def rebuild(settings: Settings, catalog: Catalog, report: Callable[[int, int], None] = lambda _done, _of: None) -> int:
    """Empties the ledger and the numbers and loads every archived file again; the number of submissions.

    Files are read as the catalogue and program of now read them: readings of older catalogues are not repeated.
    Stopped in the middle, it is simply started again. Raises ArchiveIncomplete before anything is changed.
    """
    migrate(settings)
    cards = _cards(settings)
    _check(settings, cards)
    _empty(settings, cards)
    events = sorted(_events(cards), key=lambda event: event.moment)
    with connect(settings) as connection:
        with connection.transaction():
            sync_catalog(connection, catalog)
        prepare(connection)
        connection.commit()
        for done, part in _parts(events):
            _replay(connection, settings, catalog, part)
            report(done, len(events))
        _arrive(connection, cards)
        compute(connection, catalog, settings, everything=True)
        connection.commit()
    return len(cards)


def fingerprints(connection: Connection) -> dict[str, str]:
    """A hash of the rows of each view of mart that a rebuild has to bring back."""
    found = {}
    for view, volatile in COMPARED.items():
        columns = [
            column.name
            for column in connection.execute(_from(view, composed.SQL("*"), limit=True)).description or ()
            if column.name not in volatile
        ]
        fields = composed.SQL(", ").join(map(composed.Identifier, columns))
        row = composed.SQL("md5(coalesce(string_agg(md5(row({})::text), '' order by row({})::text), ''))")
        answer = connection.execute(_from(view, row.format(fields, fields))).fetchone()
        found[view] = answer[0] if answer else ""
    return found


def _from(view: str, what: composed.Composable, *, limit: bool = False) -> composed.Composed:
    query = composed.SQL("select {} from {}").format(what, composed.Identifier("mart", view))
    return query + composed.SQL(" limit 0") if limit else query


def _cards(settings: Settings) -> list[Mapping[str, Any]]:
    folder = settings.archive / LEDGER
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("[0-9]*.json")]
    return sorted(cards, key=lambda card: int(card["received_seq"]))


def _check(settings: Settings, cards: Sequence[Mapping[str, Any]]) -> None:
    archive = Archive(settings.archive)
    for card in cards:
        if not archive.verify(card["sha256"]):
            raise ArchiveIncomplete(f"The file of submission {card['submission_id']} is not whole in the archive.")
    with connect(settings) as connection:
        known = {row[0] for row in connection.execute("select submission_id from intake.submission").fetchall()}
    missing = sorted(known - {card["submission_id"] for card in cards})
    if missing:
        raise ArchiveIncomplete(f"The archive has no record of submission {', '.join(map(str, missing[:10]))}.")


def _empty(settings: Settings, cards: Sequence[Mapping[str, Any]]) -> None:
    """The ledger as it was when everything had just arrived."""
    with connect(settings, "owner") as connection, connection.cursor() as cursor:
        cursor.execute(sql("rebuild/empty"))
        first = {_bytes_of(card): card for card in reversed(cards) if not _is_duplicate(card)}
        arrived = [{**card, "verdict": None if first.get(_bytes_of(card)) is card else "duplicate"} for card in cards]
        cursor.executemany(sql("rebuild/submission"), arrived)
        cursor.execute(sql("rebuild/finish"))


def _arrive(connection: Connection, cards: Iterable[Mapping[str, Any]]) -> None:
    """Lets those be read that were sent again after a withdrawal: `_empty` has to call them duplicates until that is replayed."""
    fresh = [card["submission_id"] for card in cards if not _is_duplicate(card)]
    connection.execute(sql("rebuild/arrive"), {"submission_ids": fresh})
    connection.commit()


def _is_duplicate(card: Mapping[str, Any]) -> bool:
    return bool(card["verdict"] == "duplicate")


def _bytes_of(card: Mapping[str, Any]) -> tuple[str, str]:
    return card["department"], card["sha256"]


def _events(cards: Sequence[Mapping[str, Any]]) -> Iterator[_Event]:
    for card in cards:
        for reading in card.get("readings", ())[:1]:
            yield _Event(datetime.fromisoformat(reading["read_at"]), card, False)
        if card.get("withdrawn_at"):
            yield _Event(datetime.fromisoformat(card["withdrawn_at"]), card, True)


def _parts(events: Sequence[_Event]) -> Iterator[tuple[int, Sequence[_Event]]]:
    """Loads in batches, each withdrawal alone, in their order; with the number of events that are done by then."""
    done = 0
    for is_withdrawal, run in groupby(events, key=lambda event: event.is_withdrawal):
        rest = list(run)
        size = 1 if is_withdrawal else claims.MOST
        for start in range(0, len(rest), size):
            part = rest[start : start + size]
            done += len(part)
            yield done, part


def _replay(connection: Connection, settings: Settings, catalog: Catalog, part: Sequence[_Event]) -> None:
    first = part[0]
    if first.is_withdrawal:
        card = first.card
        words = (card["submission_id"], card["withdrawn_reason"], card["withdrawn_by"])
        withdraw(connection, settings, *words, moment=first.moment)
        return
    _arrive(connection, (event.card for event in part))
    moments = {event.card["submission_id"]: event.moment for event in part}
    with claims.claim(connection, list(moments)) as claimed:
        batch = Batch(connection, catalog, settings, stamp(settings, catalog), moments=moments)
        batch.run(sorted(claimed, key=lambda each: moments[each.submission_id]))
    if batch.failures or len(claimed) != len(moments):
        raise IngestError("The rebuild stopped at a submission that cannot be processed; see the log.")
