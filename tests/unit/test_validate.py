"""Every rule of the suites has rows that trip it, at the cell that is expected, and clean rows that trip nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from xanh.catalog import Catalog, load_catalog
from xanh.model import Issue, Observation, Period, Reading, Table
from xanh.validation import engine, messages, suites, validate
from xanh.validation.derive import derive
from xanh.validation.plain_checks import run_plainly

ROOT = Path(__file__).parents[2]
EXPECTATIONS = ROOT / "expectations"
MAY = Period("2024-05", date(2024, 5, 1), date(2024, 5, 31), "M")
JANUARY = Period("2024-01", date(2024, 1, 1), date(2024, 1, 31), "M")
QUARTER = Period("2025-Q1", date(2025, 1, 1), date(2025, 3, 31), "Q")
SUITES = suites.read_suites(EXPECTATIONS)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(ROOT / "include" / "catalog")


def value_of(value: object) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def table(form: str, *rows: Mapping[str, object], code: str = "main") -> Table:
    """Each row at its place from row 12 on; a column's letter is its place among the row's keys."""
    filled, addresses = [], []
    for number, row in enumerate(rows, start=12):
        filled.append(
            {"row_kind": "item", "label": "dòng", "row_no": Decimal(number)} | {k: value_of(v) for k, v in row.items()}
        )
        addresses.append({column: f"{column}!{number}" for column in row})
    return Table(form, "2021", code, "Bieu", tuple(filled), tuple(addresses))


def reading(
    *tables: Table, period: Period = MAY, issues: tuple[Issue, ...] = (), observations: tuple[Observation, ...] = ()
) -> Reading:
    forms = tuple(dict.fromkeys(each.form for each in tables))
    return Reading(forms, "2021", "so-cong-thuong", None, period, (), observations, issues, tables)


def found(catalog: Catalog, *readings: Reading) -> list[list[tuple[str, str, str | None]]]:
    settings: Any = SimpleNamespace(expectations=EXPECTATIONS)
    return [[(i.rule, i.severity, i.cell) for i in issues] for issues in validate.validate(readings, catalog, settings)]


# One clean row a form, and for each check what to change in it and where it must be found.
F01 = {"plan": 18000, "prev": 1483.6, "cur": 1354.2, "ytd": 6650.9, "ly_month": 1247.9, "ly_ytd": 5915.9,
       "idx_prev": 91.3, "idx_ly": 108.5, "idx_plan": 36.9, "idx_ly_ytd": 112.4}  # fmt: skip
F02 = {"output": 130.6, "elec": 20300, "coke": 0, "coal": 11.1, "coal_grade": "Cám 5", "diesel": 186, "fo": 0,
       "petrol": 137, "lpg": 0.1231, "biomass": 43.7, "raw_quantity": 1, "water": 2221, "recycled": 0,
       "toe": 24.4}  # fmt: skip
F04A = {"replace_pct": 52, "sku": 88}
F04B = {"inspections": 12, "violations": 3}
F05 = {"bag_plastic_n": 1000, "bag_plastic_kg": 6, "bag_ld_n": 10, "bag_paper_n": 5, "invoices": 1000}
F06 = {"area": "B:051", "households": 12818, "pop_urban": 6653, "pop_rural": 46834, "gen_urban": 5.07,
       "gen_rural": 20.57,
       "col_urban": 4.79, "col_rural": 11.86, "rate_urban": 94.5, "rate_rural": 57.7, "std": 10.12, "landfill": 4.26,
       "burn": 1.15, "recycled": 1.12, "plastic_gen": 3.22, "plastic_rec": 0.97}  # fmt: skip
F07 = {"open": 100, "gen": 50, "fill": 20, "road": 0, "material": 5, "recover": 0, "transfer": 10, "close": 115}
F08 = {"line": "I.1", "plan": 10, "result": 4, "ytd": 6}
F09 = {"hectares": 30.5, "enterprises": 4}
F03 = {"audit_year": 2022, "toe": 4415.3, "elec": 17244900}
F10A = {"state_money": 600, "own_money": 20}
F10D = {"lots": 2}
F10C = {"budget": 200, "spent": 150, "share": 75}
F12 = {"last": 10, "now": 12}
NSO = {"prev": 40, "cur": 44, "ytd": 84}
IIP = {"yoy_prev": 103.4, "mom": 98.1, "yoy": 109.1, "ytd_yoy": 106}
F11 = {"capacity": 6.5, "generation": 3000000, "kwp": None, "households": None}

TRIPS = [
    ("F01", F01, {"cur": 1354200}, "F01-G10", "cur"),
    ("F01", F01, {"cur": 1.3542}, "F01-G10", "cur"),
    ("F01", F01, {"prev": 1483600}, "F01-G10", "prev"),
    ("F01", F01, {"ytd": 1354.2, "idx_plan": 7.5, "idx_ly_ytd": 22.9}, "F01-YTD-IN-MONTH", "cur"),
    ("F01", F01, {"ytd": 1000, "idx_plan": 5.6, "idx_ly_ytd": 16.9}, "F01-YTD-SMALL", "ytd"),
    ("F01", F01, {"plan": 1000, "idx_plan": None}, "F01-PLAN", "plan"),
    ("F01", F01, {"idx_prev": 92.3}, "F01-INDEX", "idx_prev"),
    ("F01", F01, {"idx_ly": 92.3}, "F01-INDEX", "idx_ly"),
    ("F01", F01, {"idx_plan": 30}, "F01-INDEX", "idx_plan"),
    ("F01", F01, {"idx_ly_ytd": 114}, "F01-INDEX", "idx_ly_ytd"),
    ("F02", F02, {"elec": 20300000}, "F02-G10", "elec"),
    ("F02", F02, {"biomass": 43700}, "F02-G10", "biomass"),
    ("F02", F02, {"toe": 24400}, "F02-G10", "toe"),
    ("F02", F02, {"toe": 26}, "F02-TOE", "toe"),
    ("F02", F02, {"coal_grade": "Quặng sắt"}, "F02-GRADE", "coal_grade"),
    ("F04-A", F04A, {"replace_pct": 140}, "F04-G09", "replace_pct"),
    ("F04-A", F04A, {"replace_pct": -5}, "F04-G09", "replace_pct"),
    ("F04-B", F04B, {"violations": 13}, "F04-VIOLATIONS", "violations"),
    ("F05", F05, {"bag_plastic_kg": 31}, "F05-BAG-WEIGHT", "bag_plastic_kg"),
    ("F05", F05, {"bag_ld_n": 30000}, "F05-BAGS", "bag_plastic_n"),
    ("F05", F05, {"bag_paper_n": -1}, "G05", "bag_paper_n"),
    ("F06", F06, {"gen_rural": 20570, "rate_rural": None}, "F06-G10", "gen_rural"),
    ("F06", F06, {"pop_rural": 46.834}, "F06-G10", "pop_rural"),
    ("F06", F06, {"pop_rural": 46834000}, "F06-G10", "pop_rural"),
    ("F06", F06, {"col_rural": 21, "rate_rural": 102.1}, "F06-G09", "rate_rural"),
    ("F06", F06, {"col_rural": 21}, "F06-G09", "col_rural"),
    ("F06", F06, {"rate_urban": 93.4}, "F06-RATE", "rate_urban"),
    ("F06", F06, {"burn": -1}, "G05", "burn"),
    ("F06", F06, {"std": 12.2}, "F06-TREATED", "std"),
    ("F06", F06, {"households": 46834}, "F06-HOUSEHOLDS", "households"),
    ("F06", F06, {"households": 6400}, "F06-HOUSEHOLDS", "households"),
    ("F06", F06, {"plastic_gen": 0.97, "plastic_rec": 3.22}, "F06-PLASTIC", "plastic_rec"),
    ("F06", F06, {"plastic_gen": 26}, "F06-PLASTIC", "plastic_gen"),
    ("F06", F06, {"plastic_gen": 0.05, "plastic_rec": 0.01}, "F06-LEVEL", "plastic_gen"),
    ("F06", F06, {"plastic_rec": 0.005}, "F06-LEVEL", "plastic_rec"),
    ("F06", F06, {"recycled": 0.001}, "F06-LEVEL", "recycled"),
    ("F06", F06, {"landfill": 0.004}, "F06-LEVEL", "landfill"),
    ("F06", F06, {"std": 0.2, "landfill": 0.1, "burn": 0, "recycled": 0}, "F06-LEVEL", "std"),
    ("F06", F06, {"pop_rural": 264000, "households": None}, "F06-LEVEL", "gen_rural"),
    ("F06", F06, {"col_urban": 0.1, "col_rural": 0.1, "rate_urban": None, "rate_rural": None, "std": None,
                  "landfill": None, "burn": None, "recycled": None}, "F06-LEVEL", "col_rural"),
    ("F07", F07, {"waste": "Chất thải nguy hại", "fill": 25, "material": 0}, "F07-HAZARDOUS", "fill"),
    ("F07", F07, {"close": 117}, "F07-BALANCE", "close"),
    ("F07", F07, {"fill": -20}, "G05", "fill"),
    ("F08", F08, {"plan": 10000}, "F08-FAR", "plan"),
    ("F08", F08, {"plan": 310}, "F08-FAR", "plan"),
    ("F08", F08, {"plan": 8, "result": 101, "ytd": 101}, "F08-FAR", "plan"),
    ("F08", F08, {"ytd": 500, "plan": None}, "F08-FAR", "ytd"),
    ("F08", F08, {"ytd": 3}, "F08-YTD", "ytd"),
    ("F09", F09, {"enterprises": -1}, "G05", "enterprises"),
    ("F03", F03, {"audit_year": 22}, "F03-AUDIT", "audit_year"),
    ("F03", F03, {"toe": 4.4153}, "F03-G10", "toe"),
    ("F03", F03, {"toe": 2000}, "F03-ELEC", "toe"),
    ("F03", F03, {"toe": 4415300}, "F03-ELEC", "toe"),
    ("F10-A", F10A, {"state_money": 0.6}, "F10-FUND", "state_money"),
    ("F10-A", F10A, {"own_money": -20}, "G05", "own_money"),
    ("F10-C", F10C, {"budget": 0.2, "spent": 0.15}, "F10-BUDGET", "budget"),
    ("F10-C", F10C, {"share": 750}, "F10-G09", "share"),
    ("F10-C", F10C, {"spent": 250, "share": None}, "F10-G09", "spent"),
    ("F10-C", F10C, {"share": 77}, "F10-SHARE", "share"),
    ("F12", F12, {"now": 12000}, "F12-SLIP", "now"),
    ("NSO-PRODUCTS", NSO, {"cur": 44000}, "NSO-SLIP", "cur"),
    ("NSO-RETAIL", NSO, {"cur": 40000, "ytd": 50000}, "NSO-SLIP", "cur"),
    ("NSO-RETAIL", NSO, {"ytd": 43}, "NSO-YTD", "ytd"),
    ("NSO-IIP", IIP, {"mom": 0.98}, "NSO-INDEX", "mom"),
    ("F11", F11 | {"kind": "dien_thuong_pham", "capacity": None}, {"generation": 4239}, "F11-SMALL", "generation"),
    ("F11", {"kind": "dmt_mai_nha_dn", "kwp": 187}, {"kwp": 0.187}, "F11-SMALL", "kwp"),
    ("F11", F11, {"generation": 2000}, "F11-LOW", "generation"),
    ("F11", F11, {"generation": 4627.968, "capacity": 12}, "F11-LOW", "generation"),
    ("F11", F11, {"kwp": 4000, "households": 2}, "F11-ROOF", "kwp"),
    ("F11", F11, {"kwp": 1909, "households": 40}, "F11-ROOF", "kwp"),
    ("F11", F11, {"generation": 6.5 * 1000 * 744 * 1.03}, "F11-G10", "generation"),
]  # fmt: skip
CLEAN = [
    ("F01", F01),
    ("F02", F02),
    ("F04-A", F04A),
    ("F04-B", F04B),
    ("F05", F05),
    ("F07", F07),
    ("F08", F08),
    ("F09", F09),
    ("F11", F11),
    ("F03", F03),
    ("F10-A", F10A),
    ("F10-C", F10C),
    ("F10-D", F10D),
    ("F12", F12),
    ("NSO-PRODUCTS", NSO),
    ("NSO-RETAIL", NSO),
    ("NSO-IIP", IIP),
]


def form_table(suite: str, *rows: Mapping[str, object]) -> Table:
    known = SUITES[suite]
    return table(known.form or "", *rows, code=known.table or "main")


@pytest.mark.parametrize(("suite", "row"), CLEAN, ids=[suite for suite, _ in CLEAN])
def test_a_clean_row_trips_nothing(catalog: Catalog, suite: str, row: Mapping[str, object]) -> None:
    assert found(catalog, reading(form_table(suite, row))) == [[]]


def test_all_mistakes_of_a_batch_are_led_back_to_their_submission_and_cell(catalog: Catalog) -> None:
    readings = [reading(form_table(suite, row | change)) for suite, row, change, _, _ in TRIPS]
    results = found(catalog, *readings)
    expected = [[(rule, catalog.rules[rule].severity, f"{cell}!12")] for _, _, _, rule, cell in TRIPS]
    without_areas = [[issue for issue in issues if issue[0] != "F06-AREAS"] for issues in results]
    assert without_areas == expected


def test_every_check_of_a_form_has_a_case_that_trips_it() -> None:
    named = {f"{suite}/{check}" for suite, row, change, _, _ in TRIPS for check in tripped(suite, row | change)}
    aside = {".rows", ".total", ".areas", ".courses", ".schools", ".fuels", ".first", ".agencies", ".lonely"}
    missing = {
        f"{suite.name}/{check}"
        for suite in SUITES.values()
        if suite.form
        for check in suite.checks
        if not any(part in check for part in aside)
    } - named
    assert missing == set()


def tripped(suite: str, row: Mapping[str, object]) -> list[str]:
    known = SUITES[suite]
    rows = derive(form_table(suite, row).rows, known.derived, {"month": Decimal(5), "hours": Decimal(744)})
    return [failure.check.check for failure in engine.run(known, rows)]


def test_a_total_row_that_is_off_by_more_than_half_a_percent_is_a_warning_at_its_cell(catalog: Catalog) -> None:
    rows = [F04B, F04B, {"inspections": 24.2, "violations": 6, "row_kind": "total"}]
    assert found(catalog, reading(form_table("F04-B", *rows))) == [[("G12", "warning", "inspections!14")]]


TOTALS = [
    ("F05", F05, {}, "bag_ld_n"),
    ("F07", F07, {}, "gen"),
    ("F03", F03, {"audit_year": None}, "toe"),
    ("F10-A", F10A, {}, "state_money"),
    ("F10-C", F10C, {"share": 75}, "budget"),
    ("F10-D", F10D, {}, "lots"),
]


@pytest.mark.parametrize(("suite", "row", "besides", "column"), TOTALS, ids=[each[0] for each in TOTALS])
def test_a_form_tells_a_total_that_is_off_and_tells_it_once(
    catalog: Catalog, suite: str, row: Mapping[str, Any], besides: Mapping[str, Any], column: str
) -> None:
    total = {key: 2 * value for key, value in row.items()} | besides | {"row_kind": "total"}
    assert found(catalog, reading(form_table(suite, row, row, total))) == [[]]
    off = total | {column: 3 * row[column]}
    assert found(catalog, reading(form_table(suite, row, row, off))) == [[("G12", "warning", f"{column}!14")]]


def test_a_facility_with_ten_times_the_water_of_all_others_is_a_warning(catalog: Catalog) -> None:
    rows = [F02 | {"water": water} for water in (2221, 310, 45, 5000, 900)]
    assert found(catalog, reading(form_table("F02", *rows))) == [[]]
    rows[1]["water"] = 310000
    assert found(catalog, reading(form_table("F02", *rows))) == [[("F02-LONELY", "warning", "water!13")]]
    assert found(catalog, reading(form_table("F02", *rows[1:]))) == [[]]  # too few to compare with


def test_a_slip_in_one_row_does_not_blame_the_columns_of_the_whole_table(catalog: Catalog) -> None:
    rows = [F06 | {"gen_rural": 20570, "rate_rural": None}, F06]
    assert {i[0] for i in found(catalog, reading(form_table("F06", *rows)))[0]} - {"F06-AREAS"} == {"F06-G10"}


def test_more_agencies_informed_than_there_are_is_a_warning(catalog: Catalog) -> None:
    rows = [{"line": "agency_total", "now": 28}, {"line": "agency_outreach", "now": 28}]
    assert found(catalog, reading(form_table("F12", *rows))) == [[]]
    rows[1]["now"] = 29
    assert found(catalog, reading(form_table("F12", *rows))) == [[("F12-AGENCIES", "warning", "now!13")]]


def test_a_total_that_is_right_within_half_a_percent_trips_nothing(catalog: Catalog) -> None:
    rows = [F04B, F04B, {"inspections": 24.1, "violations": 6, "row_kind": "total"}]
    assert found(catalog, reading(form_table("F04-B", *rows))) == [[]]


def test_a_total_above_the_known_rows_is_no_mistake_while_a_row_is_unknown(catalog: Catalog) -> None:
    rows = [F04B, F04B | {"inspections": None}, {"inspections": 30, "violations": 6, "row_kind": "total"}]
    assert found(catalog, reading(form_table("F04-B", *rows))) == [[]]


def test_a_total_below_the_known_rows_is_reported_although_a_row_is_unknown(catalog: Catalog) -> None:
    rows = [F04B, F04B | {"inspections": None}, {"inspections": 11, "violations": 6, "row_kind": "total"}]
    assert found(catalog, reading(form_table("F04-B", *rows))) == [[("G12", "warning", "inspections!14")]]


def test_a_critical_finding_explains_what_follows_from_it(catalog: Catalog) -> None:
    rows = [F02 | {"elec": 20300000}, {"elec": 20300, "toe": 24.4, "row_kind": "total"}]
    assert found(catalog, reading(form_table("F02", *rows))) == [[("F02-G10", "critical", "elec!12")]]


FUELS = [
    {"diesel": 90147, "fo": 0, "petrol": 2354, "lpg": 0.4, "toe": 81.7},
    {"diesel": 11200, "fo": 7233, "petrol": 137, "lpg": 1.2, "toe": 18.1},
    {"diesel": 0, "fo": 1800, "petrol": 960, "lpg": 0, "toe": 2.5},
]


@pytest.mark.parametrize(
    ("one", "other", "pair"),
    [
        ("diesel", "fo", "dầu DO và dầu FO"),
        ("diesel", "petrol", "dầu DO và xăng"),
        ("fo", "petrol", "dầu FO và xăng"),
        ("diesel", None, ""),
    ],
)
def test_two_fuels_that_changed_places_are_one_finding(
    catalog: Catalog, one: str, other: str | None, pair: str
) -> None:
    """Their factors are near one another: no row is five percent off, all together fit only when changed back."""
    none = {"elec": 0, "coke": 0, "coal": 0, "biomass": 0}
    rows = [F02 | none | row | ({one: row[other], other: row[one]} if other else {}) for row in FUELS]
    settings: Any = SimpleNamespace(expectations=EXPECTATIONS)
    (issues,) = validate.validate([reading(table("F02", *rows), period=QUARTER)], catalog, settings)
    fuels = [i for i in issues if i.rule == "F02-FUELS"]
    assert [i.message_vi.count(pair) for i in fuels] == ([1] if other else [])
    if not other:
        assert issues == []


FIRST_HALF = Period("2025-H1", date(2025, 1, 1), date(2025, 6, 30), "H")
SECOND_HALF = Period("2025-H2", date(2025, 7, 1), date(2025, 12, 31), "H")


@pytest.mark.parametrize(
    ("period", "area", "is_first"),
    [(FIRST_HALF, "B:043", True), (SECOND_HALF, "B:043", False), (SECOND_HALF, "C:01654", True)],
)
def test_the_year_to_date_of_a_first_period_is_that_of_the_period(
    catalog: Catalog, period: Period, area: str, is_first: bool
) -> None:
    """Plan and year to date that changed places; a commune of July 2025 has nothing before its first half year."""
    rows = [F08 | {"area": area, "plan": 9, "ytd": 4}, F08 | {"area": area, "line": "I.2"}]
    expected = [("F08-FIRST", "warning", "ytd!13")] if is_first else []
    assert found(catalog, reading(table("F08", *rows), period=period)) == [expected]


def test_a_cell_that_reading_marked_as_wrong_is_not_judged_again(catalog: Catalog) -> None:
    known = messages.issue(catalog, "G05", sheet="Bieu", cell="ytd!12", value="-1", label="x")
    row = F01 | {"ytd": -1, "idx_plan": 36.9}
    assert found(catalog, reading(table("F01", row), issues=(known,))) == [[]]


def test_a_negative_value_explains_the_sums_and_shares_that_it_spoils(catalog: Catalog) -> None:
    wrong = observation(
        source_sheet="Bieu", source_cell="diesel!12", value=Decimal(-90_000), measure="use_diesel_l", unit="lít"
    )
    rows = [F02 | {"diesel": -90_000}, {"diesel": 186, "row_kind": "total"}]
    assert found(catalog, reading(table("F02", *rows), observations=(wrong,))) == [[("G05", "critical", "diesel!12")]]


def test_year_to_date_in_the_month_column_is_one_finding_with_all_cells(catalog: Catalog) -> None:
    rows = [F01 | {"ytd": 1354.2, "idx_plan": None, "idx_ly_ytd": None}] * 3 + [F01]
    settings: Any = SimpleNamespace(expectations=EXPECTATIONS)
    (issues,) = validate.validate([reading(table("F01", *rows))], catalog, settings)
    assert [(i.rule, i.cell, i.cells) for i in issues] == [
        ("F01-YTD-IN-MONTH", "cur!12", ("cur!12", "cur!13", "cur!14"))
    ]
    assert "3 trong 4 dòng" in issues[0].message_vi


def test_month_equal_to_year_to_date_is_right_in_january(catalog: Catalog) -> None:
    row = F01 | {"ytd": 1354.2, "idx_plan": None, "idx_ly_ytd": None}
    assert found(catalog, reading(table("F01", row), period=JANUARY)) == [[]]


def test_sugar_that_starts_from_zero_is_no_slip(catalog: Catalog) -> None:
    row = F01 | {"prev": 0, "idx_prev": 0}
    assert found(catalog, reading(table("F01", row))) == [[]]


def test_missing_areas_are_one_warning_without_a_cell(catalog: Catalog) -> None:
    rows = [F06, F06 | {"area": "B:040"}]
    settings: Any = SimpleNamespace(expectations=EXPECTATIONS)
    (issues,) = validate.validate([reading(table("F06", *rows), period=QUARTER)], catalog, settings)
    assert [(i.rule, i.severity, i.cell) for i in issues] == [("F06-AREAS", "warning", None)]
    assert "có 2 đơn vị hành chính, danh sách đầy đủ của kỳ này là 10" in issues[0].message_vi


def test_a_sentence_never_says_a_word_that_no_row_has(catalog: Catalog, tmp_path: Path) -> None:
    text = (EXPECTATIONS / "F06.json").read_text(encoding="utf-8")
    (tmp_path / "F06.json").write_text(text.replace('"expected": "area_count_expected"', '"expected": "days"'), "utf-8")
    settings: Any = SimpleNamespace(expectations=tmp_path)
    assert [problem for problem in validate.check_suites(catalog, settings) if "'days'" in problem]


def test_more_schools_with_contests_than_schools_is_a_warning(catalog: Catalog) -> None:
    rows = [F08 | {"line": "III.1", "result": 5}, F08 | {"line": "III.2", "result": 6}]
    assert found(catalog, reading(table("F08", *rows))) == [[("F08-SCHOOLS", "warning", "result!13")]]


def test_people_trained_without_a_course_are_a_warning(catalog: Catalog) -> None:
    rows = [F08 | {"line": "II.1", "result": 0}, F08 | {"line": "II.2", "result": 6}]
    assert found(catalog, reading(table("F08", *rows))) == [[("F08-COURSES", "warning", "result!13")]]


def observation(**changes: object) -> Observation:
    values: dict[str, Any] = {
        "form": "F08", "measure": "outreach_event_n", "item_code": None, "item_name": None, "area": "B:051",
        "period": MAY,
        "flow": "period", "obs_status": "A", "value": Decimal(4), "unit": "cuộc", "source_sheet": "Bieu 08",
        "source_cell": "E12",
        "source_label": "Số hội nghị", "source_value": "4", "source_unit": "cuộc",
    }  # fmt: skip
    return Observation(**(values | changes))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("40000", "lớn hơn nhiều lần mức thường gặp, đến 1.500 tỷ đồng"),
        ("0.4", "nhỏ hơn nhiều lần mức thường gặp, từ 50 tỷ đồng"),
        ("400", None),
    ],
)
def test_a_value_far_outside_the_plausible_is_told_with_the_limit_that_it_passes(
    catalog: Catalog, value: str, said: str | None
) -> None:
    output = observation(measure="ind_output_bvnd", value=Decimal(value), unit="tỷ đồng", area="ALL:04")
    settings: Any = SimpleNamespace(expectations=EXPECTATIONS)
    (issues,) = validate.validate([reading(observations=(output,))], catalog, settings)
    assert [said in issue.message_vi for issue in issues if said] == ([True] if said else [])
    assert len(issues) == (1 if said else 0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"value": Decimal("-4")}, [("G05", "critical", "E12")]),
        ({"value": Decimal("4.5")}, [("OBS-FRACTION", "warning", "E12")]),
        ({"value": Decimal(4_000_000)}, [("OBS-RANGE", "warning", "E12")]),
        ({"value": None}, [("OBS-BROKEN", "critical", "E12")]),
        ({"value": None, "obs_status": "M"}, []),
        ({"obs_status": "M"}, [("OBS-BROKEN", "critical", "E12")]),
        ({"area": "051"}, [("OBS-BROKEN", "critical", "E12")]),
        ({"measure": "unheard_of"}, [("OBS-BROKEN", "critical", "E12")]),
        ({"unit": "kg"}, [("OBS-BROKEN", "critical", "E12")]),
        ({"source_cell": "F2+G2", "value": Decimal(-1)}, [("G05", "critical", "F2")]),
    ],
    ids=str,
)
def test_an_observation_is_checked(catalog: Catalog, changes: dict[str, object], expected: list[Any]) -> None:
    assert found(catalog, reading(observations=(observation(**changes),))) == [expected]


def test_the_suites_fit_the_rules_of_the_catalogue(catalog: Catalog) -> None:
    settings: Any = SimpleNamespace(expectations=EXPECTATIONS)
    assert validate.check_suites(catalog, settings) == []


def test_great_expectations_takes_every_expectation_of_every_file() -> None:
    assert engine.load_all(SUITES) == sum(len(suite.checks) for suite in SUITES.values())


def test_every_limit_in_the_suites_is_exact_in_binary_too() -> None:
    limits = [
        expectation["kwargs"][key]
        for suite in SUITES.values()
        for expectation in suite.raw["expectations"]
        for key in ("min_value", "max_value")
        if key in expectation["kwargs"]
    ]
    assert [limit for limit in limits if Decimal(str(limit)) != Decimal(limit)] == []


BROKEN_SUITE = {
    "type": "expect_column_values_to_be_in_set",
    "kwargs": {"column": "a", "value_set": [1]},
    "severity": "critical",
}


def write_suite(folder: Path, *expectations: Mapping[str, Any]) -> suites.Suite:
    import json

    path = folder / "X.json"
    path.write_text(json.dumps({"name": "X", "meta": {"title": "x"}, "expectations": expectations}), encoding="utf-8")
    return suites.read_suite(path)


def test_a_misspelt_expectation_that_gx_drops_silently_is_an_error(tmp_path: Path) -> None:
    suite = write_suite(
        tmp_path, BROKEN_SUITE | {"type": "expect_colum_values", "meta": {"check": "a", "rule_id": "G05"}}
    )
    with pytest.raises(suites.SuiteError, match="took 0 of 1"):
        engine.load_all({"X": suite})
    with pytest.raises(suites.SuiteError, match="no check of single values"):
        engine.run(suite, [{"a": 1}])


def test_two_expectations_that_differ_only_in_meta_are_both_run(tmp_path: Path) -> None:
    first, second = ({"check": check, "rule_id": "G05"} for check in ("a", "b"))
    suite = write_suite(tmp_path, BROKEN_SUITE | {"meta": first}, BROKEN_SUITE | {"meta": second})
    assert [failure.check.check for failure in engine.run(suite, [{"a": 2}])] == ["a", "b"]


def test_a_check_that_crashes_is_our_error_and_no_finding(tmp_path: Path) -> None:
    crash = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "a", "min_value": 1},
        "severity": "critical",
    }
    suite = write_suite(tmp_path, crash | {"meta": {"check": "a", "rule_id": "G05"}})
    with pytest.raises(suites.SuiteError, match="crashed"):
        engine.run(suite, [{"a": "text"}])


@pytest.mark.parametrize("shade", ["mostly", "row_condition", "strict_min"])
def test_a_shade_that_not_both_ways_of_judging_know_is_refused(tmp_path: Path, shade: str) -> None:
    shaded = BROKEN_SUITE | {"kwargs": {"column": "a", "value_set": [1], shade: 0.9}}
    with pytest.raises(suites.SuiteError, match=f"'{shade}'.* a derived column may say it"):
        write_suite(tmp_path, shaded | {"meta": {"check": "a", "rule_id": "G05"}})


KINDS = [
    ("expect_column_values_to_be_between", {"column": "number", "min_value": 1, "max_value": 7}, (1, 4, 6)),
    ("expect_column_values_to_be_in_set", {"column": "number", "value_set": [5]}, (1, 4, 6)),
    ("expect_column_values_to_be_in_set", {"column": "text", "value_set": ["A"]}, (2, 4)),
    ("expect_column_values_to_be_in_set", {"column": "truth", "value_set": [False]}, (2, 5)),
    ("expect_column_values_to_be_null", {"column": "text"}, (1, 2, 3, 4, 5)),
    ("expect_column_values_to_not_be_null", {"column": "number"}, (0,)),
    ("expect_column_values_to_match_regex", {"column": "text", "regex": "^[A-Z]$"}, (2, 4)),
    ("expect_column_values_to_match_regex", {"column": "number", "regex": "^[0-9]$"}, (3, 6)),
    ("expect_table_row_count_to_be_between", {"min_value": 8}, ()),
]


@pytest.mark.parametrize(("kind", "kwargs", "broken"), KINDS)
def test_each_row_with_a_wrong_value_is_found_however_often_the_value_stands_there(
    tmp_path: Path, kind: str, kwargs: dict[str, Any], broken: tuple[int, ...]
) -> None:
    numbers = [None, Decimal(0), Decimal(5), Decimal("5.0"), Decimal(9), Decimal(5), Decimal("-0.5")]
    texts = [None, "A", "b1", "A", "b1", "A", None]
    truths = [None, False, True, False, None, True, False]
    rows = [{"number": n, "text": t, "truth": b} for n, t, b in zip(numbers, texts, truths, strict=True)]
    expectation = {"type": kind, "kwargs": kwargs, "severity": "critical", "meta": {"check": "a", "rule_id": "G05"}}
    suite = write_suite(tmp_path, expectation)
    assert engine.run(suite, rows) == run_plainly(suite, rows) == (suites.Failure(suite.checks["a"], broken),)


def test_a_value_that_two_suites_ask_about_is_led_back_to_both(tmp_path: Path) -> None:
    one = write_suite(tmp_path, BROKEN_SUITE | {"meta": {"check": "a", "rule_id": "G05"}})
    rows = [[{"a": 1}, {"a": 2}, {"a": 2}], [{"a": 2}], [{"a": 1}]]
    found = engine.run_all([(one, each) for each in rows])
    assert [[failure.rows for failure in failures] for failures in found] == [[(1, 2)], [(0,)], []]


@pytest.mark.parametrize("word", [{"cheque": 1}, {"check": "a"}], ids=["unknown word", "no rule"])
def test_a_suite_with_wrong_words_is_refused(tmp_path: Path, word: dict[str, object]) -> None:
    meta = {"check": "a", "rule_id": "G05"} | word if "cheque" in word else word
    with pytest.raises(suites.SuiteError):
        write_suite(tmp_path, BROKEN_SUITE | {"meta": meta})


@pytest.mark.parametrize("suite", [name for name in SUITES if SUITES[name].form], ids=str)
def test_the_dry_run_judges_as_great_expectations_does(suite: str) -> None:
    known = SUITES[suite]
    rows = [row | change for name, row, change, _, _ in TRIPS if name == suite]
    rows += [dict(CLEAN).get(suite, F06)]
    frame = derive(form_table(suite, *rows).rows, known.derived, {"month": Decimal(5), "hours": Decimal(744)})
    assert run_plainly(known, frame) == engine.run(known, frame)


def test_the_dry_run_judges_observations_as_great_expectations_does(catalog: Catalog) -> None:
    settings: Any = SimpleNamespace(expectations=EXPECTATIONS)
    changes: list[dict[str, Any]] = [
        {}, {"value": Decimal(-4)}, {"value": Decimal("4.5")}, {"value": Decimal(4_000_000)}, {"value": None},
        {"obs_status": "M"}, {"area": "051"}, {"measure": "unheard_of"}, {"unit": "kg"}, {"area": None},
    ]  # fmt: skip
    one = reading(observations=tuple(observation(source_cell=f"E{n}", **each) for n, each in enumerate(changes)))
    plainly = validate.validate([one], catalog, settings, is_dry_run=True)
    assert plainly == validate.validate([one], catalog, settings)
    assert len(plainly[0]) > 6


def test_a_column_that_the_form_does_not_have_is_found_before_it_silences_a_check(
    catalog: Catalog, tmp_path: Path
) -> None:
    import json

    suite = {
        "name": "F01",
        "meta": {"title": "x", "form": "F01", "table": None, "derived": {"ratio": "curr / prev"}},
        "expectations": [
            {
                "type": "expect_column_values_to_be_between",
                "kwargs": {"column": "ratio", "max_value": 200},
                "severity": "critical",
                "meta": {"check": "a", "rule_id": "F01-G10", "cell": "cur"},
            }
        ],
    }
    (tmp_path / "F01.json").write_text(json.dumps(suite), encoding="utf-8")
    settings: Any = SimpleNamespace(expectations=tmp_path)
    (problem,) = validate.check_suites(catalog, settings)
    assert problem.endswith("the form has no column 'curr'")


def test_a_sentence_has_numbers_as_its_language_writes_them(catalog: Catalog) -> None:
    found = messages.issue(catalog, "I02", where="C9", unit="kg", target="tấn", factor=Decimal("0.001"))
    assert "(nhân 0,001)" in found.message_vi
    assert "(times 0.001)" in found.message_en
