"""Archived files read again: a learnt name, a changed factor, and nothing at all when nothing has changed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from ledger_kit import deliver

from xanh.catalog import load_catalog
from xanh.database import warehouse
from xanh.indicators.compute import compute
from xanh.loading.process import process
from xanh.loading.reprocess import Reprocessed, reprocess
from xanh.settings import Settings

HEAD = "thang,ma_nha_may,ten,loai_nguon,xa,cong_suat_MW,san_luong_kWh,kWp,so_ho\n"
POWER = HEAD + "2025-06,NM01,Thủy điện Nậm Khuổi 1,thuy_dien,{place},24,9000200,,\n"
VALUES = """
    select measure_code, item_name, value, factor, revision from mart.observation
    order by measure_code, item_name, area_code, period_start
"""


def take(settings: Settings, connection: psycopg.Connection, content: bytes, name: str, department: str) -> int:
    """Ingests one file and computes."""
    submission = deliver(settings, connection, content, name=name, department=department)
    process(settings, [submission])
    compute(connection, load_catalog(settings.catalog), settings)
    connection.commit()
    return submission


def rows(settings: Settings, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with warehouse.connect(settings) as connection:
        return connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]


def taught(settings: Settings, folder: Path, file: str, before: str, after: str) -> Settings:
    """The settings with a copy of the catalogue in which one text is another."""
    shutil.copytree(settings.catalog, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(before) == 1
    (folder / file).write_text(text.replace(before, after), encoding="utf-8")
    return replace(settings, catalog=folder)


def again(settings: Settings, *, is_dry_run: bool = False) -> Reprocessed:
    everything = [row[0] for row in rows(settings, "select submission_id from intake.submission order by 1")]
    catalog = load_catalog(settings.catalog)
    return reprocess(settings, catalog, "thử", submission_ids=everything, is_dry_run=is_dry_run)


def test_the_same_catalogue_changes_nothing(settings: Settings, conn: psycopg.Connection) -> None:
    take(settings, conn, POWER.format(place="Huyện Bảo Lâm").encode(), "dien T6.2025.csv", "dien-luc")
    done = again(settings)
    assert (done.read_count, done.submissions, done.numbers) == (1, [], [])
    assert rows(settings, "select count(*) from intake.reading") == [(1,)]


def test_a_rejected_file_is_accepted_once_the_catalogue_knows_the_name(
    settings: Settings, conn: psycopg.Connection, tmp_path: Path
) -> None:
    content = POWER.format(place="Huyện Bảo Lâm Cũ").encode()
    submission = take(settings, conn, content, "dien T6.2025.csv", "dien-luc")
    assert rows(settings, "select verdict from mart.submission") == [("rejected",)]
    name = "B:042,district,Huyện,,Huyện Bảo Lâm,Bao Lam District,Bảo Lâm,ALL:04,,"
    wiser = taught(settings, tmp_path / "catalog", "codelists/areas.csv", name, name + "Huyện Bảo Lâm Cũ")
    done = again(wiser)
    assert [(each.submission_id, each.verdict_after) for each in done.submissions] == [(submission, "accepted")]
    assert rows(settings, "select verdict, revision, state from mart.submission") == [("accepted", 1, "done")]
    assert rows(settings, "select reading_no, verdict, reason from intake.reading order by 1") == [
        (1, "rejected", None),
        (2, "accepted", "thử"),
    ]


@pytest.mark.usefixtures("shared")
def test_a_changed_factor_changes_what_the_dry_run_said_and_nothing_else(
    settings: Settings, conn: psycopg.Connection, shared: Path, tmp_path: Path
) -> None:
    file = shared / "samples" / "drop" / "so-cong-thuong" / "02_SCT-NL_Quy I-2026.xlsx"
    take(settings, conn, file.read_bytes(), file.name, "so-cong-thuong")
    take(settings, conn, POWER.format(place="Huyện Bảo Lâm").encode(), "dien T6.2025.csv", "dien-luc")
    before = rows(settings, VALUES)
    other = taught(
        settings,
        tmp_path / "catalog",
        "codelists/units.csv",
        "kg,kilogram,kg,mass,,0.001,",
        "kg,kilogram,kg,mass,,0.002,",
    )
    planned = again(other, is_dry_run=True)
    assert rows(settings, VALUES) == before
    done = again(other)
    assert done == planned
    assert len(done.submissions) == 1
    assert done.numbers != []
    after = rows(settings, VALUES)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert {old[0] for old, _ in changed} == {"use_lpg_t"}
    assert all(new[2] == old[2] * 2 and new[3] == Decimal("0.002") and new[4] == 2 for old, new in changed)
    assert rows(settings, "select count(*) from mart.difference where cause = 'reprocessed'") == [(len(changed),)]
