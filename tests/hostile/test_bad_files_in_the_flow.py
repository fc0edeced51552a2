"""Bad files dropped beside good ones: each ends as `unreadable`, no row comes from them, the good ones are loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bad_files
import psycopg
import pytest

from xanh.limits import Limits
from xanh.loading import ingest
from xanh.settings import Settings

GOOD = (
    "ma_cua_hang;ten;thang;tui_nilon_cai;tui_nilon_kg;tui_tsh_cai;tui_giay_cai;so_hoa_don\n"
    "ST01;Siêu thị A;06/2025;{};12,5;100;50;900\n"
)


def _flow(settings: Settings, conn: psycopg.Connection[Any], cases: list[bad_files.Bad]) -> dict[str, str]:
    """Drops the cases and five plain exports, ingests, and gives name to verdict."""
    folder = settings.drop / "so-cong-thuong"
    folder.mkdir()
    for number, case in enumerate(cases):
        (folder / f"{number:03d}.xlsx").write_bytes(case.make())
    for number in range(5):
        (folder / f"tot {number}.csv").write_text(GOOD.format(1000 + number), encoding="utf-8-sig")
    limits = Limits(quiet_seconds=1e-6, quiet_text_seconds=1e-6, incomplete_seconds=1e-6, poll_seconds=1e-3)
    ingest.run(replace(settings, limits=limits))
    rows = conn.execute("select file_name, verdict from intake.submission where state = 'done'").fetchall()
    return dict(rows)


def _check(settings: Settings, conn: psycopg.Connection[Any], cases: list[bad_files.Bad]) -> None:
    distinct = {case.make(): case for case in cases}
    verdicts = _flow(settings, conn, list(distinct.values()))
    bad = {name: verdict for name, verdict in verdicts.items() if name.endswith(".xlsx")}
    assert set(bad.values()) == {"unreadable"}
    assert len(bad) == len(distinct)
    assert len(verdicts) == len(distinct) + 5
    assert not {verdict for name, verdict in verdicts.items() if name.endswith(".csv")} & {"unreadable", "unknown_form"}
    assert conn.execute("select count(*) from core.observation where source_file like '%.xlsx'").fetchone() == (0,)
    without_issue = """
        select count(*) from intake.submission as s
        where s.verdict = 'unreadable'
        and not exists (select from intake.issue as i where i.submission_id = s.submission_id and i.rule ~ '^U')
    """
    assert conn.execute(without_issue).fetchone() == (0,)


def test_bad_files_end_as_unreadable_and_hold_nobody_up(settings: Settings, conn: psycopg.Connection[Any]) -> None:
    _check(settings, conn, bad_files.ALL[::40])


@pytest.mark.slow
def test_all_bad_files_end_as_unreadable_and_hold_nobody_up(settings: Settings, conn: psycopg.Connection[Any]) -> None:
    _check(settings, conn, bad_files.ALL)
