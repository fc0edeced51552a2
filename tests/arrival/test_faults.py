"""Shares and disks that misbehave: slow writers, swapped and renamed files, full disks, folders that cannot be written."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ooxml_kit as kit
import psycopg
import pytest

from xanh.arrival import archive as archive_module
from xanh.arrival.archive import INCOMING, Archive, ArchiveFault, Incoming
from xanh.arrival.receive import receive
from xanh.arrival.share import Entry, LocalShare
from xanh.arrival.share_child import serve
from xanh.catalog import Catalog
from xanh.faults import FaultRefused, reach
from xanh.limits import Limits
from xanh.settings import Settings

DEPARTMENT = "so-cong-thuong"
QUICK = Limits(quiet_seconds=1e-6, quiet_text_seconds=1e-6, incomplete_seconds=1e-6, poll_seconds=1e-3)


@pytest.fixture
def folder(settings: Settings) -> Path:
    """A department's folder."""
    path = settings.drop / DEPARTMENT
    path.mkdir()
    return path


@pytest.fixture
def share(settings: Settings) -> Iterator[LocalShare]:
    """The drop folders through the child."""
    with LocalShare(settings.drop, settings.archive, QUICK) as opened:
        yield opened


def only(share: LocalShare) -> Entry:
    """The one entry of the department."""
    entries, _ = share.scan(DEPARTMENT)
    (entry,) = entries
    return entry


def copied(archive: Archive, source: Path) -> Incoming:
    """A copy of the file, written and adopted, not kept yet."""
    with source.open("rb") as file:
        written = archive.write(file.fileno())
    assert written is not None
    copy = archive.adopt(written)
    assert copy is not None
    return copy


def copies_of(archive: Archive, folder: Path, count: int) -> list[Incoming]:
    """Copies of so many different files, in the archive's hands."""
    copies = []
    for number in range(count):
        source = folder / f"{number}"
        source.write_bytes(b"content %d" % number)
        copies.append(copied(archive, source))
    return copies


def taken(conn: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """Name and hash of every submission."""
    return conn.execute("select file_name, sha256 from intake.submission order by received_seq").fetchall()


@pytest.mark.parametrize("is_preallocated", [False, True])
def test_a_slow_writer_is_never_taken_half_written(
    is_preallocated: bool, folder: Path, settings: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    whole = kit.xlsx()
    path = folder / "Biểu 01.xlsx"
    patient = replace(settings, limits=replace(QUICK, quiet_seconds=0.05, incomplete_seconds=3_600.0))
    done = threading.Event()

    def write() -> None:
        with path.open("wb", buffering=0) as file:
            if is_preallocated:
                os.truncate(path, len(whole))
            for start in range(0, len(whole), 300):
                file.write(whole[start : start + 300])
                done.wait(0.02)
        os.utime(path, (1_000, 1_000))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    found: list[int] = []
    while not done.is_set():
        found += receive(patient, catalog, conn)
    writer.join()
    found += receive(patient, catalog, conn, patience_seconds=30)
    assert len(found) == 1
    assert taken(conn) == [("Biểu 01.xlsx", hashlib.sha256(whole).hexdigest())]


def test_a_file_that_is_swapped_between_look_and_read_is_not_taken(folder: Path, share: LocalShare) -> None:
    path = folder / "a.csv"
    path.write_bytes(b"first")
    entry = only(share)
    other = folder / "b"
    other.write_bytes(b"other")
    other.rename(path)
    assert share.probe(DEPARTMENT, entry) is None
    assert share.take(DEPARTMENT, entry) is None


def test_a_file_that_becomes_a_link_between_look_and_read_is_refused(folder: Path, share: LocalShare) -> None:
    path = folder / "a.csv"
    path.write_bytes(b"first")
    entry = only(share)
    path.unlink()
    path.symlink_to("/etc/passwd")
    with pytest.raises(Exception, match="symbolic"):
        share.take(DEPARTMENT, entry)


def test_a_folder_that_becomes_a_link_is_not_followed(folder: Path, share: LocalShare, tmp_path: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.csv").write_bytes(b"first")
    entry = only(share)
    (folder / "sub").rename(tmp_path / "moved")
    (folder / "sub").symlink_to(tmp_path / "moved")
    with pytest.raises(OSError, match="directory"):
        share.take(DEPARTMENT, entry)


def test_what_lies_on_another_file_system_is_never_opened(folder: Path, share: LocalShare) -> None:
    """A disk mounted into the folder, and a file of that disk over one of the department's."""
    inner, file = folder / "in", folder / "here.csv"
    inner.mkdir()
    file.write_bytes(b"a\n")
    mounted: list[Path] = []
    try:
        for command in (["-t", "tmpfs", "tmpfs", str(inner)], ["--bind", str(inner / "there.csv"), str(file)]):
            if subprocess.run(["mount", *command], check=False, capture_output=True).returncode:
                pytest.skip("only root can mount")
            mounted.append(Path(command[-1]))
            (inner / "there.csv").write_bytes(b"b\n")
        entries, is_whole = share.scan(DEPARTMENT)
        assert [(entry.path, entry.ignored) for entry in entries] == [(b"here.csv", "other_device")]
        assert is_whole
    finally:
        for place in mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_what_is_stored_always_has_its_hash_while_another_process_swaps_the_file(
    folder: Path, share: LocalShare
) -> None:
    path = folder / "a.csv"
    stop = threading.Event()

    def swap() -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            temporary = folder / ".next"
            temporary.write_bytes(b"%d\n" % number * 5_000)
            temporary.rename(path)

    path.write_bytes(b"0\n")
    swapper = threading.Thread(target=swap)
    swapper.start()
    archive = Archive(share._archive)
    stored = 0
    try:
        for _ in range(60):
            entries, _ = share.scan(DEPARTMENT)
            for entry in entries:
                if entry.ignored is None:
                    copy = share.take(DEPARTMENT, entry)
                    if copy is not None:
                        assert archive.keep([copy]) == {}
                        stored += 1
    finally:
        stop.set()
        swapper.join()
    assert len(archive.hashes()) <= stored
    assert all(archive.verify(sha256) for sha256 in archive.hashes())


def test_a_file_put_in_place_of_the_taken_one_is_not_removed(folder: Path, share: LocalShare) -> None:
    path = folder / "a.csv"
    path.write_bytes(b"first")
    entry = only(share)
    copy = share.take(DEPARTMENT, entry)
    assert copy is not None
    copy.discard()
    other = folder / "b"
    other.write_bytes(b"second")
    other.rename(path)
    share.remove(DEPARTMENT, entry.path, entry.identity)
    assert path.read_bytes() == b"second"


def test_a_file_that_a_kill_left_aside_comes_back_unless_it_was_entered(folder: Path) -> None:
    system = folder / "_da-nhan"
    system.mkdir()
    for name in ("known", "unknown"):
        (system / f".xanh-{name}").write_bytes(name.encode())
    seen = (system / ".xanh-known").stat()
    request = {
        "do": "recover",
        "folder": str(folder),
        "known": [[seen.st_ino, seen.st_size, seen.st_mtime_ns]],
        "older_than": 0,
    }
    assert serve(request) == {"recovered": 2, "fresh": 0}
    assert not list(system.iterdir())
    assert (folder / "tra-lai-unknown").read_bytes() == b"unknown"


def test_a_storm_of_renames_enters_each_content_once(
    folder: Path, settings: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    quick = replace(settings, limits=QUICK)
    stop = threading.Event()

    def rename() -> None:
        for number in range(40):
            part = folder / f"{number}.csv.part"
            part.write_bytes(b"%d" % number)
            part.rename(folder / f"{number}.csv")
        stop.set()

    storm = threading.Thread(target=rename)
    storm.start()
    while not stop.is_set():
        receive(quick, catalog, conn)
    storm.join()
    receive(quick, catalog, conn, patience_seconds=10)
    rows = conn.execute("select verdict from intake.submission").fetchall()
    assert rows == [(None,)] * 40


def _fault_of(settings: Settings, catalog: Catalog, conn: psycopg.Connection[Any]) -> ArchiveFault | None:
    try:
        receive(settings, catalog, conn)
    except ArchiveFault as fault:
        return fault
    return None


def test_every_nth_write_failing_for_space_ends_in_the_same_archive(
    folder: Path, settings: Settings, catalog: Catalog, conn: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(settings, limits=QUICK)
    for number in range(3):
        (folder / f"{number}.csv").write_bytes(b"%d;" % number * 10)
    for nth in itertools.count(1):
        monkeypatch.setenv("XANH_FAULT", f"archive.write:{nth}:enospc")
        fault = _fault_of(quick, catalog, conn)
        if fault is None:
            break
        assert fault.errno == errno.ENOSPC
        assert not list((settings.archive / INCOMING).iterdir())
    assert [name for name, _ in taken(conn)] == ["0.csv", "1.csv", "2.csv"]
    archive = Archive(settings.archive)
    assert archive.hashes() == sorted(sha256 for _, sha256 in taken(conn))
    assert all(archive.verify(sha256) for sha256 in archive.hashes())
    assert nth == 3, "the first write failed, then the second, then none did"


@pytest.mark.parametrize("point", ["fsync", "replace", "open"])
def test_an_archive_that_fails_at_any_step_keeps_nothing_half(
    point: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path / "archive")
    source = tmp_path / "source"
    source.write_bytes(b"content")

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "injected")

    monkeypatch.setattr(*((Path, "replace") if point == "replace" else (archive_module.os, point)), fail)
    if point == "open":
        with source.open("rb") as file, pytest.raises(ArchiveFault):
            archive.write(file.fileno())
    else:
        copy = copied(archive, source)
        (fault,) = archive.keep([copy]).values()
        assert fault.errno == errno.EIO
    monkeypatch.undo()
    assert archive.hashes() == []
    assert [path for path in (tmp_path / "archive").rglob("*") if path.is_file()] == []
    copy = copied(archive, source)
    assert archive.keep([copy]) == {}
    assert archive.verify(copy.sha256)


def test_a_copy_that_the_disk_refuses_takes_none_of_the_others_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path / "archive")
    copies = copies_of(archive, tmp_path, 20)
    real, refused = os.fsync, copies[7].descriptor

    def fail(descriptor: int) -> None:
        if descriptor == refused:
            raise OSError(errno.EIO, "injected")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        faults = archive.keep(copies)
    assert list(faults) == [copies[7]]
    assert archive.hashes() == sorted(copy.sha256 for copy in copies if copy is not copies[7])
    assert list((tmp_path / "archive" / INCOMING).iterdir()) == []


def test_nothing_gets_its_name_in_the_archive_before_all_of_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path / "archive")
    copies = copies_of(archive, tmp_path, 5)
    steps: list[str] = []
    real_flush, real_replace = os.fsync, Path.replace

    def flush(descriptor: int) -> None:
        real_flush(descriptor)
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")

    def replace_(path: Path, target: Path) -> Path:
        steps.append("name")
        return real_replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", flush)
        patch.setattr(Path, "replace", replace_)
        assert archive.keep(copies) == {}
    assert steps[:5] == ["file"] * 5
    assert steps.count("name") == 5
    folders = len({copy.sha256[:2] for copy in copies})
    assert steps[-folders - 1 :] == ["folder"] * (folders + 1)


def test_a_copy_that_was_cleaned_away_before_it_was_adopted_is_taken_again(
    folder: Path, settings: Settings, catalog: Catalog, conn: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(settings, limits=QUICK)
    (folder / "a.csv").write_bytes(b"1")
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "adopt", lambda *_: None)
        assert receive(quick, catalog, conn) == []
    assert (folder / "a.csv").exists()
    assert len(receive(quick, catalog, conn)) == 1


def test_a_file_that_cannot_be_removed_is_not_taken_twice(
    folder: Path, settings: Settings, catalog: Catalog, conn: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from xanh.arrival.share import ShareRefused

    quick = replace(settings, limits=QUICK)
    (folder / "a.csv").write_bytes(b"1")

    def refuse(*_: object) -> None:
        raise ShareRefused("EROFS", "read-only")

    with monkeypatch.context() as patch:
        patch.setattr(LocalShare, "remove", refuse)
        for _ in range(3):
            receive(quick, catalog, conn)
    assert len(taken(conn)) == 1
    assert (folder / "a.csv").exists()
    receive(quick, catalog, conn)
    assert not (folder / "a.csv").exists()
    assert len(taken(conn)) == 1


def test_a_later_file_of_the_same_name_is_a_submission_of_its_own(
    folder: Path, settings: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    quick = replace(settings, limits=QUICK)
    for number in range(3):
        (folder / "a.csv").write_bytes(b"%d" % number)
        receive(quick, catalog, conn)
    assert [name for name, _ in taken(conn)] == ["a.csv"] * 3


def test_named_faults_are_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XANH_ENV", "production")
    monkeypatch.setenv("XANH_FAULT", "anything:1:crash")
    with pytest.raises(FaultRefused):
        reach("anything")


@pytest.mark.parametrize("plan", ["", "name", "name:x:kill", "name:1:explode", ":1:kill"])
def test_a_plan_of_faults_that_cannot_be_read_is_refused(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XANH_FAULT", plan)
    with pytest.raises(FaultRefused):
        reach("name")
