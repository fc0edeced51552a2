"""Labels of items are matched by declared names and keys, with a suggestion and never by resemblance."""

from __future__ import annotations

from datetime import date

import pytest

from xanh.catalog import Catalog
from xanh.codes import items


@pytest.mark.parametrize(
    ("register", "label", "code"),
    [
        ("products", "Quặng mangan", "MN"),
        ("products", "RƯỢU CÁC LOẠI", "SP"),
        ("products", "3. Quặng mangan (1)", "MN"),
        ("products", "- Phôi thép (*)", "ST"),
        ("products", "Tinh bột, miến dong", "SN"),
        ("facilities", "Công ty CP Gang thép Sông Mây", "CS01"),
        ("facilities", "Cty Cổ phần Gang thép Sông Mây", "CS01"),
        ("facilities", "CÔNG TY TRÁCH NHIỆM HỮU HẠN LUYỆN KIM ĐỒNG CHANH", "CS02"),
        ("facilities", "Cong ty TNHH Luyen kim Dong Chanh", "CS02"),
        ("facilities", "Hợp tác xã Chiếu trúc Nà Vường", "CS12"),
        ("stores", "ST01", "ST01"),
        ("stores", "ST Minh Cát", "ST03"),
        ("zones", "CCN Miền Đông I", "CCN01"),
        ("zones", "KCN Bản Lếch", "KCN01"),
        ("teams", "Đội QLTT số 3", "QLTT3"),
        ("plants", "NM01", "NM01"),
        ("branches", "Điện lực Hòa An", "DL08"),
        ("waste", "Chất thải nguy hại", "W-NH"),
    ],
)
def test_declared_spellings_are_found(catalog: Catalog, register: str, label: str, code: str) -> None:
    match = items.resolve(catalog, register, label)
    assert match.item is not None
    assert (match.kind, match.item.code) == ("match", code)


def test_the_tax_code_finds_a_facility_whose_name_is_spelt_otherwise(catalog: Catalog) -> None:
    match = items.resolve(catalog, "facilities", "Gang thép S.Mây", "4899100017")
    assert match.item is not None
    assert (match.item.code, match.how) == ("CS01", "tax_code")


def test_a_tax_code_of_another_facility_contradicts_the_name(catalog: Catalog) -> None:
    match = items.resolve(catalog, "facilities", "Cty TNHH Hóa chất Nà Rẻo", "4899 100 017")
    assert match.kind == "contradiction"
    assert [item.code for item in match.candidates] == ["CS05", "CS01"]


def test_an_unknown_tax_code_is_unknown_also_under_a_known_name(catalog: Catalog) -> None:
    match = items.resolve(catalog, "facilities", "Công ty CP Gang thép Sông Mây", "4899100018")
    assert match.kind == "unknown"
    assert match.suggestion is not None
    assert match.suggestion.code == "CS01"


@pytest.mark.parametrize("label", ["Siêu thị Minh Cat", "Siêu thị Minh Cát 2"])
def test_a_near_miss_is_suggested_and_not_taken(catalog: Catalog, label: str) -> None:
    match = items.resolve(catalog, "stores", label)
    assert (match.kind, match.item) == ("unknown", None)
    assert match.suggestion is not None
    assert match.suggestion.code == "ST03"


def test_a_label_of_another_register_is_unknown(catalog: Catalog) -> None:
    assert items.resolve(catalog, "stores", "Quặng mangan").kind == "unknown"


def test_an_item_stands_where_the_register_says_at_the_time(catalog: Catalog) -> None:
    steelworks = catalog.items["CS01"]
    assert catalog.area_of(steelworks, date(2025, 6, 30)) == "B:040"
    assert catalog.area_of(steelworks, date(2025, 7, 1)) == "C:01288"
