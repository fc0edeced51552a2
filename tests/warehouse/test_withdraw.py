"""Withdrawal: the state before counts again, what others said stays theirs, and nothing is lost from the history."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import psycopg
import pytest
from ledger_kit import GANG, JUNE, MAY, PHOI, Desk, observed, read

from xanh.limits import Limits
from xanh.loading.ingest import run
from xanh.loading.withdraw import NotWithdrawable, withdraw
from xanh.model import Issue
from xanh.settings import Settings

QUICK = Limits(quiet_seconds=1e-6, quiet_text_seconds=1e-6, incomplete_seconds=1e-6, poll_seconds=1e-3)
PLANT = """thang,ma_nha_may,ten,loai_nguon,xa,cong_suat_MW,san_luong_kWh,kWp,so_ho
2025-06,NM01,Thủy điện Nậm Khuổi 1,thuy_dien,Huyện Bảo Lâm,24,9000100,,
"""


def test_the_revision_before_counts_again(desk: Desk) -> None:
    first, _ = desk.load(read(observed(GANG, "1"), observed(PHOI, "2")))
    second, _ = desk.load(read(observed(GANG, "9")))
    counts = withdraw(desk.connection, desk.settings, second, "nhầm kỳ", "an")
    assert (counts.changed, counts.added) == (1, 1)
    assert desk.rows("select measure_code, value, submission_id, revision from mart.observation order by 1") == [
        (GANG, 1, first, 1),
        (PHOI, 2, first, 1),
    ]
    assert desk.rows("select value from mart.observation_history where submission_id = %s", second) == [(9,)]
    assert desk.rows("select withdrawn_reason from mart.submission where submission_id = %s", second) == [("nhầm kỳ",)]


def test_the_only_submission_leaves_nothing_current_and_its_past_readable(desk: Desk) -> None:
    only, _ = desk.load(read(observed(GANG, "1")))
    (then,) = desk.rows("select max(known_from) from mart.observation_history")[0]
    withdraw(desk.connection, desk.settings, only, "thử", "an")
    assert desk.current() == {}
    assert desk.rows("select value from mart.observation_asof(%s)", then) == [(1,)]


def test_what_a_later_file_repeated_stays_as_its_own_statement(desk: Desk) -> None:
    desk.load(read(observed(GANG, "1")))
    second, _ = desk.load(read(observed(GANG, "5", cell="F20"), observed(PHOI, "2")))
    third, _ = desk.load(read(observed(GANG, "5", cell="F21"), observed(PHOI, "3")))
    withdraw(desk.connection, desk.settings, second, "nhầm", "an")
    assert desk.rows("select measure_code, value, submission_id, source_cell from mart.observation order by 1") == [
        (GANG, 5, third, "F21"),
        (PHOI, 3, third, "F17"),
    ]


def test_a_submission_can_be_withdrawn_only_once(desk: Desk) -> None:
    only, _ = desk.load(read(observed(GANG, "1")))
    withdraw(desk.connection, desk.settings, only, "thử", "an")
    with pytest.raises(NotWithdrawable):
        withdraw(desk.connection, desk.settings, only, "thử", "an")


def test_a_rejected_submission_cannot_be_withdrawn(desk: Desk) -> None:
    rejected, _ = desk.load(read(observed(GANG, "1")), Issue("critical", "G05", "department", "vi", "en"))
    with pytest.raises(NotWithdrawable):
        withdraw(desk.connection, desk.settings, rejected, "thử", "an")


def test_the_size_of_revisions_is_measured_from_the_first_to_the_newest_statement(desk: Desk) -> None:
    desk.load(read(observed(GANG, "10", MAY, status="E"), period=MAY))
    desk.load(read(observed(GANG, "12", MAY), observed(GANG, "7", status="E"), period=JUNE))
    query = """select cell_count, restated_count, revised_count, mean_absolute_revision, bias, bias_percent
               from mart.revision where measure_code = %s"""
    assert desk.rows(query, GANG) == [(2, 1, 1, Decimal(2), Decimal(2), Decimal(20))]


def test_the_bytes_of_a_withdrawn_file_sent_again_are_a_submission_and_once_more_a_duplicate_of_that(
    settings: Settings, conn: psycopg.Connection
) -> None:
    quick, folder = replace(settings, limits=QUICK), settings.drop / "dien-luc"

    def send(name: str) -> tuple[str, int]:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(PLANT, encoding="utf-8")
        (outcome,) = run(quick)
        return outcome.verdict, outcome.submission_id

    verdict, first = send("a.csv")
    assert (verdict, send("b.csv")[0]) == ("accepted", "duplicate")
    withdraw(conn, quick, first, "nhầm", "an")
    verdict, again = send("a.csv")
    assert verdict == "accepted"
    with conn.transaction():
        rows = conn.execute("select distinct submission_id, revision, source_file from mart.observation").fetchall()
    assert rows == [(again, 2, "a.csv")]
    assert send("c.csv")[0] == "duplicate"
    (page,) = (folder / "_phan-hoi").glob("c--*.html")
    assert f"trùng với hồ sơ số {again}" in page.read_text(encoding="utf-8")
