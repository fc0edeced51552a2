"""Mutated samples: never a wrong value, most of them still read, the rest refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from harness import Sample, Tally, load_samples, run, trials

from xanh.catalog import Catalog, load_catalog
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings

ROOT = Path(__file__).parents[2]
SHORT, LONG = 300, 5000


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(ROOT / "include" / "catalog")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings.from_environment(dict(os.environ))


@pytest.fixture(scope="module")
def samples(catalog: Catalog, settings: Settings, own_samples: tuple[Path, list[ExpectedSubmission]]) -> list[Sample]:
    """A few accepted workbooks of each form, from our own samples."""
    drop, submissions = own_samples
    expected = [e for e in submissions if e.verdict == "accepted" and e.path.endswith(".xlsx")]
    groups: dict[str, list[tuple[Path, str]]] = {}
    for entry in expected:
        groups.setdefault(f"{entry.department.split('/')[0]} {Path(entry.path).name[:8]}", []).append(
            (drop / entry.path, entry.department)
        )
    chosen = [
        path for paths in groups.values() for path in dict.fromkeys((paths[0], paths[len(paths) // 2], paths[-1]))
    ]
    return load_samples(chosen, catalog, settings)


@pytest.fixture(scope="module")
def short_run(samples: list[Sample], catalog: Catalog, settings: Settings) -> Tally:
    return run(trials(samples, SHORT), catalog, settings)


def _of(tally: Tally, *outcomes: str) -> list[tuple[str, int, tuple[str, ...], tuple[str, ...]]]:
    return [
        (r.trial.sample.path.name, r.trial.seed, r.trial.names, r.detail[:3])
        for r in tally.results
        if r.outcome in outcomes
    ]


def test_no_wrong_value_is_accepted(short_run: Tally):
    assert _of(short_run, "wrong") == []


def test_no_value_is_lost_without_a_word(short_run: Tally):
    assert _of(short_run, "lost_silently") == []


def test_a_refusal_says_why(short_run: Tally):
    assert _of(short_run, "refused_without_a_reason") == []


def test_four_of_five_readable_mutations_are_read_fully_right(short_run: Tally):
    assert short_run.share_right >= 0.8, {k: dict(v) for k, v in short_run.by_mutation().items()}


@pytest.mark.slow
def test_five_thousand_mutations_give_no_wrong_value(samples: list[Sample], catalog: Catalog, settings: Settings):
    tally = run(trials(samples, LONG, first_seed=1_000_000), catalog, settings)
    assert len(tally.results) >= LONG
    assert _of(tally, "wrong", "lost_silently", "refused_without_a_reason") == []
    assert tally.share_right >= 0.8
