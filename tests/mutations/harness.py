"""Mutates samples, reads them again and compares: a wrong value that is accepted must never happen."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import columns_of_a_table
import figures
import habits
import rows_of_a_table
import surroundings
import words
from grid import Grid, find_body, with_first
from state import MUTATIONS, Mutation, State

from xanh.catalog import Catalog
from xanh.limits import Limits
from xanh.model import Issue, Observation, Reading, Workbook
from xanh.parsing.parse import parse
from xanh.reading.examine import verdict_of
from xanh.reading.harmonise import read
from xanh.settings import Settings
from xanh.validation.validate import validate

KINDS = (columns_of_a_table, rows_of_a_table, surroundings, words, figures, habits)
"""The modules whose mutations are entered by importing them."""

Key = tuple[str, str | None, str | None, date, date, str]
ACCEPTED = ("accepted", "accepted_with_warnings")
BATCH = 40


@dataclass(frozen=True)
class Sample:
    """An accepted file and what it says unmutated."""

    path: Path
    department: str
    workbook: Workbook
    truth: dict[Key, Decimal | None]


@dataclass(frozen=True)
class Trial:
    """One mutated workbook, not yet judged."""

    sample: Sample
    seed: int
    names: tuple[str, ...]
    is_readable: bool
    may_lose: bool
    workbook: Workbook


@dataclass(frozen=True)
class Result:
    """right: every value. refused: nothing loaded. lost: accepted, values missing. wrong: accepted, another value."""

    trial: Trial
    outcome: str
    detail: tuple[str, ...] = ()


@dataclass
class Tally:
    """All results of a run."""

    results: list[Result] = field(default_factory=list)

    def count(self, outcome: str, *, readable: bool | None = None) -> int:
        """How many had this outcome, of all or only of those that a person could read."""
        return sum(r.outcome == outcome and readable in (None, r.trial.is_readable) for r in self.results)

    @property
    def share_right(self) -> Decimal:
        """Of the mutations that a person could read, the share that was read fully right."""
        readable = [r for r in self.results if r.trial.is_readable]
        return Decimal(sum(r.outcome == "right" for r in readable)) / max(1, len(readable))

    def by_mutation(self) -> dict[str, Counter[str]]:
        """Outcomes of each mutation, alone or with others."""
        table: dict[str, Counter[str]] = {}
        for result in self.results:
            for name in result.trial.names:
                table.setdefault(name, Counter())[result.outcome] += 1
        return table


def key_of(o: Observation) -> Key:
    """What identifies an observation in its file."""
    return (o.measure, o.item_name, o.area, o.period.start, o.period.end, o.flow)


def load_samples(paths: Iterable[tuple[Path, str]], catalog: Catalog, settings: Settings) -> list[Sample]:
    """Every workbook that the library accepts unmutated and whose table the mutations can find."""
    samples, readings = [], []
    for path, department in paths:
        workbook = parse(path, path.name, Limits())
        try:
            find_body(Grid.of(workbook.sheets[0]))
        except (LookupError, ValueError):
            continue
        reading = _read(workbook, catalog, department, path.name)
        samples.append(Sample(path, department, workbook, {key_of(o): o.value for o in reading.observations}))
        readings.append(reading)
    judged = judge(readings, catalog, settings)
    return [s for s, (verdict, _) in zip(samples, judged, strict=True) if verdict in ACCEPTED]


def _read(workbook: Workbook, catalog: Catalog, department: str, name: str) -> Reading:
    return read(workbook, catalog, department, name, date(2026, 7, 31))


def judge(readings: Sequence[Reading], catalog: Catalog, settings: Settings) -> list[tuple[str, tuple[Issue, ...]]]:
    """Verdict and issues of each reading."""
    found = validate(readings, catalog, settings)
    pairs = [(r, (*r.issues, *issues)) for r, issues in zip(readings, found, strict=True)]
    return [(verdict_of(reading, issues), issues) for reading, issues in pairs]


def mutate(sample: Sample, seed: int, only: str | None = None) -> Trial | None:
    """One to three mutations, chosen and placed by the seed; None where none fits."""
    dice = random.Random(seed)
    grids = [Grid.of(sheet) for sheet in sample.workbook.sheets]
    state = State(sample.workbook, grids, find_body(grids[0]), dice, sample.path.name)
    chosen = [m for m in MUTATIONS if m.name == only] if only else dice.sample(MUTATIONS, dice.choice((1, 1, 2, 2, 3)))
    done = [m for m in sorted(chosen, key=MUTATIONS.index, reverse=True) if m.apply(state)]
    if not done:
        return None
    return Trial(
        sample,
        seed,
        tuple(m.name for m in done),
        all(m.is_readable for m in done),
        any(m.may_lose for m in done),
        with_first(sample.workbook, state.grids),
    )


def trials(samples: Sequence[Sample], count: int, first_seed: int = 0, only: str | None = None) -> list[Trial]:
    """As many trials as asked for, over all samples in turn."""
    found: list[Trial] = []
    seed = first_seed
    while len(found) < count and seed < first_seed + 20 * count:
        trial = mutate(samples[seed % len(samples)], seed, only)
        if trial is not None:
            found.append(trial)
        seed += 1
    return found


def run(planned: Sequence[Trial], catalog: Catalog, settings: Settings) -> Tally:
    """Reads and judges every trial in batches, as ingest would."""
    tally = Tally()
    for start in range(0, len(planned), BATCH):
        batch = planned[start : start + BATCH]
        readings = [_read(t.workbook, catalog, t.sample.department, t.sample.path.name) for t in batch]
        judged = judge(readings, catalog, settings)
        for trial, reading, (verdict, issues) in zip(batch, readings, judged, strict=True):
            tally.results.append(compare(trial, reading, verdict, issues))
    return tally


def compare(trial: Trial, reading: Reading, verdict: str, issues: Sequence[Issue]) -> Result:
    """What became of one trial."""
    if verdict not in ACCEPTED:
        reasons = tuple(f"{i.rule} {i.sheet}!{i.cell}: {i.message_en}" for i in issues if i.severity == "critical")
        reasons = reasons or tuple(f"{s.name}: {s.why}" for s in reading.sheets)
        return Result(trial, "refused" if reasons else "refused_without_a_reason", reasons)
    truth = trial.sample.truth
    wrong = [f"{key_of(o)} is {o.value}" for o in reading.observations if _is_wrong(o, truth)]
    wrong += _misplaced(trial, reading)
    if wrong:
        return Result(trial, "wrong", tuple(wrong))
    found = {key_of(o): o.value for o in reading.observations}
    lost = [f"{key} was {value}" for key, value in truth.items() if value is not None and found.get(key) is None]
    if lost and not trial.may_lose:
        silent = not any(i.severity == "warning" for i in issues)
        return Result(trial, "lost_silently" if silent else "lost", tuple(lost))
    return Result(trial, "right")


def _is_wrong(o: Observation, truth: dict[Key, Decimal | None]) -> bool:
    return o.value is not None and (key_of(o) not in truth or truth[key_of(o)] != o.value)


def _misplaced(trial: Trial, reading: Reading) -> list[str]:
    """Observations whose cell does not hold what they say they read."""
    cells = {sheet.name: {c.address: c.text for c in sheet.cells.values()} for sheet in trial.workbook.sheets}
    result = []
    for o in reading.observations:
        there = "+".join(cells[o.source_sheet].get(address, "") for address in o.source_cell.split("+"))
        if (o.source_value or "").strip() != there.strip():
            result.append(f"{key_of(o)} says {o.source_value!r} at {o.source_cell}, where {there!r} stands")
    return result


def named(name: str) -> Mutation:
    """A mutation by its name."""
    return next(m for m in MUTATIONS if m.name == name)
