"""Random input to our own readers: a reading or a typed verdict, never another error."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import biff_kit as biff
import fuzz_targets
import ooxml_kit as kit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xanh.arrival.names import reason_to_ignore, shown
from xanh.limits import Limits
from xanh.parsing import readers
from xanh.parsing.formats import delimited
from xanh.parsing.formats.figures import digits, float_digits, format_kind
from xanh.parsing.gate import inspect_bytes
from xanh.parsing.unreadable import Unreadable

LIMITS = Limits()
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
PIECES = st.one_of(st.binary(max_size=6), st.text("0123456789.,/-;\n\"'%()xIV²½٣", max_size=6).map(str.encode))
FIELDS = st.lists(st.lists(PLAIN, min_size=2, max_size=5), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        inspect_bytes(data, LIMITS, is_nested=False)
    with contextlib.suppress(Unreadable):
        delimited.read(data, LIMITS)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([kit.xlsx(), biff.xls(), kit.docx("<w:tbl/>")]), st.data())
def test_a_container_with_changed_bytes_is_read_or_refused(whole: bytes, data: st.DataObject) -> None:
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Unreadable):
        inspect_bytes(bytes(changed), LIMITS, is_nested=False)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_between_the_tags_of_a_sheet_is_read_or_refused(text: str) -> None:
    content = kit.sheet(text).encode("utf-8", "replace")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in {**kit.parts(), "xl/worksheets/sheet1.xml": content}.items():
            archive.writestr(name, part)
    container = inspect_bytes(buffer.getvalue(), LIMITS, is_nested=False)
    with contextlib.suppress(Unreadable):
        readers._READERS[container.kind](container, LIMITS)


@settings(max_examples=150, deadline=None)
@given(FIELDS, st.sampled_from(";\t,"))
def test_what_a_csv_writer_wrote_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    import csv

    header = [f"cột {number}" for number in range(len(rows[0]))]
    table = [header, *[[f"d{field}" for field in (row * 5)[: len(header)]] for row in rows]]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    (grid,), _ = delimited.read(buffer.getvalue().encode("utf-8-sig"), LIMITS)
    expected = [delimited.Words(delimited.Budget(LIMITS)).read(field)[0] for row in table for field in row]
    assert [cell[3] for cell in grid.cells.values()] == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_digits_of_a_double_give_the_same_double_again(number: float) -> None:
    text = float_digits(number)
    assert text is not None
    assert float(text) == number
    again = digits(repr(number))
    assert again is not None
    assert float(again) == number


@given(st.text(max_size=30), st.integers(0, 400))
def test_any_number_format_is_of_a_kind(code: str, number: int) -> None:
    assert format_kind(code, number) in ("number", "percent", "date")


@given(st.binary(min_size=1, max_size=60))
def test_any_name_is_shown_as_printable_unicode(name: bytes) -> None:
    import os

    text = shown(os.fsdecode(name))
    text.encode("utf-8")
    assert not [char for char in text if ord(char) < 32]
    assert reason_to_ignore(os.fsdecode(name)) in (None, "office_lock", "hidden", "system", "temporary")


def test_the_readers_know_every_kind_that_the_gate_names(tmp_path: Path) -> None:
    kinds = {"xlsx", "xlsm", "xlsb", "xls", "ods", "docx", "html", "xml2003", "text"}
    assert set(readers._READERS) == kinds


@pytest.mark.parametrize("name", fuzz_targets.TARGETS)
def test_what_once_ended_otherwise_is_read_or_refused(name: str) -> None:
    for data in (*fuzz_targets.SEEDS[name], *fuzz_targets.FOUND[name]):
        fuzz_targets.TARGETS[name](data)


@pytest.mark.parametrize("name", fuzz_targets.TARGETS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_changed_input_of_our_own_parsers_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """A seed with some pieces replaced by random bytes, as a short stand-in for the search by coverage."""
    content = data.draw(st.sampled_from(fuzz_targets.SEEDS[name]))
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(content)))
        content = content[:start] + data.draw(PIECES) + content[start + data.draw(st.integers(0, 6)) :]
    fuzz_targets.TARGETS[name](content)
