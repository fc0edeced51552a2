"""The project's own samples: the same bytes every time, and the library makes of each what the plan says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from xanh.samples import write_samples


def test_samples_are_the_same_bytes_every_time(own_samples, tmp_path: Path):
    drop, expected = own_samples
    write_samples(tmp_path)
    assert [e.path for e in expected if (drop / e.path).read_bytes() != (tmp_path / e.path).read_bytes()] == []


def test_samples_arrive_in_the_order_of_their_modification_times(own_samples):
    drop, expected = own_samples
    times = [(drop / e.path).stat().st_mtime for e in expected]
    assert times == sorted(set(times))


def test_nothing_but_the_expected_files_is_own_samples(own_samples):
    drop, expected = own_samples
    found = {p.relative_to(drop).as_posix() for p in drop.rglob("*") if p.is_file()}
    assert found == {e.path for e in expected}


def test_every_verdict_occurs(own_samples):
    verdicts = Counter(e.verdict for e in own_samples[1])
    assert set(verdicts) == {
        "accepted",
        "accepted_with_warnings",
        "rejected",
        "unreadable",
        "unknown_form",
        "not_permitted",
        "duplicate",
    }


def test_the_library_gives_every_sample_the_verdict_of_the_plan(own_samples, corpus):
    """Without a warehouse: the unreadable and the duplicate are found before and after reading."""
    drop, expected = own_samples
    readable = [e for e in expected if e.verdict not in ("unreadable", "duplicate")]
    readings = [corpus.read(drop / e.path, e.department, date(2026, 7, 31)) for e in readable]
    judged = corpus.judge(readings)
    wrong = [
        (e.path, e.verdict, verdict, [(i.rule, i.cell, i.message_en) for i in issues if i.severity != "info"][:4])
        for e, (verdict, issues) in zip(readable, judged, strict=True)
        if verdict != e.verdict
    ]
    assert wrong == []


def test_a_torn_sample_cannot_be_read(own_samples, corpus):
    from xanh.parsing.unreadable import Unreadable

    drop, expected = own_samples
    torn = next(e for e in expected if e.verdict == "unreadable")
    with pytest.raises(Unreadable):
        corpus.read(drop / torn.path, torn.department, date(2026, 7, 31))
