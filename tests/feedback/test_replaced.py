"""A report is replaced: what is asked about it, where it looks like another year's or like a part of it, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from xanh.database.warehouse import connect
from xanh.loading import ingest
from xanh.settings import Settings

SENDER = "so-cong-thuong"
FIRST = (18184, 91000, 2500, 7300)


PRODUCTS = ("Phôi thép", "Gang", "Xi măng", "Gạch xây")


def drop(
    settings: Settings,
    name: str,
    estimates: Sequence[int | None],
    amendment: str | None = None,
    products: Sequence[str] = PRODUCTS,
) -> None:
    """The monthly report for June 2024 on some products."""
    rows: list[list[Any]] = [
        ["ỦY BAN NHÂN DÂN TỈNH CAO BẰNG"],
        ["SỞ CÔNG THƯƠNG"],
        [],
        ["Biểu số 01/SCT-CN"],
        ["TÌNH HÌNH SẢN XUẤT SẢN PHẨM CÔNG NGHIỆP CHỦ YẾU THÁNG 6 VÀ 6 THÁNG 2024"],
        [amendment],
        ["STT", "Sản phẩm", "Đơn vị tính", "Kế hoạch năm 2024", "Thực hiện"],
        [None, None, None, None, "Chính thức tháng 5/2024", "Ước tháng 6/2024", "Lũy kế 6 tháng năm 2024"],
        ["A", "B", "1", "2", "3", "4", "5"],
    ]
    for number, (product, estimate) in enumerate(zip(products, estimates, strict=True), 1):
        rows.append([number, product, "1000 viên" if product == "Gạch xây" else "Tấn", None, None, estimate, None])
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    (settings.drop / SENDER).mkdir(exist_ok=True)
    book.save(settings.drop / SENDER / name)


def warned(settings: Settings) -> list[str]:
    """The rules of the file that comes next."""
    (outcome,) = ingest.run(settings)
    assert outcome.verdict.startswith("accepted")
    with connect(settings, "reader") as connection:
        found = connection.execute("select rule from mart.issue where submission_id = %s", [outcome.submission_id])
        return [rule for (rule,) in found.fetchall() if rule.startswith("HIST")]


@pytest.mark.parametrize(
    ("days", "estimates", "amendment", "expected"),
    [
        (365, (19500, 90100, 2700, 7300), None, ["HIST-REPLACED"]),
        (365, (19500, 91000, 2500, 7300), None, []),  # a correction
        (365, (19500, 90100, 2700, 7300), "(Sửa đổi, bổ sung lần 1)", []),
        (299, (19500, 90100, 2700, 7300), None, []),
    ],
)
def test_most_of_a_report_of_long_ago_is_not_replaced_without_a_word(
    settings: Settings, days: int, estimates: Sequence[int], amendment: str | None, expected: list[str]
) -> None:
    drop(settings, "thang 6.xlsx", FIRST)
    assert warned(settings) == []
    with connect(settings, "owner") as connection:
        connection.execute("update intake.submission set received_at = received_at - %s * interval '1 day'", [days])
    drop(settings, "thang 6 moi.xlsx", estimates, amendment)
    assert warned(settings) == expected
    if expected:
        (page,) = (settings.drop / SENDER / "_phan-hoi").glob("thang 6 moi--*.html")
        assert "thay 3 trong 4 giá trị" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("products", "estimates", "expected"),
    [
        (PRODUCTS[2:], (2500, 7300), []),  # two values are too few to speak of
        (PRODUCTS[3:], (7300,), ["HIST-GONE"]),
        (PRODUCTS, (None, None, None, 7300), ["HIST-GONE"]),
        (PRODUCTS, (18200, 91100, 2600, 7400), []),
    ],
)
def test_a_part_of_a_report_does_not_replace_the_whole_without_a_word(
    settings: Settings, products: Sequence[str], estimates: Sequence[int | None], expected: list[str]
) -> None:
    drop(settings, "thang 6.xlsx", FIRST)
    assert warned(settings) == []
    drop(settings, "thang 6 moi.xlsx", estimates, products=products)
    assert warned(settings) == expected
    if expected:
        (page,) = (settings.drop / SENDER / "_phan-hoi").glob("thang 6 moi--*.html")
        assert "không có 3 trong 4 giá trị" in page.read_text(encoding="utf-8")
