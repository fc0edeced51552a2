"""Every crafted bad file gets a typed verdict: a rule of gate.yaml, in time, from a child that the next file can
use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bad_files
import ooxml_kit as kit
import pytest

from xanh.limits import Limits
from xanh.parsing.child import ParserChild
from xanh.parsing.unreadable import Unreadable


@pytest.fixture(scope="module")
def child() -> Iterator[ParserChild]:
    """One child for all files: none of them may harm it."""
    reader = ParserChild(Limits(files_per_child=10_000))
    yield reader
    reader.close()


def test_the_kit_has_at_least_300_files_with_distinct_names() -> None:
    assert len({case.name for case in bad_files.ALL}) == len(bad_files.ALL) >= 300


@pytest.mark.parametrize("case", bad_files.ALL, ids=lambda case: case.name)
def test_a_bad_file_is_unreadable_for_the_right_reason(case: bad_files.Bad, child: ParserChild, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(case.make())
    with pytest.raises(Unreadable) as found:
        child.read(path)
    assert found.value.rule in case.rules, found.value


def test_a_good_file_is_read_by_the_child_that_saw_bad_ones(child: ParserChild, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad", tmp_path / "good"
    bad.write_bytes(bad_files.PACKAGES[3].make())
    good.write_bytes(kit.xlsx())
    with pytest.raises(Unreadable):
        child.read(bad)
    assert child.read(good).sheets[0].cells[2, 2].text == "12.5"
