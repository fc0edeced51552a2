"""Whatever stands in a catalogue file, the reader gives a model or says what is wrong; nothing else is raised."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import RootModel

from xanh.catalog.strict import CatalogError, Entry, read_csv, read_yaml


class Point(Entry):
    code: str
    number: Decimal | None = None
    day: date | None = None
    inner: tuple[str, ...] = ()


class Points(RootModel[tuple[Point, ...]]):
    """A list of points."""


quiet = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
pieces = st.sampled_from(
    ["code", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "a", "1", "2025-02-30", "!!python/object:os.system", "&x ", "*x",
     "<<", "? ", "'", '"', "|", ">", "#", "~", "inner", "day", "\t", "%", "é", "\u2028"]
)  # fmt: skip


@quiet
@given(st.lists(pieces, max_size=25).map("".join))
def test_any_yaml_is_a_model_or_a_catalogue_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    for model in (Point, Points):
        with contextlib.suppress(CatalogError):
            assert isinstance(read_yaml(path, model), model)


@quiet
@given(st.binary(max_size=60))
def test_any_bytes_are_a_model_or_a_catalogue_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with contextlib.suppress(CatalogError):
        read_yaml(path, Points)
    path.write_bytes(b"code,number,day,inner\n" + content)
    with contextlib.suppress(CatalogError):
        read_csv(path, Point)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- code: a\n- code: b\n  colour: red\n", 3, "unknown key '1.colour'"),
        ("- code: a\n  code: b\n", 2, "written twice"),
        ("- code: a\n- number: 1\n", 2, "1.code is missing"),
        ("- code: [a\n", 2, ""),
        ("- {code: a, day: 2025-02-30}\n", 1, "day"),
        ("- {code: a, ? [x] : y}\n", 1, "single word"),
    ],
)
def test_a_yaml_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as raised:
        read_yaml(path, Points)
    assert raised.value.problems[0].startswith(f"{path}:{line}:")
    assert words in raised.value.problems[0]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("code,colour\na,b\n", 1, "unknown column 'colour'"),
        ("code,code\na,b\n", 1, "twice"),
        ("code,number\na,1\nb,x\n", 3, "number"),
        ("code,number\na\n", 2, "expected 2 fields (code, number), not 1"),
        ("code,number\na,1,2,3\n", 2, "expected 2 fields (code, number), not 4"),
        ('code,number\n"a"b,1\n', 2, "expected after"),
    ],
)
def test_a_csv_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as raised:
        read_csv(path, Point)
    assert raised.value.problems[0].startswith(f"{path}:{line}:")
    assert words in raised.value.problems[0]
