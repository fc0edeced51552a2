"""History rules: strange values are warned about, ordinary ones and files that already failed are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from xanh.catalog import Catalog
from xanh.database.warehouse import Connection, connect
from xanh.language import periods
from xanh.loading.session import prepare
from xanh.model import Issue, Observation, Period, Reading, Table
from xanh.settings import Settings
from xanh.validation import history, messages

DEPARTMENT, FORM, AREA = "so-cong-thuong", "F01", "ALL:04"
STEEL, CEMENT = ("prod_steel_billet_t", "Phôi thép"), ("prod_cement_t", "Xi măng")


@pytest.fixture(scope="module")
def warehouse(fresh_settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """One database for all cases; each rolls back what it wrote."""
    with fresh_settings(tmp_path_factory.mktemp("history")) as settings:
        yield settings


@pytest.fixture
def connection(warehouse: Settings) -> Iterator[Connection]:
    """As the loader; one earlier submission stands in the ledger."""
    with connect(warehouse) as opened:
        opened.execute(
            "insert into intake.submission (submission_id, department_code, file_name, sha256, size, verdict, state)"
            " overriding system value values (1, %s, 'old.xlsx', %s, 1, 'accepted', 'done')",
            [DEPARTMENT, "0" * 64],
        )
        yield opened
        opened.rollback()


_numbers = iter(range(1, 10_000))


def known(
    connection: Connection, period: Period, value: object, *, series: tuple[str, str] = STEEL, flow: str = "period",
    status: str = "A", reported: Period | None = None, department: str = DEPARTMENT, form: str = FORM,
    item: str | None = None, area: str = AREA,
) -> None:  # fmt: skip
    """A value that the warehouse knows, from the report of the same period unless `reported` names another."""
    source = reported or period
    connection.execute(
        "insert into core.observation values (%s, 1, 1, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " 'tấn', 1, null, 'old.xlsx', 'Bieu 01', 'G12', 'x', null, null, %s, 1, now(), null)",
        [
            next(_numbers), f"{form}|{department}|{source.code}|{flow}", department, form, series[0], item,
            None if item else series[1], area, period.code, period.start, period.end, period.frequency, period.basis, flow,
            status, value, source.end,
        ],
    )  # fmt: skip


def observation(
    period: Period,
    value: object,
    cell: str = "G12",
    *,
    series: tuple[str, str] = STEEL,
    flow: Any = "period",
    status: Any = "E",
    item: str | None = None,
    area: str = AREA,
) -> Observation:
    number = None if value is None else Decimal(str(value))
    return Observation(
        FORM,
        series[0],
        item,
        None if item else series[1],
        area,
        period,
        flow,
        status,
        number,
        "tấn",
        "Bieu 01",
        cell,
        series[1],
        str(value),
        "tấn",
    )


def found(
    connection: Connection, catalog: Catalog, *observations: Observation, period: Period, tables: Sequence[Table] = (),
    issues: Sequence[Issue] = (), form: str = FORM,
) -> list[tuple[str, str | None]]:  # fmt: skip
    reading = Reading((form,), "2021", DEPARTMENT, None, period, (), observations, (), tuple(tables))
    prepare(connection)
    result = history.find(connection, catalog, reading, issues)
    assert all(issue.severity == "warning" for issue in result)
    return [(issue.rule, issue.cell) for issue in result]


MONTHS = [periods.period(f"2024-{month:02}") for month in range(1, 13)]
USUAL = (19000, 18500, 20100, 19400, 18900, 19800)


@pytest.fixture
def half_a_year(connection: Connection) -> None:
    for period, value in zip(MONTHS, USUAL, strict=False):
        known(connection, period, value)


@pytest.mark.usefixtures("half_a_year")
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (19300, []),
        (31000, []),
        (19_300_000, [("HIST-FACTOR", "G12")]),
        (19.3, [("HIST-FACTOR", "G12")]),
        (150_000, [("HIST-LEVEL", "G12")]),
        (0, []),
        (None, []),
    ],
)
def test_a_value_is_held_against_its_own_past(
    connection: Connection, catalog: Catalog, value: object, expected: list[tuple[str, str]]
) -> None:
    july = MONTHS[6]
    status = "M" if value is None else "E"
    assert found(connection, catalog, observation(july, value, status=status), period=july) == expected


def test_a_series_that_jumps_every_year_is_no_surprise(connection: Connection, catalog: Catalog) -> None:
    for year in (2022, 2023):
        for month in range(1, 13):
            known(connection, periods.period(f"{year}-{month:02}"), 9000 if month == 1 else 300)
    january = MONTHS[0]
    assert found(connection, catalog, observation(january, 9100), period=january) == []


@pytest.mark.parametrize(
    ("value", "expected"), [(150_000, []), (190_000_000, []), (19_000_000, [("HIST-FACTOR", "G12")])]
)
def test_a_short_past_tells_only_a_thousand_from_one(
    connection: Connection, catalog: Catalog, value: object, expected: list[tuple[str, str]]
) -> None:
    for period, known_value in zip(MONTHS[:2], USUAL, strict=False):
        known(connection, period, known_value)
    march = MONTHS[2]
    assert found(connection, catalog, observation(march, value), period=march) == expected


@pytest.mark.usefixtures("half_a_year")
def test_a_rejected_file_and_a_cell_with_a_warning_are_left_alone(connection: Connection, catalog: Catalog) -> None:
    july = MONTHS[6]
    value = observation(july, 19_300_000)
    critical = messages.issue(catalog, "G05", sheet="Bieu 01", cell="G30", value="-1", label="x")
    warning = messages.issue(
        catalog, "F01-INDEX", sheet="Bieu 01", cell="G12", value="1", label="x", stated="1", expected="2"
    )
    assert found(connection, catalog, value, period=july, issues=[critical]) == []
    assert found(connection, catalog, value, period=july, issues=[warning]) == []


NAMES = ("a", "b", "c", "d", "e", "f")


@pytest.mark.parametrize(("changed", "expected"), [(0, [("HIST-REPEATED", None)]), (2, [])])
def test_last_months_file_under_a_new_title_is_noticed(
    connection: Connection, catalog: Catalog, changed: int, expected: list[tuple[str, None]]
) -> None:
    june, july = MONTHS[5], MONTHS[6]
    for number, name in enumerate(NAMES):
        known(connection, june, 100 + number, series=(STEEL[0], name))
    values = [
        observation(july, 100 + number + (50 if number < changed else 0), f"G{number}", series=(STEEL[0], name))
        for number, name in enumerate(NAMES)
    ]
    assert found(connection, catalog, *values, period=july) == expected


@pytest.mark.parametrize(
    ("changed", "first", "expected"), [(0, 101, [("HIST-COPIED", "H0")]), (1, 101, []), (0, 1, [])]
)
def test_a_column_that_is_last_months_is_noticed_beside_columns_that_are_not(
    connection: Connection, catalog: Catalog, changed: int, first: int, expected: list[tuple[str, str]]
) -> None:
    june, july = MONTHS[5], MONTHS[6]
    values = []
    for number, name in enumerate(NAMES):
        for measure, letter in ((STEEL[0], "G"), ("prod_pig_iron_t", "H")):
            known(connection, june, first + number, series=(measure, name))
            is_new = letter == "G" or number < changed
            value = first + number + (first // 2 + 1 if is_new else 0)
            values.append(observation(july, value, f"{letter}{number}", series=(measure, name)))
    assert found(connection, catalog, *values, period=july) == expected


@pytest.mark.parametrize(("changed", "expected"), [(0, [("HIST-COPIED", "G0")]), (1, [])])
def test_last_years_column_is_noticed_although_the_areas_were_drawn_anew(
    connection: Connection, catalog: Catalog, changed: int, expected: list[tuple[str, str]]
) -> None:
    """An item of a register stays itself; beside it a column of this year's."""
    then, now = periods.period("2024"), periods.period("2025")
    values = []
    for number, name in enumerate(NAMES):
        for measure, letter in ((STEEL[0], "G"), ("prod_pig_iron_t", "H")):
            known(connection, then, 101 + number, series=(measure, name), item=f"CS0{number}", area="B:040")
            value = 101 + number + (40 if letter == "H" or number < changed else 0)
            values.append(
                observation(
                    now, value, f"{letter}{number}", series=(measure, name), item=f"CS0{number}", area="C:01273"
                )
            )
    assert found(connection, catalog, *values, period=now) == expected


@pytest.mark.parametrize(("changed", "expected"), [(0, [("HIST-COPIED", "G0")]), (1, [])])
def test_a_column_about_the_year_before_is_held_against_the_same_column(
    connection: Connection, catalog: Catalog, changed: int, expected: list[tuple[str, str]]
) -> None:
    """As in the yearly list of facilities, which states what they used in the year before."""
    now, before, then = (periods.period(each) for each in ("2025", "2024", "2023"))
    values = []
    for number, name in enumerate(NAMES):
        known(connection, then, 101 + number, series=(STEEL[0], name), reported=before)
        known(connection, before, 400 + number, series=("prod_pig_iron_t", name))
        values.append(
            observation(before, 101 + number + (40 if number < changed else 0), f"G{number}", series=(STEEL[0], name))
        )
        values.append(observation(now, 500 + number, f"H{number}", series=("prod_pig_iron_t", name)))
    assert found(connection, catalog, *values, period=now) == expected


@pytest.mark.parametrize(("between", "expected"), [(140, [("HIST-COPIED", "G0")]), (101, []), (None, [])])
def test_last_years_stocks_are_noticed_where_they_had_changed_since(
    connection: Connection, catalog: Catalog, between: int | None, expected: list[tuple[str, str]]
) -> None:
    last_year, before, now = (periods.period(each) for each in ("2024-Q4", "2025-Q3", "2025-Q4"))
    values = []
    for number, name in enumerate(NAMES):
        known(connection, last_year, 101 + number, series=(STEEL[0], name), flow="stock")
        if between is not None:
            known(connection, before, between + number, series=(STEEL[0], name), flow="stock")
        values.append(observation(now, 101 + number, f"G{number}", series=(STEEL[0], name), flow="stock"))
        known(connection, last_year, 400 + number, series=("prod_pig_iron_t", name))
        known(connection, before, 500 + number, series=("prod_pig_iron_t", name))
        values.append(observation(now, 600 + number, f"H{number}", series=("prod_pig_iron_t", name)))
    assert found(connection, catalog, *values, period=now) == expected


def ytd_case(
    connection: Connection, *, ytd: object, final: object = 1000, note: str | None = None
) -> tuple[list[Observation], list[Table]]:
    """May after April: April's report said 4000 to date and an estimate of 900 for April."""
    april, may = MONTHS[3], MONTHS[4]
    known(connection, april, 900, status="E")
    known(connection, periods.year_to_date(april), 4000, flow="ytd", status="E", reported=april)
    values = [
        observation(april, final, "F12", status="A"),
        observation(may, 1200, "G12"),
        observation(periods.year_to_date(may), ytd, "H12", flow="ytd"),
    ]
    row = {"row_kind": "item", "row_no": Decimal(12), "label": "Phôi thép", "note": note}
    return values, [Table(FORM, "2021", "main", "Bieu 01", (row,), ({},))]


@pytest.mark.parametrize(
    ("ytd", "note", "expected"),
    [
        (5300, None, []),
        (5400, None, []),
        (5700, None, [("HIST-YTD", "H12")]),
        (5700, "Điều chỉnh tháng 2: +400", []),
        (4900, "Điều chỉnh tháng 2: -400,0", []),
        (4900, None, [("HIST-YTD", "H12")]),
    ],
)
def test_year_to_date_follows_from_the_months_before(
    connection: Connection, catalog: Catalog, ytd: object, note: str | None, expected: list[tuple[str, str]]
) -> None:
    values, tables = ytd_case(connection, ytd=ytd, note=note)
    assert found(connection, catalog, *values, period=MONTHS[4], tables=tables) == expected


def test_year_to_date_of_february_follows_from_the_estimate_of_january(
    connection: Connection, catalog: Catalog
) -> None:
    january, february = MONTHS[0], MONTHS[1]
    known(connection, january, 900, status="E")
    values = [
        observation(january, 950, "F12", status="A"),
        observation(february, 1000, "G12"),
        observation(periods.year_to_date(february), 2500, "H12", flow="ytd"),
    ]
    assert found(connection, catalog, *values, period=february) == [("HIST-YTD", "H12")]


def test_another_sender_with_another_value_is_named(connection: Connection, catalog: Catalog) -> None:
    may = MONTHS[4]
    known(connection, may, 1200, department="ban-quan-ly-khu-kinh-te", form="F09")
    assert found(connection, catalog, observation(may, 1500), period=may) == [("HIST-OTHER", "G12")]


def test_another_sender_with_the_same_value_is_fine(connection: Connection, catalog: Catalog) -> None:
    may = MONTHS[4]
    known(connection, may, 1200, department="ban-quan-ly-khu-kinh-te", form="F09")
    assert found(connection, catalog, observation(may, 1203), period=may) == []


@pytest.mark.parametrize(("value", "expected"), [(3100, []), (3500, [("HIST-PARTS", "G12")])])
def test_a_quarter_is_the_sum_of_its_months(
    connection: Connection, catalog: Catalog, value: object, expected: list[tuple[str, str]]
) -> None:
    for period in MONTHS[:3]:
        known(connection, period, 1000, series=CEMENT)
    quarter = periods.period("2024-Q1")
    assert found(connection, catalog, observation(quarter, value, series=CEMENT), period=quarter) == expected


JUNE, JULY = MONTHS[5], MONTHS[6]
STOCK = "slag_stock_t"
HALVES = [periods.period("2024-H1"), periods.period("2024-H2")]


def column_of(period: Period, values: Sequence[object]) -> list[Observation]:
    """One value a row, in one column."""
    return [
        observation(period, value, f"G{20 + number}", series=(STEEL[0], NAMES[number]))
        for number, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((101, 250, 31, 42), []),
        ((1, 2, 3, 400), [("HIST-COLUMN", "G20")]),
        ((0, 0, 0, 42), [("HIST-COLUMN", "G20")]),
        ((100, 2000, 300, 40), []),
        ((1, 2, 30, 40), []),
    ],
)
def test_a_column_that_is_wholly_unlike_its_past_is_noticed_and_single_rows_are_not(
    connection: Connection, catalog: Catalog, values: Sequence[object], expected: list[tuple[str, str]]
) -> None:
    for number, value in enumerate((100, 200, 30, 40)):
        known(connection, JUNE, value, series=(STEEL[0], NAMES[number]))
    assert found(connection, catalog, *column_of(JULY, values), period=JULY) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ((101, 61, 31), []),
        ((70, 42, 21), [("HIST-SWAPPED", "G20")]),
        ((130, 80, 40), []),
    ],
)
def test_two_columns_that_changed_places_are_noticed(
    connection: Connection, catalog: Catalog, stated: Sequence[int], expected: list[tuple[str, str]]
) -> None:
    """Cement was seven tenths of steel; now it is the other way round, or both are higher."""
    values = []
    for number, before in enumerate((100, 60, 30)):
        known(connection, JUNE, before, series=(STEEL[0], NAMES[number]))
        known(connection, JUNE, before * 7 // 10, series=(CEMENT[0], NAMES[number]))
        other = before if stated[number] < before else stated[number] * 7 // 10
        values += [
            observation(JULY, stated[number], f"G{20 + number}", series=(STEEL[0], NAMES[number])),
            observation(JULY, other, f"H{20 + number}", series=(CEMENT[0], NAMES[number])),
        ]
    assert found(connection, catalog, *values, period=JULY) == expected


def test_a_column_of_zeros_that_was_always_zero_is_no_surprise(connection: Connection, catalog: Catalog) -> None:
    for number in range(4):
        known(connection, JUNE, 0, series=(STEEL[0], NAMES[number]))
    assert found(connection, catalog, *column_of(JULY, (0, 0, 0, 5)), period=JULY) == []


@pytest.mark.parametrize(
    ("opening", "expected"), [(5000, []), (5010, []), (5400, [("HIST-OPENING", "G12")]), (None, [])]
)
def test_the_stock_at_the_start_is_the_one_that_was_left_before(
    connection: Connection, catalog: Catalog, opening: object, expected: list[tuple[str, str]]
) -> None:
    before, half = HALVES
    known(connection, before, 5000, series=(STOCK, "Xỉ"), flow="stock", form="F07")
    closing = replace(observation(half, 5200, "N12", series=(STOCK, "Xỉ"), flow="stock"), form="F07")
    number = None if opening is None else Decimal(str(opening))
    row = {"row_kind": "item", "row_no": Decimal(12), "open": number, "close": Decimal(5200)}
    table = Table("F07", "2021", "main", "Bieu 01", (row,), ({"open": "G12", "close": "N12"},))
    assert found(connection, catalog, closing, period=half, tables=[table]) == expected


@pytest.mark.parametrize(
    ("past", "written", "expected"),
    [
        ((100, 90), "", [("HIST-BLANK", "G20")]),
        ((100, 90), None, [("HIST-BLANK", "G20")]),
        ((100, 90), "…", []),
        ((0, 90), "", []),
        ((100, None), "", []),
    ],
)
def test_a_blank_cell_where_every_period_had_a_number_is_noticed(
    connection: Connection, catalog: Catalog, past: Sequence[int | None], written: str | None, expected: list[object]
) -> None:
    for period, value in zip(MONTHS[4:6], past, strict=True):
        known(connection, period, 500, series=CEMENT)
        if value is not None:
            known(connection, period, value)
    values = [
        observation(JULY, 510, "G19", series=CEMENT),
        replace(observation(JULY, None, "G20", status="M"), source_value=written),
    ]
    assert found(connection, catalog, *values, period=JULY) == expected


QUARTERS = periods.period("2024-Q4"), periods.period("2025-Q1")
WASTE = {"area", "pop_urban", "pop_rural", "gen_urban", "gen_rural", "col_urban", "col_rural", "std"}
OPTIONAL = {"households", "recycled", "plastic_gen", "plastic_rec", "sorted"}


def reported(connection: Connection, form: str, period: Period) -> None:
    """Makes the earlier submission the report of the form on the period."""
    connection.execute(
        "update intake.submission set form_code = %s, period_code = %s, period_start = %s, period_end = %s",
        [form, period.code, period.start, period.end],
    )
    connection.execute(
        "insert into intake.submission_key values (1, %s, 1, %s, null, %s, %s, 'full', 0, 1, 1, null)",
        [f"{form}|{DEPARTMENT}|{period.code}|period", form, period.code, period.end],
    )


def wasted(columns: set[str], period: Period, form: str = "F06") -> tuple[Observation, Table]:
    """One value of a file with these columns, and its table."""
    one = replace(observation(period, 900, "E7", series=("msw_gen_urban_t", "")), form=form)
    row: dict[str, Any] = {"row_kind": "item", "row_no": Decimal(7)}
    return one, Table(form, "2021", "main", "Bieu 06", (row,), (dict.fromkeys(sorted(columns), "E7"),))


@pytest.mark.parametrize(
    ("past", "columns", "expected"),
    [
        (12.5, WASTE | OPTIONAL, [("HIST-ABSENT", None)]),
        (0, WASTE | OPTIONAL, [("HIST-ABSENT", None)]),  # a dash says something, a column that is gone does not
        (12.5, WASTE | OPTIONAL | {"landfill"}, []),
        (None, WASTE | OPTIONAL, []),
    ],
)
def test_a_column_that_is_gone_is_asked_about_where_the_last_report_had_values_in_it(
    connection: Connection, catalog: Catalog, past: object, columns: set[str], expected: list[object]
) -> None:
    before, quarter = QUARTERS
    reported(connection, "F06", before)
    known(connection, before, 900, series=("msw_gen_urban_t", ""), form="F06")
    if past is not None:
        known(connection, before, past, series=("msw_landfill_t", ""), form="F06")
    one, table = wasted(columns, quarter)
    assert found(connection, catalog, one, period=quarter, tables=[table], form="F06") == expected


def test_the_question_about_a_column_that_is_gone_names_it_and_the_period(
    connection: Connection, catalog: Catalog
) -> None:
    before, quarter = QUARTERS
    reported(connection, "F06", before)
    known(connection, before, 12.5, series=("msw_landfill_t", ""), form="F06")
    one, table = wasted(WASTE | OPTIONAL, quarter)
    reading = Reading(("F06",), "2021", DEPARTMENT, None, quarter, (), (one,), (), (table,))
    prepare(connection)
    (issue,) = history.find(connection, catalog, reading, [])
    assert "Không thấy cột “Xử lý chôn lấp hợp vệ sinh”, trong khi báo cáo quý IV năm 2024" in issue.message_vi


def test_a_part_of_a_form_that_is_gone_is_asked_about_like_a_column(connection: Connection, catalog: Catalog) -> None:
    before, quarter = periods.period("2025-Q3"), periods.period("2025-Q4")
    reported(connection, "F04", before)
    known(connection, before, 40, series=("inspect_n", ""), form="F04")
    store = replace(observation(quarter, 1, "C5", series=("store_total_n", ""), flow="stock"), form="F04")
    names = {column.code for column in catalog.forms["F04"].layouts[0].tables[0].columns}
    table = Table("F04", "2021", "A", "Bieu 04", ({"row_kind": "item"},), (dict.fromkeys(sorted(names), "C5"),))
    assert found(connection, catalog, store, period=quarter, tables=[table], form="F04") == [("HIST-ABSENT", None)]


def test_the_column_of_the_year_that_january_lacks_is_not_asked_about(connection: Connection, catalog: Catalog) -> None:
    december, january = MONTHS[11], periods.period("2025-01")
    reported(connection, FORM, december)
    known(connection, december, 220000, flow="ytd")
    known(connection, december, 19000)
    columns = {column.code for column in catalog.forms[FORM].layouts[0].tables[0].columns} - {"ytd"}
    table = Table(FORM, "2021", "main", "Bieu 01", ({"row_kind": "item"},), (dict.fromkeys(sorted(columns), "G12"),))
    assert found(connection, catalog, observation(january, 19500), period=january, tables=[table]) == []
