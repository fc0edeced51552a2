"""What is published: the same facts in every format, judged by readers that are not ours, and put in place at once."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from indicator_world import Seen, put, span

from xanh.catalog import Catalog
from xanh.database import warehouse
from xanh.indicators.compute import compute
from xanh.publishing import Published, columns, publish, words
from xanh.publishing.packages import sha256
from xanh.publishing.sdmx import code
from xanh.settings import Settings

STORES = ("ST01", "ST02", "=1+1")


@pytest.fixture(scope="module")
def settings(
    fresh_settings: Callable[[Path], AbstractContextManager[Settings]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """One warehouse for the tests of this file: they only read it."""
    with fresh_settings(tmp_path_factory.mktemp("published")) as settings:
        yield settings


@pytest.fixture(scope="module")
def published(settings: Settings, catalog: Catalog) -> Published:
    place = {"area": "B:040", "flow": "stock", "form": "F04"}
    waste = {"area": "B:040", "form": "F06"}
    seen = [
        *(Seen("store_total_n", Decimal(1), span("2025-Q2"), item=store, **place) for store in STORES),
        *(Seen("store_eco_n", Decimal(n % 2), span("2025-Q2"), item=s, **place) for n, s in enumerate(STORES)),
        Seen("msw_gen_rural_t", Decimal("300.3"), span("2024-Q1"), **waste),
        Seen("msw_col_rural_t", Decimal("100.1"), span("2024-Q1"), **waste),
    ]
    with warehouse.connect(settings, "loader") as connection:
        put(connection, seen)
        compute(connection, catalog, settings)
    return publish(settings, catalog)


def csv_rows(folder: Path, name: str = "indicator_value") -> list[dict[str, str]]:
    with (folder / f"csv/{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def facts(rows: Iterator[Any] | list[Any]) -> set[tuple[Any, ...]]:
    return {(*row[:5], None if row[5] is None else Decimal(row[5])) for row in rows}


KEY = ("indicator_code", "series_code", "geography", "area_code", "period", "value")


def test_parquet_csv_and_sdmx_hold_the_same_facts_as_the_mart(settings: Settings, published: Published) -> None:
    with warehouse.connect(settings, "reader") as reader:
        wanted = facts(reader.execute(f"select {', '.join(KEY)} from mart.indicator_series").fetchall())
    parquet = duckdb.sql(
        f"select {', '.join(KEY)} from"
        f" read_parquet('{published.folder}/parquet/indicator_value/*/*.parquet', hive_partitioning=true)"
    ).fetchall()
    assert facts(parquet) == wanted
    rows = csv_rows(published.folder)
    assert facts([tuple(row[name] or None if name == "value" else row[name] for name in KEY) for row in rows]) == wanted
    with (published.folder / "sdmx/values.csv").open(encoding="utf-8", newline="") as lines:
        sdmx = list(csv.DictReader(lines))
    half = {row[4]: row[4].replace("-H", "-S") for row in wanted}
    assert facts([
        (r["INDICATOR"], r["SERIES"], r["GEOGRAPHY"], r["REF_AREA"], r["TIME_PERIOD"], r["OBS_VALUE"] or None) for r in sdmx
    ]) == {(*row[:1], code(row[1]), row[2], code(row[3]), half[row[4]], row[5]) for row in wanted}  # fmt: skip
    assert published.value_count == len(wanted) == len(rows) == len(sdmx)


def test_values_stay_exact_decimals(published: Published) -> None:
    rows = [
        r for r in csv_rows(published.folder) if r["indicator_code"] == "wa_msw_rural_pct" and r["period"] == "2024-Q1"
    ]
    assert {r["value"] for r in rows if r["area_code"] == "ALL:04"} == {"33.3333333333"}
    types = duckdb.sql(
        f"describe select value from read_parquet('{published.folder}/parquet/indicator_value/*/*.parquet')"
    ).fetchall()
    assert types[0][1] == "DECIMAL(38,10)"


def test_the_parquet_files_are_partitioned_by_year(published: Published) -> None:
    years = sorted(path.name for path in (published.folder / "parquet/indicator_value").iterdir())
    assert years == [f"year={year}" for year in range(2021, 2026)]


def test_independent_libraries_accept_the_package_the_csvw_the_sdmx_and_the_catalogue(published: Published) -> None:
    import rdflib
    from csvw import CSVW
    from frictionless import validate
    from pysdmx.io import read_sdmx

    report = validate(str(published.folder / "datapackage.json"))
    assert report.valid, [(task.name, task.errors[:2]) for task in report.tasks if not task.valid] + report.errors
    described = CSVW(str(published.folder / "csv/csv-metadata.json"))
    assert described.is_valid
    message = read_sdmx(published.folder / "sdmx/values.csv")
    assert [len(data.data) for data in message.data or ()] == [published.value_count]
    graph = rdflib.Graph().parse(published.folder / "dcat.jsonld", format="json-ld")
    described_files = set(graph.objects(predicate=rdflib.URIRef("http://www.w3.org/ns/dcat#downloadURL")))
    assert len(described_files) == published.file_count - 2, "all but the catalogue entry itself and the manifest"


def test_every_code_of_the_sdmx_file_is_in_its_code_list(published: Published) -> None:
    with (published.folder / "sdmx/values.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for path in (published.folder / "sdmx/codelists").glob("CL_*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            known = {row["id"] for row in csv.DictReader(lines)}
        assert {row[path.stem.removeprefix("CL_")] for row in rows} <= known, path.name


def test_open_sdg_files_start_with_year_end_with_value_and_leave_the_headline_blank(published: Published) -> None:
    with (published.folder / "open-sdg/data/indicator_tr-eco-pack-pct.csv").open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert (header[0], header[-1]) == ("Year", "Value")
    headline = [row for row in rows if not any(row[2:5])]
    assert [(row[0], row[-1]) for row in headline] == [("2025", "33.3333333333")]


def test_the_manifest_lists_every_file_with_its_hash_and_the_moment(published: Published) -> None:
    manifest = json.loads((published.folder / "manifest.json").read_text(encoding="utf-8"))
    files = {path.relative_to(published.folder).as_posix() for path in published.folder.rglob("*") if path.is_file()}
    assert {entry["path"] for entry in manifest["files"]} == files - {"manifest.json"}
    assert all(sha256(published.folder / entry["path"]) == entry["sha256"] for entry in manifest["files"])
    assert manifest["as_of"]
    assert manifest["computation"]["state"] == "published"


def test_latest_leads_to_the_newest_and_older_publications_stay(
    settings: Settings, catalog: Catalog, published: Published
) -> None:
    again = publish(settings, catalog)
    assert again.folder != published.folder
    assert published.report.is_file()
    assert (settings.publish / "latest").resolve() == again.folder.resolve()
    assert not [path for path in settings.publish.iterdir() if path.name.startswith(".")]


def test_a_publication_that_fails_leaves_nothing_behind(
    settings: Settings, catalog: Catalog, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left")

    before = sorted(path.name for path in settings.publish.iterdir())
    latest = (settings.publish / "latest").resolve()
    monkeypatch.setattr("xanh.publishing.publication.write_manifest", broken)
    with pytest.raises(OSError, match="no space left"):
        publish(settings, catalog)
    assert sorted(path.name for path in settings.publish.iterdir()) == before
    assert (settings.publish / "latest").resolve() == latest


def test_the_report_is_one_page_without_outside_addresses_or_scripts(published: Published) -> None:
    page = published.report.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/", "")
    assert page.count("<svg") >= 2
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page
    assert "Chưa đạt tiến độ" in page


def test_the_workbook_has_the_title_block_the_seven_lines_and_numbers_as_numbers(published: Published) -> None:
    book = openpyxl.load_workbook(published.report.with_suffix(".xlsx"))
    sheet = book["Mục tiêu"]
    assert sheet["A2"].value == "SỞ CÔNG THƯƠNG"
    numbers = [sheet.cell(row, 1).value for row in range(10, 17)]
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
    store_row = next(row for row in range(10, 17) if "siêu thị" in str(sheet.cell(row, 2).value))
    assert round(sheet.cell(store_row, 8).value, 2) == 33.33
    assert sheet.cell(store_row, 4).value == "…"


def test_a_label_that_looks_like_a_formula_stays_text() -> None:
    assert columns.as_cell("=1+1") == "'=1+1"
    assert columns.as_cell("＝1+1") == "'＝1+1"
    assert columns.as_cell(Decimal("-1.5")) == "-1.5"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.891"), "1.234.567,9"),
        (Decimal(100), "100"),
        (Decimal("0.04"), "0"),
        (Decimal("-3.25"), "-3,3"),
        (Decimal("6.25"), "6,3"),
        (Decimal("-0.04"), "0"),
        (None, "…"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(value: Decimal | None, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("is_register", "said"),
    [(True, "đơn vị chưa báo cáo được tính là chưa thực hiện"), (False, "kết quả tính theo các đơn vị đã báo cáo")],
)
def test_silent_units_count_as_not_done_only_for_a_target_of_coverage(is_register: bool, said: str) -> None:
    row = {
        "value": Decimal("6.4"), "unit_code": "%", "progress": "met", "period": "2025", "distance": Decimal("1.4"),
        "reporting_units_reported": 12, "reporting_units_expected": 14,
    }  # fmt: skip
    sentence = words.assessment(row, is_register=is_register)
    assert sentence == f"Đạt: 6,4 %, năm 2025. Mới có 12/14 đơn vị báo cáo; {said}."


def test_periods_are_written_as_an_office_writes_them() -> None:
    assert [words.period(p) for p in ("2025", "2025-H1", "2025-Q3", "2025-06")] == [
        "năm 2025",
        "6 tháng đầu năm 2025",
        "quý III/2025",
        "tháng 6/2025",
    ]


@pytest.mark.parametrize(
    ("text", "identifier"),
    [("C:01273", "C_01273"), ("%", "PT"), ("triệu đồng", "TRIEU_DONG"), ("eff_red_sector_pct", "eff_red_sector_pct")],
)
def test_codes_of_sdmx_are_plain_identifiers(text: str, identifier: str) -> None:
    assert code(text) == identifier
