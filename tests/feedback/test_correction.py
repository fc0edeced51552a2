"""The clerk's loop: correct or confirm in the marked workbook itself, drop it back, done in one round."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from psycopg.rows import dict_row

from xanh.database.warehouse import connect
from xanh.feedback.marks.front import FIRST_TASK_ROW
from xanh.feedback.marks.words import SHEET
from xanh.loading import ingest
from xanh.settings import Settings

SENDER = "so-cong-thuong"
REJECTED = "Bieu 01 SPCN thang 5.2024.xlsx"
WARNED = "Biểu 02 nguyên nhiên liệu quý IV.2023.xlsx"


@pytest.fixture(scope="module")
def first_round(shared: Path, fresh_settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A rejected file and one with a warning have been processed; their marked workbooks wait in `_phan-hoi`."""
    with fresh_settings(tmp_path_factory.mktemp("loop")) as settings:
        folder = settings.drop / SENDER
        folder.mkdir(parents=True)
        for name in (REJECTED, WARNED):
            shutil.copyfile(shared / "samples" / "drop" / SENDER / name, folder / name)
        ingest.run(settings)
        yield settings


def marked(settings: Settings, name: str) -> Path:
    (path,) = (settings.drop / SENDER / "_phan-hoi").glob(f"{Path(name).stem}--*.phan-hoi.xlsx")
    return path


def rows(settings: Settings, query: str) -> list[dict[str, Any]]:
    with connect(settings, "reader") as connection:
        return connection.cursor(row_factory=dict_row).execute(query).fetchall()  # type: ignore[arg-type]


def test_a_marked_workbook_that_is_corrected_and_dropped_back_is_accepted_and_linked(first_round: Settings) -> None:
    path = marked(first_round, REJECTED)
    book = openpyxl.load_workbook(path)
    book["Bieu 01"]["G30"] = 13093
    book.save(first_round.drop / SENDER / "sua lai.xlsx")
    (outcome,) = ingest.run(first_round)
    assert outcome.verdict == "accepted"
    (linked,) = rows(first_round, f"select * from mart.submission where submission_id = {outcome.submission_id}")
    (wrong,) = rows(first_round, f"select * from mart.submission where file_name = '{REJECTED}'")
    assert linked["revision"] == 1
    assert linked["corrects"] == wrong["submission_id"]
    cement = rows(first_round, "select value from mart.observation where source_cell = 'G30' and form_code = 'F01'")
    assert [row["value"] for row in cement] == [13093]
    page = next((first_round.drop / SENDER / "_phan-hoi").glob("sua lai--*.html")).read_text(encoding="utf-8")
    assert f"hồ sơ số {wrong['submission_id']}" in page


def test_a_warning_that_is_confirmed_is_silent_for_this_value_and_becomes_a_footnote(first_round: Settings) -> None:
    path = marked(first_round, WARNED)
    book = openpyxl.load_workbook(path)
    front = book[SHEET]
    assert front.cell(FIRST_TASK_ROW, 8).value == "G12"
    front.cell(FIRST_TASK_ROW, 9).value = "Số liệu đúng theo thực tế"
    front.cell(FIRST_TASK_ROW, 10).value = "Nguyễn Thị A, 0912345678"
    book.save(first_round.drop / SENDER / "xac nhan.xlsx")
    (outcome,) = ingest.run(first_round)
    assert outcome.verdict == "accepted"
    (said,) = rows(first_round, "select * from mart.confirmation")
    assert (said["rule"], said["cell"], said["reason_code"]) == ("G12", "I26", "correct")
    assert said["who"] == "Nguyễn Thị A, [số điện thoại đã che]"
    issues = rows(first_round, f"select * from mart.issue where submission_id = {outcome.submission_id}")
    assert [(i["rule"], i["severity"]) for i in issues if i["rule"] in ("G12", "CONFIRMED")] == [("CONFIRMED", "info")]


def test_another_value_in_the_confirmed_cell_is_judged_again(first_round: Settings) -> None:
    path = marked(first_round, WARNED)
    book = openpyxl.load_workbook(path)
    book["Bieu 02"]["I26"] = 1
    book.save(first_round.drop / SENDER / "sai khac.xlsx")
    (outcome,) = ingest.run(first_round)
    assert outcome.verdict == "accepted_with_warnings"


def test_a_csv_is_corrected_in_its_marked_xlsx_copy(first_round: Settings, shared: Path) -> None:
    name = "xuat_pos_T2.2025.csv"
    shutil.copyfile(shared / "samples" / "drop" / SENDER / name, first_round.drop / SENDER / name)
    (rejected,) = ingest.run(first_round)
    assert rejected.verdict == "rejected"
    book = openpyxl.load_workbook(marked(first_round, name))
    (sheet,) = [each for each in book if each.title != SHEET]
    assert sheet["D2"].value == "-6627"
    sheet["D2"] = 6627
    book.save(first_round.drop / SENDER / "pos sua.xlsx")
    (outcome,) = ingest.run(first_round)
    (linked,) = rows(first_round, f"select * from mart.submission where submission_id = {outcome.submission_id}")
    assert (outcome.verdict, linked["corrects"]) == ("accepted", rejected.submission_id)
