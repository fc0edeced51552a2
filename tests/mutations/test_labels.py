"""The name of a row written otherwise: read the same, refused, or told at the row; never a row lost without a word."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from every_form import SAMPLES, Base, Change, chosen, load, said
from harness import key_of

from xanh.catalog import Catalog, load_catalog
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings

ROOT = Path(__file__).parents[2]
SAFE: dict[str, Change] = {
    "a plus in front": lambda s: "+ " + s,
    "a number in front": lambda s: "2. " + s,
    "a letter in front": lambda s: "a) " + s,
    "a Roman number in front": lambda s: "II. " + s,
    "a colon behind": lambda s: s + ":",
    "capitals": lambda s: s.upper(),
    "small letters": lambda s: s.lower(),
    "a star behind": lambda s: s + " (*)",
    "a footnote behind": lambda s: s + " 1)",
    "spaces": lambda s: "   " + s.replace(" ", "  "),
    "spaces that do not break": lambda s: s.replace(" ", "\u00a0"),
    "two lines": lambda s: s.replace(" ", "\n", 1),
    "decomposed letters": lambda s: unicodedata.normalize("NFD", s),
}
DOUBTFUL: dict[str, Change] = {
    "a dash in front": lambda s: "- " + s,
    "no accents": lambda s: unicodedata.normalize("NFD", s).encode("ascii", "ignore").decode(),
    "a part of the row above": lambda s: "Trong đó: " + s,
    "a sum": lambda s: "Cộng " + s,
    "a total": lambda s: "Tổng " + s,
    "of the total": lambda s: "Trong tổng số: " + s,
    "divided": lambda s: "Chia ra: " + s,
    "nothing": lambda s: None,
    "two letters exchanged": lambda s: s[:-2] + s[-1] + s[-2],
    "quotation marks": lambda s: f'"{s}"',
    "an x": lambda s: "x",
    "a number": lambda s: "12",
    "the province behind": lambda s: s + " - Cao Bằng",
    "a word in front": lambda s: "thuộc " + s,
}
LABELS = SAFE | DOUBTFUL


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(ROOT / "include" / "catalog")


@pytest.fixture(scope="module", params=SAMPLES)
def base(request: pytest.FixtureRequest, catalog: Catalog, own_samples: tuple[Path, list[ExpectedSubmission]]) -> Base:
    return load(own_samples[0], request.param, catalog, Settings.from_environment(dict(os.environ)))


def outcomes(base: Base, name: str, count: int | None) -> list[tuple[str, str]]:
    """For each chosen row: `read`, `refused`, `told` or `silent`, and its label."""
    rows = chosen(base, count, name)
    before = {key_of(o): (o.value, o.item_name) for o in base.reading.observations}
    labels = [base.label(*place) for place in rows]
    changed = [
        base.with_cell(sheet, label, LABELS[name](label.text)) for (sheet, _), label in zip(rows, labels, strict=True)
    ]
    found = []
    for place, label, after in zip(rows, labels, said(base, changed), strict=True):
        own = {key_of(o) for o in base.rows[place]}
        state = "refused" if after.is_refused else "told" if after.told_at(place[1]) else "silent"
        if state != "refused" and all(after.values.get(key) == before[key] for key in own):
            state = "read"
        if not after.is_refused and any(after.values.get(key) != before[key] for key in before.keys() - own):
            state = "others changed"
        found.append((state, label.text))
    return found


def lost(base: Base, count: int | None) -> list[tuple[str, str, str]]:
    return [
        (name, state, label)
        for name in LABELS
        for state, label in outcomes(base, name, count)
        if state in ("silent", "others changed")
    ]


def test_a_row_is_never_lost_without_a_word(base: Base) -> None:
    assert lost(base, 1) == []


@pytest.mark.slow
def test_no_row_of_any_form_is_lost_without_a_word(base: Base) -> None:
    assert lost(base, None) == []


@pytest.mark.parametrize("name", SAFE)
def test_what_a_person_reads_over_is_read_the_same(base: Base, name: str) -> None:
    assert [(name, *each) for each in outcomes(base, name, 2) if each[0] != "read"] == []
