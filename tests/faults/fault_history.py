"""The history checker: what the ledger, the archive and the folders say together, and the tables as a run without faults
leaves them.

`snapshot` gives every table of the ledger and of the numbers as text. Surrogates are named by what they stand for: a
submission is `department#place in its order of arrival`, a moment is the submission that was loaded then. Two histories
that end in the same knowledge have equal snapshots, bit by bit.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from xanh.arrival.archive import INCOMING, LEDGER, Archive
from xanh.database import warehouse
from xanh.settings import Settings

Snapshot = Mapping[str, tuple[str, ...]]
NAMES = """
create temporary table named as
select submission_id, received_seq, loaded_at, withdrawn_at, department_code || '#' ||
    row_number() over (partition by department_code order by received_seq) as name
from intake.submission;
create function pg_temp.named(bigint) returns text stable
    return (select name from named where submission_id = $1);
create function pg_temp.at(timestamptz) returns text stable
    return case when $1 is not null then
        coalesce(
            (select name from named where loaded_at = $1),
            (select 'withdrawn ' || name from named where withdrawn_at = $1), 'never'
        ) end;
create function pg_temp.observed(bigint) returns text stable
    return pg_temp.named($1 / 10000000) || '.' || $1 % 10000000;
"""
RENAMED = {
    "submission_id": "pg_temp.named({})",
    "supersedes": "pg_temp.named({})",
    "corrects": "pg_temp.named({})",
    "observation_id": "pg_temp.observed({})",
    "observation_before": "pg_temp.observed({})",
    "observation_after": "pg_temp.observed({})",
    "known_from": "pg_temp.at({})",
    "known_to": "pg_temp.at({})",
    "removed_at": "({} is not null)",
    "withdrawn_at": "({} is not null)",
}
LEFT_OUT = {
    "received_seq", "received_at", "claimed_at", "loaded_at", "finished_at", "read_at", "seen_at", "issue_id",
    "difference_id", "file_id", "ino", "mtime_ns", "ctime_ns", "run_id", "indicator_value_id",
}  # fmt: skip
"""When something happened and under which running number; everything else has to be equal."""
TABLES = (
    "intake.submission", "intake.submission_key", "intake.reading", "intake.issue", "intake.difference", "intake.file",
    "intake.sighting", "core.observation", "core.restated",
)  # fmt: skip
INDICATORS = """
select to_jsonb(v) - 'indicator_value_id' - 'run_id' - 'known_from' - 'lineage_hash' || jsonb_build_object('lineage', (
    select jsonb_agg(pg_temp.observed(l.observation_id) || ' ' || l.role order by pg_temp.observed(l.observation_id) || l.role)
    from core.lineage as l where l.indicator_value_id = v.indicator_value_id
))
from core.indicator_value as v where v.known_to is null
"""
INVARIANTS = {
    "a submission that is not done": "select submission_id, state, verdict from intake.submission where state <> 'done'",
    "a submission that is still claimed": "select submission_id, claimed_by from intake.submission where claim_token is not null",
    "a count of attempts that stays": (
        "select submission_id, attempts, load_attempts from intake.submission where attempts + load_attempts > 0"
    ),
    "a submission without feedback": "select submission_id from intake.submission where feedback_state <> 'written'",
    "a submission with several readings or none": (
        "select s.submission_id, s.reading_no, (select count(*) from intake.reading as r where r.submission_id = s.submission_id) "
        "from intake.submission as s where 1 <> (select count(*) from intake.reading as r where r.submission_id = s.submission_id)"
    ),
    "two current values of one cell": (
        "select submission_key, measure_code, item_code, item_name, area_code, period_start, period_end, flow "
        "from core.observation where known_to is null group by 1, 2, 3, 4, 5, 6, 7, 8 having count(*) > 1"
    ),
    "two values of one cell at one time": (
        "select o.observation_id, p.observation_id from core.observation as o join core.observation as p "
        "on (p.submission_key, p.measure_code, p.period_start, p.period_end, p.flow) "
        "= (o.submission_key, o.measure_code, o.period_start, o.period_end, o.flow) "
        "and (p.item_code, p.item_name, p.area_code) is not distinct from (o.item_code, o.item_name, o.area_code) "
        "and p.observation_id > o.observation_id "
        "and tstzrange(p.known_from, p.known_to) && tstzrange(o.known_from, o.known_to)"
    ),
    "values of a submission that has not all of its values": (
        "select s.submission_id, s.observation_count from intake.submission as s where s.observation_count <> "
        "(select count(*) from core.observation as o where (o.submission_id, o.reading_no) = (s.submission_id, s.reading_no)) "
        "+ (select count(*) from core.restated as r where (r.submission_id, r.reading_no) = (s.submission_id, s.reading_no))"
    ),
    "a moment that two loads share": (
        "select loaded_at from intake.submission where loaded_at is not null group by 1 having count(*) > 1"
    ),
    "a submission that overtook an earlier one of its department": (
        "select s.submission_id, p.submission_id from intake.submission as s join intake.submission as p "
        "using (department_code) where s.received_seq < p.received_seq and s.loaded_at > p.loaded_at"
    ),
    "bytes of a department that two submissions have": (
        "select department_code, sha256 from intake.submission where verdict is distinct from 'duplicate' "
        "group by 1, 2 having count(*) > 1"
    ),
    "a file that is not removed": "select path from intake.file where state = 'received' and removed_at is null",
    "a file that waits although nothing is there": "select * from intake.sighting",
}
LEFT_TABLES = "select relname from pg_class where relpersistence = 't' and relkind = 'r' and relname <> 'named'"
"""Tables of sessions that have ended; what a crash of PostgreSQL left there its autovacuum drops, within some minutes."""
LEFT_SECONDS = 300


def snapshot(settings: Settings) -> Snapshot:
    """Every row of every table that a fault must not change, by table, sorted."""
    with warehouse.connect(settings, "owner") as connection:
        connection.execute(NAMES)
        found = {table: _rows(connection, _select(connection, table)) for table in TABLES}
        found["indicators"] = _rows(connection, INDICATORS)
        connection.rollback()
    return found


def hashes(tables: Snapshot) -> dict[str, str]:
    """One hash a table."""
    return {table: hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16] for table, rows in tables.items()}


def differences(found: Snapshot, expected: Snapshot) -> list[str]:
    """The rows that only one of two histories has; empty when they are equal."""
    told = []
    for table, rows in expected.items():
        there, here = Counter(rows), Counter(found[table])
        told += [f"{table}: lost {row}" for row in (there - here).elements()]
        told += [f"{table}: more {row}" for row in (here - there).elements()]
    return told


def violations(settings: Settings, dropped: Mapping[tuple[str, str], bytes]) -> list[str]:
    """What is wrong with a warehouse in which nothing runs any more. `dropped`: department and name to the bytes."""
    with warehouse.connect(settings, "owner") as connection:
        told = [
            f"{what}: {row}"
            for what, query in INVARIANTS.items()
            for row in connection.execute(query).fetchall()  # type: ignore[arg-type]
        ]
        told += [f"a table of a session that has ended: {row}" for row in _left_tables(connection)]
        ledger = connection.execute(
            "select submission_id, department_code, file_name, sha256, verdict from intake.submission"
        ).fetchall()
    return [*told, *_arrived(ledger, dropped), *_archived(settings, ledger), *_answered(settings, ledger)]


def _left_tables(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """The tables that are still there after as long as PostgreSQL may take to clean up."""
    connection.commit()
    until = time.monotonic() + LEFT_SECONDS
    while found := connection.execute(LEFT_TABLES).fetchall():
        connection.commit()
        if time.monotonic() > until:
            break
        time.sleep(1)
    return found


def _select(connection: psycopg.Connection[Any], table: str) -> str:
    names = [column.name for column in connection.execute(f"select * from {table} limit 0").description or ()]  # type: ignore[arg-type]
    kept = [RENAMED.get(name, "{}").format(name) + f" as {name}" for name in names if name not in LEFT_OUT]
    return f"select to_jsonb(t) from (select {', '.join(kept)} from {table}) as t"


def _rows(connection: psycopg.Connection[Any], query: str) -> tuple[str, ...]:
    found = connection.execute(query).fetchall()  # type: ignore[arg-type]
    return tuple(sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for (row,) in found))


def _arrived(ledger: list[Any], dropped: Mapping[tuple[str, str], bytes]) -> Iterator[str]:
    """Nothing that was dropped is missing, nothing is there that was not dropped."""
    entered = Counter((department, name, sha256) for _, department, name, sha256, _ in ledger)
    wanted = Counter((*place, hashlib.sha256(content).hexdigest()) for place, content in dropped.items())
    yield from (f"dropped and lost: {each}" for each in (wanted - entered).elements())
    yield from (f"entered more often than dropped: {each}" for each in (entered - wanted).elements())


def _archived(settings: Settings, ledger: list[Any]) -> Iterator[str]:
    """Every file is in the archive with its bytes, with its card beside it, and nothing else is there."""
    archive = Archive(settings.archive)
    known = {sha256 for *_, sha256, _ in ledger}
    yield from (f"not whole in the archive: {sha256}" for sha256 in sorted(known) if not archive.verify(sha256))
    yield from (f"in the archive without a row: {sha256}" for sha256 in set(archive.hashes()) - known)
    yield from (f"left behind: {path}" for path in (settings.archive / INCOMING).glob("*"))
    cards = {path.name: json.loads(path.read_text()) for path in (settings.archive / LEDGER).iterdir()}
    expected = {f"{submission_id}.json": verdict for submission_id, *_, verdict in ledger}
    if {name: card["verdict"] for name, card in cards.items()} != expected:
        yield f"cards in the archive: {sorted(cards)} for {expected}"
    yield from (
        f"a card without its reading: {name}" for name, card in cards.items() if len(card.get("readings", ())) != 1
    )


def _answered(settings: Settings, ledger: list[Any]) -> Iterator[str]:
    """Each submission has one page in its department's folder and one line in its note; nothing else lies there."""
    pages, notes = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for folder in {department for _, department, *_ in ledger}:
        place = settings.drop / folder
        for path in [*place.rglob("*")]:
            relative = path.relative_to(place)
            if path.is_dir() or (folder.count("/") == 0 and (place / relative.parts[0] / "_phan-hoi").is_dir()):
                continue  # the folder of another department below this one
            if relative.parts[0] == "_phan-hoi" and not path.name.startswith("."):
                if path.suffix == ".html":
                    pages[folder, path.name.rpartition("--")[2].split(".")[0]] += 1
            elif relative.parts[0] == "_da-nhan" and path.suffix == ".txt":
                lines = path.read_text(encoding="utf-8-sig").splitlines()
                marks = [word for line in lines for word in line.split("\t") if word.startswith("hồ sơ số ")]
                notes.update((folder, mark.removeprefix("hồ sơ số ")) for mark in marks)
            else:
                yield f"left behind: {path}"
    expected = Counter((department, str(submission_id)) for submission_id, department, *_ in ledger)
    if pages != expected:
        yield f"feedback pages: missing {expected - pages}, too many {pages - expected}"
    if notes != expected:
        yield f"notes of what was taken: missing {expected - notes}, too many {notes - expected}"


def age_leftovers(settings: Settings) -> None:
    """Makes what killed processes left look old, so that the next run may clean it and need not wait a minute."""
    for path in (settings.archive / INCOMING).glob("*"):
        os.utime(path, (1_000, 1_000))


def drop(settings: Settings, department: str, name: str, content: bytes, order: int) -> None:
    """Puts a file whole into a department's folder, with its place in the order of arrival as its age."""
    folder = settings.drop / department
    folder.mkdir(parents=True, exist_ok=True)
    part = settings.drop.parent / f"{order}.part"
    part.write_bytes(content)
    os.utime(part, (1_700_000_000 + order, 1_700_000_000 + order))
    Path(part).rename(folder / name)
