"""Arrival: what is taken from the drop folders, what is left alone, and that each file is entered exactly once."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ooxml_kit as kit
import psycopg
import pytest

from xanh.arrival.archive import Archive, ArchiveFault, Incoming
from xanh.arrival.receive import receive
from xanh.arrival.share import Entry, LocalShare
from xanh.catalog import Catalog
from xanh.database import warehouse
from xanh.limits import Limits
from xanh.settings import Settings

DEPARTMENT = "so-cong-thuong"
OTHER = "dien-luc"
SMALL = "so-nong-nghiep-moi-truong"
CSV = b"thang;ten\n06/2025;A\n"


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Settings that wait for nothing: these tests are not about time."""
    limits = Limits(quiet_seconds=1e-6, quiet_text_seconds=1e-6, incomplete_seconds=1e-6, poll_seconds=1e-3)
    return replace(settings, limits=limits)


def drop(
    settings: Settings, name: str | bytes, content: bytes = CSV, department: str = DEPARTMENT, mtime: int = 0
) -> Path:
    """A file in a department's folder."""
    folder = settings.drop / department
    path = folder / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if mtime:
        os.utime(path, (mtime, mtime))
    return path


def submissions(conn: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """Department, name and verdict in order of arrival."""
    rows = conn.execute(
        "select department_code, file_name, verdict from intake.submission order by received_seq"
    ).fetchall()
    conn.commit()
    return rows


def files(conn: psycopg.Connection[Any]) -> dict[str, tuple[str, str | None]]:
    """Name to state and reason."""
    rows = conn.execute("select original_name, state, reason from intake.file").fetchall()
    conn.commit()
    return {name: (state, reason) for name, state, reason in rows}


def test_a_file_is_archived_entered_noted_and_removed(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    path = drop(quick, "2025/thang 6/Biểu 05.csv")
    (number,) = receive(quick, catalog, conn)
    sha256, relative = conn.execute("select sha256, relative_path from intake.submission").fetchone()
    assert relative == "2025/thang 6/Biểu 05.csv"
    assert Archive(quick.archive).path(sha256).read_bytes() == CSV
    assert Archive(quick.archive).verify(sha256)
    assert (quick.archive / "ledger" / f"{number}.json").is_file()
    (note,) = (quick.drop / DEPARTMENT / "_da-nhan").iterdir()
    assert f"hồ sơ số {number}" in note.read_text(encoding="utf-8-sig")
    assert not path.exists()


def test_the_same_bytes_again_are_a_duplicate_and_other_departments_are_not(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    drop(quick, "a.csv")
    receive(quick, catalog, conn)
    drop(quick, "b.csv")
    drop(quick, "c.csv", department=OTHER)
    assert len(receive(quick, catalog, conn)) == 2
    assert sorted(submissions(conn)) == [
        (OTHER, "c.csv", None),
        (DEPARTMENT, "a.csv", None),
        (DEPARTMENT, "b.csv", "duplicate"),
    ]


def test_files_are_entered_in_the_order_of_their_times(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    for name, mtime in (("third", 3_000), ("first", 1_000), ("second", 2_000)):
        drop(quick, f"{name}.csv", name.encode(), mtime=1_700_000_000 + mtime)
    receive(quick, catalog, conn)
    assert [name for _, name, _ in submissions(conn)] == ["first.csv", "second.csv", "third.csv"]


def test_a_file_that_is_quiet_does_not_overtake_an_earlier_one_that_is_not_yet(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    patient = replace(quick, limits=replace(quick.limits, quiet_text_seconds=3_600.0))
    drop(quick, "first.csv", mtime=1_700_000_000)
    drop(quick, "second.xlsx", kit.xlsx(), mtime=1_700_000_001)
    assert receive(patient, catalog, conn) == []
    assert len(receive(quick, catalog, conn)) == 2
    assert [name for _, name, _ in submissions(conn)] == ["first.csv", "second.xlsx"]


def test_a_file_that_is_saved_again_and_again_does_not_hold_up_the_others_for_ever(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    patient = replace(quick, limits=replace(quick.limits, quiet_text_seconds=3_600.0))
    drop(quick, "saved.csv", mtime=1_700_000_000)
    receive(patient, catalog, conn)
    conn.execute("update intake.sighting set first_seen_at = first_seen_at - interval '2 minutes'")
    conn.commit()
    drop(quick, "done.xlsx", kit.xlsx(), mtime=1_700_000_001)
    assert len(receive(patient, catalog, conn)) == 1


LEFT_ALONE = {
    "~$Bieu 01.xlsx": "office_lock",
    ".~lock.Bieu 01.ods#": "office_lock",
    ".hidden.xlsx": "hidden",
    "Thumbs.db": "system",
    "desktop.ini": "system",
    ".DS_Store": "hidden",
    "._Bieu 01.xlsx": "system",
    "Bieu 01.xlsx.part": "temporary",
    "Bieu 01.tmp": "temporary",
    "Bieu 01.xlsx.filepart": "temporary",
    "Bieu 01.xlsx.crdownload": "temporary",
    ".Bieu 01.xlsx.a1B2c3": "temporary",
}


def test_names_that_are_nobodys_report_are_left_alone_with_their_reason_once(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    paths = [drop(quick, name) for name in LEFT_ALONE]
    for _ in range(2):
        assert receive(quick, catalog, conn) == []
    assert files(conn) == {name: ("ignored", reason) for name, reason in LEFT_ALONE.items()}
    assert conn.execute("select count(*) from intake.file").fetchone() == (12,)
    assert all(path.exists() for path in paths)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _symlink(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


def _hard_link(path: Path) -> None:
    outside = path.parents[2] / "outside.csv"
    outside.write_bytes(CSV)
    os.link(outside, path)


def _link_to_folder(path: Path) -> None:
    outside = path.parents[2] / "secret"
    outside.mkdir()
    (outside / "x.csv").write_bytes(CSV)
    path.symlink_to(outside)


SPECIAL: dict[str, tuple[Callable[[Path], None], str]] = {
    "fifo.xlsx": (_fifo, "not_regular"),
    "link.xlsx": (_symlink, "not_regular"),
    "socket.xlsx": (_socket, "not_regular"),
    "folder.xlsx": (_link_to_folder, "not_regular"),
    "hard.xlsx": (_hard_link, "hard_link"),
    "empty.xlsx": (Path.touch, "zero_bytes"),
}


def test_what_is_no_plain_file_of_the_share_is_never_opened(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    drop(quick, "good.csv")
    for name, (make, _) in SPECIAL.items():
        make(quick.drop / DEPARTMENT / name)
    assert len(receive(quick, catalog, conn)) == 1
    found = files(conn)
    assert {name: found[name] for name in SPECIAL} == {
        name: ("ignored", reason) for name, (_, reason) in SPECIAL.items()
    }


ODD_NAMES = {
    b"\xff\xfe broken.csv": "\\xff\\xfe broken.csv",
    "e\u0302\u0323.csv".encode(): "ệ.csv",
    "\u202egnp.csv".encode(): "\\u202egnp.csv",
    b"two\nlines.csv": "two\\u000alines.csv",
    b"a" * 251 + b".csv": "a" * 251 + ".csv",
    b"'; drop table x;--.csv": "'; drop table x;--.csv",
    b"con.": "con.",
    b" .csv ": " .csv ",
    "ệ.csv".encode(): "ệ.csv",
}


def test_names_of_any_bytes_are_taken_and_shown_safely(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    for number, name in enumerate(ODD_NAMES):
        drop(quick, name, str(number).encode())
    assert len(receive(quick, catalog, conn)) == len(ODD_NAMES)
    rows = conn.execute("select name_bytes, original_name from intake.file").fetchall()
    assert {bytes(name): shown for name, shown in rows} == ODD_NAMES
    assert [entry.name for entry in (quick.drop / DEPARTMENT).iterdir()] == ["_da-nhan"]


def test_a_file_that_is_open_for_writing_waits(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    path = drop(quick, "a.csv")
    with path.open("ab"):
        assert receive(quick, catalog, conn) == []
    assert conn.execute("select waiting from intake.sighting").fetchone() == ("open",)
    assert len(receive(quick, catalog, conn)) == 1
    assert conn.execute("select count(*) from intake.sighting").fetchone() == (0,)


def test_a_workbook_that_is_open_in_excel_waits(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    drop(quick, "a.csv")
    lock = drop(quick, "~$a.csv", b"Nguyen Van A")
    assert receive(quick, catalog, conn) == []
    lock.unlink()
    assert len(receive(quick, catalog, conn)) == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04 the rest is still to come", b"a;b\n1;2\n" + bytes(4096)])
def test_a_file_that_does_not_look_complete_waits_longer(
    content: bytes, quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    patient = replace(quick, limits=replace(quick.limits, incomplete_seconds=3_600.0))
    drop(quick, "a.xlsx", content)
    assert receive(patient, catalog, conn) == []
    assert conn.execute("select waiting from intake.sighting").fetchone() == ("incomplete",)
    assert len(receive(quick, catalog, conn)) == 1


def test_a_file_that_was_just_changed_waits(quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]) -> None:
    patient = replace(quick, limits=replace(quick.limits, quiet_text_seconds=3_600.0))
    drop(quick, "a.csv", mtime=1_000)
    assert receive(patient, catalog, conn) == []
    assert conn.execute("select waiting from intake.sighting").fetchone() == ("quiet",)


def test_an_old_time_of_a_file_does_not_make_it_quiet_but_patience_does(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    soon = replace(quick, limits=replace(quick.limits, quiet_text_seconds=0.3))
    drop(quick, "a.csv", mtime=1_000)
    assert len(receive(soon, catalog, conn, patience_seconds=30)) == 1


def test_our_own_folders_and_folders_of_others_are_not_scanned(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    drop(quick, "_phan-hoi/a.xlsx")
    drop(quick, "_da-nhan/b.xlsx")
    drop(quick, "c.csv", department="nobody")
    (quick.drop / "loose.csv").write_bytes(CSV)
    drop(quick, "d.csv", department="ubnd/nobody")
    for _ in range(2):
        assert receive(quick, catalog, conn) == []
    assert submissions(conn) == []
    found = conn.execute("select path, state, reason, department_code from intake.file order by path").fetchall()
    assert found == [(path, "ignored", "no_department", None) for path in ("loose.csv", "nobody", "ubnd/nobody")]


def test_a_committee_is_a_department_of_its_own(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    drop(quick, "a.csv", department="ubnd/huyen-hoa-an")
    receive(quick, catalog, conn)
    assert submissions(conn) == [("ubnd/huyen-hoa-an", "a.csv", None)]


def test_what_is_ready_only_after_the_copying_of_others_is_taken_with_them(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patience is for waiting: a long copying does not use it up, so that one drop is not left to two runs."""
    patient = replace(quick, limits=replace(quick.limits, quiet_text_seconds=2.0))
    take = LocalShare.take

    def slowly(share: LocalShare, folder: str, entry: Entry) -> Incoming | None:
        time.sleep(2.5)
        return take(share, folder, entry)

    monkeypatch.setattr(LocalShare, "take", slowly)
    drop(patient, "text.csv", department=OTHER)
    drop(patient, "whole.xlsx", kit.xlsx(), department=DEPARTMENT)
    assert len(receive(patient, catalog, conn, patience_seconds=2.2)) == 2
    assert [name for _, name, _ in submissions(conn)] == ["whole.xlsx", "text.csv"]


def test_a_flood_of_one_department_does_not_delay_another(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    few = replace(quick, limits=replace(quick.limits, files_per_cycle=5))
    for number in range(40):
        drop(quick, f"{number}.csv", str(number).encode())
    drop(quick, "z.csv", department=SMALL)
    assert len(receive(few, catalog, conn)) == 6
    assert (SMALL, "z.csv", None) in submissions(conn)
    assert len(receive(few, catalog, conn, patience_seconds=60, leaves_floods=True)) == 5
    assert len(receive(few, catalog, conn, patience_seconds=1e-6)) == 30


def test_most_of_a_flood_waits_until_the_others_are_answered(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    few = replace(quick, limits=replace(quick.limits, files_per_cycle=12, flood_files=4))
    for number in range(40):
        drop(quick, f"{number}.csv", str(number).encode())
    for number in range(6):
        drop(quick, f"{number}.csv", b"other %d" % number, department=SMALL)
    assert len(receive(few, catalog, conn, patience_seconds=60, leaves_floods=True)) == 6 + 4
    assert [department for department, *_ in submissions(conn)] == [SMALL] * 6 + [DEPARTMENT] * 4
    drop(quick, "late.csv", b"late", department=SMALL)
    assert len(receive(few, catalog, conn, patience_seconds=60, leaves_floods=True)) == 1 + 4
    assert len(receive(few, catalog, conn, patience_seconds=60, leaves_floods=True)) == 12
    assert len(receive(few, catalog, conn, patience_seconds=60)) == 20


def test_a_flood_that_is_ready_comes_after_the_files_of_others_that_will_be(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    """Whenever the look falls: text has to be left alone longer than a workbook, and may have been dropped later."""
    limits = replace(quick.limits, files_per_cycle=12, flood_files=4, quiet_text_seconds=2.0)
    for number in range(40):
        drop(quick, f"{number}.xlsx", kit.xlsx())
    drop(quick, "whole.xlsx", kit.xlsx(), department=SMALL)
    drop(quick, "text.csv", department=OTHER)
    received = receive(replace(quick, limits=limits), catalog, conn, patience_seconds=60, leaves_floods=True)
    assert len(received) == 2 + 4
    assert [department for department, *_ in submissions(conn)] == [SMALL, OTHER] + [DEPARTMENT] * 4


def test_a_file_that_is_never_ready_holds_up_a_flood_no_longer_than_the_patience(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    few = replace(quick, limits=replace(quick.limits, files_per_cycle=12, flood_files=4))
    for number in range(40):
        drop(quick, f"{number}.csv", str(number).encode())
    with drop(quick, "open.csv", department=SMALL).open("ab"):
        assert len(receive(few, catalog, conn, patience_seconds=2, leaves_floods=True)) == 12
    assert {department for department, *_ in submissions(conn)} == {DEPARTMENT}


def test_what_is_copied_before_the_archive_fails_is_entered_and_the_rest_stays(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        drop(quick, f"{number}.csv", str(number).encode())
    monkeypatch.setenv("XANH_FAULT", "archive.flushed:2:enospc")
    with pytest.raises(ArchiveFault):
        receive(quick, catalog, conn)
    monkeypatch.delenv("XANH_FAULT")
    assert submissions(conn) == [(DEPARTMENT, "0.csv", None)]
    assert not (quick.drop / DEPARTMENT / "0.csv").exists()
    assert len(receive(quick, catalog, conn)) == 2


def test_what_is_known_at_the_arrival_takes_the_place_of_nothing(quick: Settings) -> None:
    """Between the ledger's commit and the card of the arrival another process may have worked the submission to its end."""
    archive = Archive(quick.archive)
    card = quick.archive / "ledger" / "7.json"
    archive.record({7: {"at": "arrival"}}, is_arrival=True)
    assert json.loads(card.read_text()) == {"at": "arrival"}
    archive.record({7: {"at": "end", "readings": [1]}})
    archive.record({7: {"at": "arrival"}, 8: {"at": "arrival"}}, is_arrival=True)
    assert json.loads(card.read_text()) == {"at": "end", "readings": [1]}
    assert json.loads(card.with_name("8.json").read_text()) == {"at": "arrival"}
    assert list((quick.archive / ".incoming").iterdir()) == []


def test_the_same_bytes_twice_in_one_cycle_are_a_submission_and_a_duplicate(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    drop(quick, "a.csv", b"ten;so\nA;1\n")
    drop(quick, "b.csv", b"ten;so\nA;1\n")
    assert len(receive(quick, catalog, conn)) == 2
    assert submissions(conn) == [(DEPARTMENT, "a.csv", None), (DEPARTMENT, "b.csv", "duplicate")]


def test_three_processes_at_once_enter_each_file_once(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    for number in range(30):
        drop(quick, f"{number}.csv", str(number).encode(), department=DEPARTMENT if number % 2 else OTHER)
    taken: list[int] = []

    def work() -> None:
        with warehouse.connect(quick, "loader") as connection:
            taken.extend(receive(quick, catalog, connection, patience_seconds=5))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == len(set(taken)) == 30
    assert [verdict for *_, verdict in submissions(conn)] == [None] * 30


def test_a_folder_that_hangs_stalls_only_its_department(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(quick, "a.csv")
    drop(quick, "b.csv", department=OTHER)
    hanging = (Path(__file__).parent / "hanging_share_child.py").resolve()
    monkeypatch.setattr("xanh.arrival.share._CHILD", hanging)
    impatient = replace(quick, limits=replace(quick.limits, scan_seconds=1.5))
    assert len(receive(impatient, catalog, conn)) == 1
    assert submissions(conn) == [(OTHER, "b.csv", None)]


def test_a_full_archive_takes_nothing_and_leaves_nothing_half_done(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    path = drop(quick, "a.csv")
    blocked = replace(quick, archive=quick.archive / "file")
    blocked.archive.write_text("not a folder")
    with pytest.raises(ArchiveFault):
        receive(blocked, catalog, conn)
    assert path.exists()
    assert submissions(conn) == []
    assert len(receive(quick, catalog, conn)) == 1


def test_a_file_that_could_not_be_taken_is_no_alarm_any_more_when_it_is_gone(
    quick: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    """Nor does it keep its department from being reminded. Put back as it was, it is one again."""
    small = replace(quick, limits=replace(quick.limits, archive_bytes=len(CSV) - 1))
    standing = "select original_name from intake.file where state = 'blocked' and removed_at is null"
    path = drop(quick, "large.csv")
    receive(small, catalog, conn)
    receive(small, catalog, conn)
    assert conn.execute(standing).fetchall() == [("large.csv",)]
    path.rename(quick.home / "aside.csv")
    receive(small, catalog, conn)
    assert conn.execute(standing).fetchall() == []
    (quick.home / "aside.csv").rename(path)
    receive(small, catalog, conn)
    assert conn.execute(standing).fetchall() == [("large.csv",)]
    receive(quick, catalog, conn)
    receive(quick, catalog, conn)
    assert conn.execute(standing).fetchall() == []
    assert [name for _, name, _ in submissions(conn)] == ["large.csv"]
