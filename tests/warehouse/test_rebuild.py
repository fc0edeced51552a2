"""Rebuild, backup and restore: the same tables, hash by hash."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from ledger_kit import deliver

from xanh.arrival.archive import Archive
from xanh.catalog import Catalog
from xanh.database import warehouse
from xanh.indicators.compute import compute
from xanh.loading.closing import record
from xanh.loading.process import process
from xanh.loading.rebuild import ArchiveIncomplete, fingerprints, rebuild
from xanh.loading.withdraw import withdraw
from xanh.operations.backup import BackupError, backup, restore
from xanh.settings import Settings

HEAD = "thang,ma_nha_may,ten,loai_nguon,xa,cong_suat_MW,san_luong_kWh,kWp,so_ho\n"
ROW = "{month},NM01,Thủy điện Nậm Khuổi 1,thuy_dien,{place},24,{output},,\n"
Fresh = Callable[[Path], AbstractContextManager[Settings]]


@pytest.fixture
def filled(settings: Settings, conn: psycopg.Connection, catalog: Catalog) -> Settings:
    """Two revisions, a rejected, a duplicate and an unreadable file, a withdrawal, and the indicators."""
    contents = [
        HEAD + ROW.format(month="2025-05", place="Huyện Bảo Lâm", output=9000100),
        HEAD + ROW.format(month="2025-06", place="Huyện Bảo Lâm", output=9000200),
        HEAD + ROW.format(month="2025-06", place="Huyện Bảo Lâm", output=9000300),
        HEAD + ROW.format(month="2025-06", place="Huyện Không Có", output=9000400),
        HEAD + ROW.format(month="2025-04", place="Huyện Bảo Lâm", output=9000500),
    ]
    ids = [
        deliver(settings, conn, text.encode(), name=f"{n}.csv", department="dien-luc")
        for n, text in enumerate(contents)
    ]
    ids.append(deliver(settings, conn, b"PK\x03\x04 and no more", name="x.xlsx", department="so-cong-thuong"))
    ids.append(deliver(settings, conn, contents[0].encode(), name="2.csv", department="dien-luc", verdict="duplicate"))
    process(settings, ids[3:])
    process(settings, ids)
    withdraw(conn, settings, ids[4], "nhầm", "an")
    compute(conn, catalog, settings)
    conn.commit()
    return settings


def hashes(settings: Settings) -> dict[str, str]:
    with warehouse.connect(settings) as connection:
        return fingerprints(connection)


def test_a_rebuild_from_the_archive_gives_the_same_tables(filled: Settings, catalog: Catalog) -> None:
    before = hashes(filled)
    assert rebuild(filled, catalog) == 7
    assert hashes(filled) == before
    with warehouse.connect(filled, "reader") as connection:
        assert connection.execute("select count(*) from mart.observation").fetchone() != (0,)


def test_a_file_sent_again_after_its_withdrawal_is_rebuilt_as_it_came(
    filled: Settings, conn: psycopg.Connection, catalog: Catalog
) -> None:
    text = (HEAD + ROW.format(month="2025-04", place="Huyện Bảo Lâm", output=9000500)).encode()
    again = deliver(filled, conn, text, name="4.csv", department="dien-luc")
    process(filled, [again])
    assert value(conn, "2025-04-01") == (9000500, again)
    withdraw(conn, filled, again, "nhầm nữa", "an")
    third = deliver(filled, conn, text, name="4.csv", department="dien-luc")
    waiting = deliver(filled, conn, text + b"\n", name="5.csv", department="dien-luc")
    process(filled, [third])
    process(filled, [waiting])
    withdraw(conn, filled, waiting, "nhầm", "an")
    compute(conn, catalog, filled)
    conn.commit()
    before = hashes(filled)

    def stop(done: int, _of: int) -> None:
        if done > 8:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        rebuild(filled, catalog, stop)
    assert rebuild(filled, catalog) == 10
    assert hashes(filled) == before
    assert value(conn, "2025-04-01") == (9000500, third)


def test_what_was_sent_again_and_not_yet_read_is_read_after_a_rebuild(
    filled: Settings, conn: psycopg.Connection, catalog: Catalog
) -> None:
    text = (HEAD + ROW.format(month="2025-04", place="Huyện Bảo Lâm", output=9000500)).encode()
    again = deliver(filled, conn, text, name="4.csv", department="dien-luc")
    record(conn, filled, [again])
    conn.commit()
    assert rebuild(filled, catalog) == 8
    (outcome,) = process(filled, [again])
    assert outcome.verdict == "accepted"
    assert value(conn, "2025-04-01") == (9000500, again)


def value(conn: psycopg.Connection, start: str) -> tuple[int, int]:
    """The plant's output of that month, and which submission says so."""
    question = "select value, submission_id from mart.observation where measure_code = %s and period_start = %s"
    with conn.transaction():
        ((number, submission),) = conn.execute(question, ["re_generation_kwh", start]).fetchall()
    return number, submission


def test_an_empty_warehouse_is_rebuilt_from_the_archive_alone(
    filled: Settings, catalog: Catalog, fresh_settings: Fresh, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with fresh_settings(tmp_path / "other") as other:
        alone = replace(other, archive=filled.archive)
        rebuild(alone, catalog)
        assert hashes(alone) == hashes(filled)


def test_nothing_is_changed_when_the_archive_lacks_a_file(filled: Settings, catalog: Catalog) -> None:
    before = hashes(filled)
    archive = Archive(filled.archive)
    archive.path(archive.hashes()[0]).unlink()
    with pytest.raises(ArchiveIncomplete):
        rebuild(filled, catalog)
    assert hashes(filled) == before


def test_a_backup_brings_warehouse_and_archive_back(filled: Settings, fresh_settings: Fresh, tmp_path: Path) -> None:
    backup(filled, tmp_path / "xanh.tar")
    (tmp_path / "other").mkdir()
    with fresh_settings(tmp_path / "other") as other:
        restore(other, tmp_path / "xanh.tar")
        assert hashes(other) == hashes(filled)
        assert Archive(other.archive).hashes() == Archive(filled.archive).hashes()
        assert all(Archive(other.archive).verify(each) for each in Archive(other.archive).hashes())
        with warehouse.connect(other, "reader") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from core.observation")
        assert warehouse.migrate(other) is False


def test_a_filled_warehouse_is_not_overwritten_by_accident(filled: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "xanh.tar")
    before = hashes(filled)
    with pytest.raises(BackupError):
        restore(filled, tmp_path / "xanh.tar")
    restore(filled, tmp_path / "xanh.tar", is_replacing=True)
    assert hashes(filled) == before


@pytest.mark.parametrize("name", ["../evil", "archive/../../evil", "archive/ab/" + "0" * 64])
def test_a_backup_cannot_write_outside_the_archive_nor_under_a_false_hash(
    name: str, settings: Settings, tmp_path: Path
) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as bundle:
        for member, content in (("manifest.json", json.dumps({}).encode()), ("warehouse.dump", b""), (name, b"evil")):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            bundle.addfile(info, io.BytesIO(content))
    with pytest.raises(BackupError):
        restore(settings, tmp_path / "bad.tar")
    assert not (tmp_path / "evil").exists()
    assert Archive(settings.archive).hashes() == []
