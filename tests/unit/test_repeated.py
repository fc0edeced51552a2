"""A block that was copied and not written over is asked about: rows and columns with all the numbers of another one."""

from __future__ import annotations

from typing import Any

import pytest
from reading_kit import issue, read_rows, rules

from xanh.catalog import Catalog

HEADINGS = ["ma_cua_hang", "ten", "thang", "tui_nilon_cai", "tui_nilon_kg", "tui_tsh_cai", "tui_giay_cai"]
STORES = [
    ["ST01", "Siêu thị Hoa Ban Trắng", "06/2025", 5063, 25.9, 4187, 1033],
    ["ST03", "Siêu thị Minh Cát", "06/2025", 2399, 17.2, 2204, 918],
    ["ST02", "Siêu thị Phố Núi Xanh", "06/2025", 8837, 58.9, 5075, 2216],
]


def exported(catalog: Catalog, *rows: list[Any]) -> Any:
    return read_rows(catalog, [HEADINGS, *rows], "so-cong-thuong", "pos.xlsx")


def test_stores_with_numbers_of_their_own_are_asked_nothing(catalog: Catalog) -> None:
    assert rules(exported(catalog, *STORES)) == []


def test_a_row_with_the_numbers_of_another_row_is_asked_about_and_loaded(catalog: Catalog) -> None:
    reading = exported(catalog, *STORES[:2], STORES[2][:3] + STORES[0][3:])
    assert rules(reading) == ["W36"]
    assert issue(reading, "W36").cell == "B4"
    assert "“Siêu thị Hoa Ban Trắng” (ô B2)" in issue(reading, "W36").message_vi
    assert len(reading.observations) == 9


@pytest.mark.parametrize("numbers", [[500, 3, 400, 100], [0, 0, 0, 0], [12, "…", 12, 12], [2025, 30, 2024, 2023]])
def test_round_or_few_numbers_may_be_alike(catalog: Catalog, numbers: list[Any]) -> None:
    assert rules(exported(catalog, STORES[0], *(row[:3] + numbers for row in STORES[1:]))) == []


def test_a_column_with_the_numbers_of_another_column_is_asked_about(catalog: Catalog) -> None:
    reading = exported(catalog, *([*row[:6], row[5]] for row in STORES))
    assert rules(reading) == ["W37"]
    assert issue(reading, "W37").cell == "G1"


def test_one_row_of_its_own_makes_two_columns_unlike(catalog: Catalog) -> None:
    assert rules(exported(catalog, STORES[0], *([*row[:6], row[5]] for row in STORES[1:]))) == []
