"""Reads every shared sample and every workbook of the statistics office once a run, through the library."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest

from xanh.catalog import Catalog, load_catalog
from xanh.model import Issue, Reading

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("XANH_SHARED", ROOT.parent / "shared"))
SAMPLES = SHARED / "samples"
CORPUS = SHARED / "corpus" / "nso"


def table(path: Path) -> list[dict[str, str]]:
    """A CSV as dictionaries; empty where the shared files are absent."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass(frozen=True)
class Outcome:
    """What the library made of one file."""

    file: str
    verdict: str
    reading: Reading | None
    issues: tuple[Issue, ...] = field(default=())


@dataclass(frozen=True)
class Corpus:
    """The library with its catalogue: reads files the way ingest does, without a warehouse."""

    catalog: Catalog

    def read(self, path: Path, department: str, received_on: date) -> Reading:
        """Parse and harmonise one file."""
        from xanh.limits import Limits
        from xanh.parsing.parse import parse
        from xanh.reading.harmonise import read

        workbook = parse(path, path.name, Limits())
        return read(workbook, self.catalog, department, path.name, received_on)

    def judge(self, readings: list[Reading]) -> list[tuple[str, tuple[Issue, ...]]]:
        """Verdict and all issues of each reading, the suites run once over the batch."""
        from xanh.reading.examine import verdict_of
        from xanh.settings import Settings
        from xanh.validation.validate import validate

        found = validate(readings, self.catalog, Settings.from_environment(dict(os.environ)))
        pairs = [(r, (*r.issues, *issues)) for r, issues in zip(readings, found, strict=True)]
        return [(verdict_of(reading, issues), issues) for reading, issues in pairs]


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return Corpus(load_catalog(ROOT / "include" / "catalog"))


@pytest.fixture(scope="session")
def outcomes(corpus: Corpus) -> dict[str, Outcome]:
    """Every shared sample in the order of the register of incoming mail; the same bytes again are duplicates."""
    mail = table(SAMPLES / "so_cong_van_den.csv")
    seen: set[tuple[str, str]] = set()
    result: dict[str, Outcome] = {}
    readings: list[Reading] = []
    files: list[str] = []
    for line in mail:
        path = SAMPLES / line["file"]
        department = path.parent.relative_to(SAMPLES / "drop").as_posix()
        key = (department, hashlib.sha256(path.read_bytes()).hexdigest())
        if key in seen:
            result[line["file"]] = Outcome(line["file"], "duplicate", None)
            continue
        seen.add(key)
        readings.append(corpus.read(path, department, datetime.fromisoformat(line["received_at"]).date()))
        files.append(line["file"])
    for file, reading, (verdict, issues) in zip(files, readings, corpus.judge(readings), strict=True):
        result[file] = Outcome(file, verdict, reading, issues)
    return result


@pytest.fixture(scope="session")
def office(corpus: Corpus) -> Iterator[Callable[[str], Reading]]:
    """Reads a workbook of the statistics office by its file name, once."""

    @cache
    def read(name: str) -> Reading:
        received = date.fromisoformat(name[:10])
        return corpus.read(CORPUS / "files" / name, "cuc-thong-ke", received)

    yield read
    read.cache_clear()
