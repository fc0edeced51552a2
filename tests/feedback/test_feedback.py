"""What the sender gets back after a real run: page and marked workbook, in its own folder, for every verdict."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl

from xanh.feedback.marks.styles import FILLS
from xanh.feedback.marks.words import SHEET
from xanh.loading import ingest
from xanh.settings import Settings

SAMPLES = {
    "unit_slip": "so-cong-thuong/Bieu 01 SPCN thang 5.2024.xlsx",
    "clean": "so-cong-thuong/01_SCT-CN_2024_03.xlsx",
    "old_excel": "so-cong-thuong/02_SCT-NL_Quy III-2025.xls",
    "csv": "so-cong-thuong/xuat_pos_T2.2025.csv",
}


def drop(settings: Settings, shared: Path, *names: str) -> None:
    for name in names:
        target = settings.drop / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shared / "samples" / "drop" / name, target)


def outbox(settings: Settings, department: str = "so-cong-thuong") -> dict[str, Path]:
    """The feedback files by their ending and the stem of the file that was sent."""
    return {path.name: path for path in (settings.drop / department / "_phan-hoi").iterdir()}


def marks(path: Path) -> set[tuple[str, str, str]]:
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate, cell.fill.fgColor.rgb)
        for sheet in book
        if sheet.title != SHEET
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in FILLS.values()
    }


def test_each_sample_gets_a_page_and_a_marked_workbook(settings: Settings, shared: Path) -> None:
    drop(settings, shared, *SAMPLES.values())
    outcomes = {outcome.file_name: outcome for outcome in ingest.run(settings)}
    written = outbox(settings)
    assert len(written) == 2 * len(SAMPLES)
    for sample in SAMPLES.values():
        outcome = outcomes[Path(sample).name]
        stem = f"{Path(sample).stem}--{outcome.submission_id}.phan-hoi"
        assert {f"{stem}.html", f"{stem}.xlsx"} <= set(written)
    slip = outcomes["Bieu 01 SPCN thang 5.2024.xlsx"].submission_id
    page = written[f"Bieu 01 SPCN thang 5.2024--{slip}.phan-hoi.html"].read_text(encoding="utf-8")
    assert "CHƯA NHẬN" in page
    assert "13093000" in page
    assert marks(written[f"Bieu 01 SPCN thang 5.2024--{slip}.phan-hoi.xlsx"]) == {("Bieu 01", "G30", FILLS["critical"])}
    negative = outcomes["xuat_pos_T2.2025.csv"].submission_id
    (mark,) = marks(written[f"xuat_pos_T2.2025--{negative}.phan-hoi.xlsx"])
    assert mark[1:] == ("D2", FILLS["critical"])


def page_of(settings: Settings, stem: str, department: str = "so-cong-thuong") -> str:
    (path,) = (settings.drop / department / "_phan-hoi").glob(f"{stem}--*.html")
    return path.read_text(encoding="utf-8")


def test_who_sends_a_refused_file_again_is_told_that_it_was_refused(settings: Settings, shared: Path) -> None:
    slip = SAMPLES["unit_slip"]
    drop(settings, shared, slip)
    (first,) = ingest.run(settings)
    shutil.copyfile(shared / "samples" / "drop" / slip, settings.drop / "so-cong-thuong" / "lan hai.xlsx")
    (again,) = ingest.run(settings)
    assert (first.verdict, again.verdict) == ("rejected", "duplicate")
    page = page_of(settings, "lan hai")
    assert "kết quả của hồ sơ đó: CHƯA NHẬN: CÓ LỖI PHẢI SỬA." in page
    assert f"Đề nghị đơn vị xem phản hồi của hồ sơ số {first.submission_id} và làm theo" in page
    assert "không phải làm gì" not in page


def test_files_that_are_not_loaded_get_a_page_that_says_why(settings: Settings, shared: Path) -> None:
    clean = SAMPLES["clean"]
    drop(settings, shared, clean)
    folder = settings.drop / "so-cong-thuong"
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "Danh sách trực Tết"
    book.save(folder / "truc tet.xlsx")
    (folder / "scan.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    waste = shared / "samples" / "drop" / "so-nong-nghiep-moi-truong" / "06 rac thai sinh hoat Q1-2025.xlsx"
    shutil.copyfile(waste, folder / "rac thai.xlsx")
    first = {outcome.file_name: outcome.verdict for outcome in ingest.run(settings)}
    shutil.copyfile(shared / "samples" / "drop" / clean, folder / "lan hai.xlsx")
    (again,) = ingest.run(settings)
    assert first | {"lan hai.xlsx": again.verdict} == {
        Path(clean).name: "accepted",
        "truc tet.xlsx": "unknown_form",
        "scan.pdf": "unreadable",
        "rac thai.xlsx": "not_permitted",
        "lan hai.xlsx": "duplicate",
    }
    assert "CHƯA NHẬN RA BIỂU MẪU" in page_of(settings, "truc tet")
    assert "KHÔNG ĐỌC ĐƯỢC TỆP" in page_of(settings, "scan")
    assert "NGOÀI PHẠM VI BÁO CÁO" in page_of(settings, "rac thai")
    duplicate = page_of(settings, "lan hai")
    assert "TỆP ĐÃ GỬI TRƯỚC ĐÓ" in duplicate
    assert f"(“{Path(clean).name}”), kết quả của hồ sơ đó: ĐÃ NHẬN." in duplicate
    assert "Đơn vị không phải làm gì thêm." in duplicate
    assert not list((folder / "_phan-hoi").glob("scan--*.xlsx"))
