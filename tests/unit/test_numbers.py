"""Numbers kept as text: signs decided by the column, values exact, words never numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xanh.language.numbers import Locale, Undecidable, decide_locale, decide_percent, parse_number, split_unit
from xanh.language.spoken import exact_number, shown_number, spoken_number

VIETNAMESE, ENGLISH = Locale(","), Locale(".")
decimals = st.decimals(min_value=0, max_value=10**12, places=3, allow_nan=False, allow_infinity=False)


def printed(value: Decimal, locale: Locale) -> str:
    text = f"{value:,}"
    return text if locale.decimal == "." else text.translate(str.maketrans(",.", ".,"))


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["12.345", "7,5"], ","),
        (["12.345", "7.5"], "."),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["0.725"], "."),
        (["0,725"], ","),
        (["1234,567"], ","),
        (["12 345,6"], ","),
        (["5", "khoảng 30", "-"], ","),
        (["12,5 (*)", "1.200"], ","),
    ],
)
def test_one_clear_text_decides_for_the_column(texts: list[str], sign: str) -> None:
    locale = decide_locale(texts)
    assert isinstance(locale, Locale)
    assert locale.decimal == sign


def test_a_text_with_two_readings_alone_is_not_decided() -> None:
    assert decide_locale(["5", "12.345", "-", "1,200"]) == Undecidable((1, 3), "ambiguous")


def test_contradicting_texts_are_not_decided() -> None:
    assert decide_locale(["7,5", "7.5", "8"]) == Undecidable((0, 1), "contradiction")


def test_other_columns_decide_where_the_column_cannot() -> None:
    locale = decide_locale(["12.345"], [VIETNAMESE, VIETNAMESE])
    assert isinstance(locale, Locale)
    assert locale.decimal == ","
    assert decide_locale(["12.345"], [VIETNAMESE, ENGLISH]) == Undecidable((0,), "ambiguous")


def test_one_slip_does_not_turn_thousands_into_units() -> None:
    assert decide_locale(["12.345", "1.200", "7.5"], [VIETNAMESE]) == Undecidable((0, 1), "contradiction")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", "1234.5"),
        ("-", "0"),
        ("–", "0"),
        ("0", "0"),
        ("-3,5", "-3.5"),
        ("−3,5", "-3.5"),
        ("+55,8", "55.8"),
        ("12,50", "12.50"),
        ("1 234 567", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("12,5(*)", "12.5"),
        ("12,5*", "12.5"),
        ("100 1/", "100"),
        ("12 (1)", "12"),
        ("007", "7"),
        ("12.345", "12345"),
    ],
)
def test_values_are_exact(text: str, value: str) -> None:
    number = parse_number(text, VIETNAMESE)
    assert (number.kind, str(number.value)) == ("number", value)


@pytest.mark.parametrize("text", ["１２．３４５，６", "12.345,6⁽¹⁾", "12.345,6¹", "１２.345,6 (*)"])
def test_full_width_digits_and_raised_notes_are_what_a_person_reads(text: str) -> None:
    assert parse_number(text, VIETNAMESE).value == Decimal("12345.6")
    assert decide_locale([text]) == Locale(",", text)


@pytest.mark.parametrize("text", ["", "  ", "…", "..."])
def test_an_ellipsis_and_a_blank_are_missing_and_not_zero(text: str) -> None:
    assert parse_number(text, VIETNAMESE).kind == "missing"


@pytest.mark.parametrize(
    "text",
    [
        "khoảng 30",
        "trên 200",
        "inf",
        "nan",
        "NaN",
        "1e999",
        "1E5",
        "١٢",
        "1.23.4",
        "1.234.56",
        "12 kg",
        "5-8",
        "(123)",
        "1/",
        "x",
        "KPS",
        "0x10",
        "1_000",
        "--",
        "9" * 60,
        "12.5",
        "1,2,3",
    ],
)
def test_anything_else_is_not_a_number(text: str) -> None:
    assert parse_number(text, VIETNAMESE).kind == "not_number"


def test_without_locale_two_readings_stay_ambiguous() -> None:
    assert parse_number("12.345", None).kind == "ambiguous"
    assert parse_number("12.345", ENGLISH).value == Decimal("12.345")


def test_a_percent_sign_is_noted_and_not_divided() -> None:
    number = parse_number("85,5%", VIETNAMESE)
    assert (number.value, number.is_percent) == (Decimal("85.5"), True)


def test_a_unit_behind_the_number_is_split_off() -> None:
    assert split_unit("12,5 nghìn tấn") == ("12,5", "nghìn tấn")
    assert split_unit("12,5") is None
    assert split_unit("khoảng 12 kg") is None


@pytest.mark.parametrize(
    ("values", "factor"), [(["0.85", "1"], 100), (["85", "1"], 1), (["85", "0.5"], 1), (["0", "1"], None), (["0"], 1)]
)
def test_percentages_are_scaled_by_the_column(values: list[str], factor: int | None) -> None:
    assert decide_percent([Decimal(value) for value in values]) == factor


@given(st.lists(decimals, min_size=1, max_size=6), st.sampled_from([VIETNAMESE, ENGLISH]))
def test_a_printed_column_comes_back_exactly_or_is_refused(values: list[Decimal], locale: Locale) -> None:
    texts = [printed(value, locale) for value in values]
    decided = decide_locale(texts)
    if isinstance(decided, Locale):
        assert decided.decimal == locale.decimal
        assert [parse_number(text, decided).value for text in texts] == values


@given(st.text(max_size=12))
def test_no_text_raises(text: str) -> None:
    for locale in (None, VIETNAMESE, ENGLISH):
        number = parse_number(text, locale)
        assert (number.kind == "number") == (number.value is not None)
        assert number.value is None or number.value.is_finite()


def test_three_digits_behind_the_decimal_sign_of_other_columns_stay_undecided():
    assert isinstance(decide_locale(["14.097", "2.180"], (Locale(".", "1,234.5"),)), Undecidable)


def test_thousands_are_decided_by_the_other_columns():
    assert decide_locale(["14.097", "2.180"], (Locale(",", "1.234,5"),)) == Locale(",", "1.234,5")


def test_the_sign_that_a_form_prescribes_decides_three_decimals():
    assert decide_locale(["14.097"], (Locale("."),)) == Locale(".")


def test_a_decimal_point_beside_thousands_with_commas_is_no_slip() -> None:
    """Few numbers of the column are small enough to have decimals: 441.5 among 5,504."""
    many = ["441.5", "5,504", "5,084", "1,587", "4,051", "67,055"]
    assert decide_locale(many).decimal == "."  # type: ignore[union-attr]
    assert decide_locale(["1,329.2", *many[1:]]).decimal == "."  # type: ignore[union-attr]


def test_a_few_decimal_points_among_many_groups_of_three_decide_nothing() -> None:
    many = ["83.694", "14.101", "3.475", "2.266", "385.3"]
    assert decide_locale(many) == Undecidable((0, 1, 2, 3), "contradiction")
    assert decide_locale(["83.694", "14.10", "385.3"]).decimal == "."  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("98.7654325", "98,7654"),
        ("0.1234565", "0,123457"),
        ("12345.25", "12.345,3"),
        ("98.76545", "98,7655"),
        ("2.5", "2,5"),
    ],
)
def test_a_number_in_a_sentence_is_rounded_half_up_as_a_workbook_shows_it(value: str, said: str) -> None:
    assert spoken_number(Decimal(value)) == said


def test_a_number_is_said_in_both_languages_with_all_its_digits() -> None:
    said = exact_number(Decimal("1234567.0010"))
    assert (said, said.english) == ("1.234.567,001", "1,234,567.001")


@pytest.mark.parametrize(
    ("text", "sheet", "shown"),
    [
        ("163.14", "Bieu 06", "163,14"),
        ("-4.5", "Bieu 06", "-4,5"),
        ("83.694", "Bieu 06", "83.694"),
        ("163.14", None, "163.14"),
        ("163.14", "", "163.14"),
        ("1.2.3", "Bieu 06", "1.2.3"),
    ],
)
def test_the_text_of_a_cell_is_shown_with_a_comma_where_it_cannot_be_thousands(
    text: str, sheet: str | None, shown: str
) -> None:
    assert shown_number(text, sheet) == shown
