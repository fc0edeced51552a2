"""Two communes become one: rows of a few files and no Python, as docs/catalogue.md says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xanh.catalog import load_catalog
from xanh.catalog.checks import check_catalog
from xanh.codes import areas
from xanh.language import periods

FOLDER = Path(__file__).parents[2] / "include" / "catalog"
ENDING = {"C:01279": "ubnd/phuong-nung-tri-cao", "C:01288": "ubnd/phuong-tan-giang"}


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """The catalogue after the row of the new ward and the end of the two old ones in areas.csv."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalog"))
    path = folder / "codelists" / "areas.csv"
    lines = [
        line.replace(",ALL:04,,,false,2025-07-01,,", ",ALL:04,C:99001,,false,2025-07-01,2026-12-31,")
        if line.startswith(tuple(ENDING))
        else line
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    lines.append("C:99001,commune,Phường,true,Phường Hòa Giang,Hoa Giang Ward,Hòa Giang,ALL:04,,,false,2027-01-01,,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def complete(folder: Path) -> None:
    path = folder / "committees.csv"
    text = path.read_text(encoding="utf-8")
    for area in ENDING:
        row = next(line for line in text.splitlines() if f",{area}," in line)
        text = text.replace(row, row.replace("2025-07-01,,", "2025-07-01,2026-12-31,ubnd/phuong-hoa-giang"))
    new = "ubnd/phuong-hoa-giang,ubnd,Ủy ban nhân dân phường Hòa Giang,People's Committee of Hoa Giang Ward,C:99001,,2027-01-01,,\n"
    path.write_text(text + new, encoding="utf-8")
    for path in (folder / "codelists" / "registers").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for area in ENDING:
            text = text.replace(f"|{area},", f"|{area}|C:99001,")
        path.write_text(text, encoding="utf-8")
    with (folder / "codelists" / "crosswalk.csv").open("a", encoding="utf-8") as rows:
        rows.writelines(f"{area},C:99001,1,whole,false,ASSUMED,\n" for area in ENDING)


def test_what_is_still_missing_is_named_with_its_file(merged: Path) -> None:
    problems = check_catalog(merged)
    for area, committee in ENDING.items():
        assert any("committees.csv:" in each and committee in each and area in each for each in problems)
        assert any("crosswalk.csv:" in each and f"{area} has successors" in each for each in problems)
        assert any("stores.csv:" in each and "ST02 has no area after 2026-12-31" in each for each in problems)


def test_the_map_is_sound_and_means_the_new_ward_from_its_day_on(merged: Path) -> None:
    complete(merged)
    assert check_catalog(merged) == []
    catalog = load_catalog(merged)
    before, after = periods.period("2026-Q4"), periods.period("2027-Q1")
    assert areas.resolve(catalog, "Phường Hòa Giang", after).kind == "match"
    assert areas.resolve(catalog, "Phường Hòa Giang", before).kind == "wrong_vintage"
    old = areas.resolve(catalog, "Phường Tân Giang", after)
    assert [area.key for area in old.candidates] == ["C:99001"]
