"""All shared samples through the whole flow, in the order of the register of incoming mail, into a warehouse."""

from __future__ import annotations

import csv
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from independent import seen
from psycopg.rows import dict_row

from xanh.arrival.archive import Archive
from xanh.database.warehouse import connect
from xanh.loading.ingest import run
from xanh.settings import Settings

ORDER = {"A": 0, "P": 1, "E": 2, "M": 3}
CELL = ("measure_code", "item", "area_code", "period_start", "period_end", "flow")


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _drop(samples: Path, settings: Settings) -> None:
    """The files with the times at which they arrived; the register has the order."""
    for line in _table(samples / "so_cong_van_den.csv"):
        target = settings.drop / Path(line["file"]).relative_to("drop")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(samples / line["file"], target)
        arrived = datetime.fromisoformat(line["received_at"]).timestamp()
        os.utime(target, (arrived, arrived))


@pytest.fixture(scope="module")
def samples(shared: Path) -> Path:
    return shared / "samples"


@pytest.fixture(scope="module")
def loaded(samples: Path, fresh_settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with fresh_settings(tmp_path_factory.mktemp("register")) as settings:
        _drop(samples, settings)
        run(settings)
        yield settings


def _query(settings: Settings, text: str, *values: object) -> list[dict[str, Any]]:
    with connect(settings, "reader") as connection:
        return connection.cursor(row_factory=dict_row).execute(text, values).fetchall()


def _submissions(settings: Settings) -> dict[str, dict[str, Any]]:
    found = _query(settings, "select * from mart.submission")
    return {f"drop/{row['department_code']}/{row['relative_path']}": row for row in found}


def test_every_file_gets_its_true_verdict_and_revision(loaded: Settings, samples: Path):
    truth = {line["file"]: line for line in _table(samples / "truth" / "submissions.csv")}
    found = {file: (row["verdict"], row["revision"]) for file, row in _submissions(loaded).items()}
    assert found == {
        file: (line["expected_status"], int(line["expected_revision"]) if line["expected_revision"] else None)
        for file, line in truth.items()
    }


def _best(lines: Iterable[dict[str, str]]) -> dict[tuple[str, ...], Decimal | None]:
    """The best value of each cell of one sender's form: one before none, official before estimate, then the latest."""
    best: dict[tuple[str, ...], tuple[tuple[bool, int], Decimal | None]] = {}
    for line in lines:
        key = (line["department"], line["form"], *(line[name] for name in CELL))
        value = Decimal(line["canonical_value"]) if line["canonical_value"] else None
        rank = (value is None, ORDER[line["obs_status"]])
        if key not in best or rank <= best[key][0]:
            best[key] = (rank, value)
    return {key: value for key, (_, value) in best.items()}


def _truth(samples: Path, *, but: frozenset[str] = frozenset()) -> list[dict[str, str]]:
    """The true observations in order of arrival, each with the form and folder of its file."""
    submissions = _table(samples / "truth" / "submissions.csv")
    order = {line["file"]: position for position, line in enumerate(submissions)}
    forms = {line["file"]: line["form"] for line in submissions}
    lines = [line for line in _table(samples / "truth" / "observations.csv") if line["file"] not in but]
    for line in lines:
        line["form"] = forms[line["file"]]
        line["department"] = str(Path(line["file"]).parent.relative_to("drop"))
    return sorted(lines, key=lambda line: order[line["file"]])


def _superseded(settings: Settings) -> frozenset[str]:
    """The files that a later version replaced."""
    found = _submissions(settings)
    replaced = {row["supersedes"] for row in found.values()}
    return frozenset(file for file, row in found.items() if row["submission_id"] in replaced)


def _current(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, ...], Decimal | None]:
    return {
        (
            row["department_code"],
            row["form_code"],
            row["measure_code"],
            row["item_name"] or "",
            row["area_code"] or "",
            str(row["period_start"]),
            str(row["period_end"]),
            row["flow"],
        ): row["value"]
        for row in rows
    }


def test_the_current_values_are_exactly_the_best_of_the_truth(loaded: Settings, samples: Path):
    expected = _best(_truth(samples, but=_superseded(loaded)))
    found = _current(_query(loaded, "select * from mart.observation"))
    assert {k: (found.get(k), v) for k, v in expected.items() if k not in found or found[k] != v} == {}
    assert sorted(set(found) - set(expected)) == []


def test_the_state_before_a_correction_can_still_be_read(loaded: Settings, samples: Path):
    corrected = next(row for row in _submissions(loaded).values() if row["revision"] == 2 and row["form_code"] == "F02")
    (moment,) = _query(
        loaded,
        "select min(known_from) as at from mart.observation_history where submission_id = %s",
        corrected["submission_id"],
    )
    before = _query(
        loaded,
        "select * from mart.observation_asof(%s) where form_code = 'F02' and period = '2025-Q1'",
        moment["at"] - timedelta(microseconds=1),
    )
    original = [line for line in _truth(samples) if line["file"].endswith("02_SCT-NL_Quy I-2025.xlsx")]
    assert _current(before) == _best(original)


def test_the_same_bytes_again_are_duplicates_and_change_nothing(loaded: Settings, samples: Path):
    count = "select count(*) as n, sum(value) as s, max(known_from) as k from mart.observation_history"
    before = _query(loaded, count)
    with suppress(FileNotFoundError):
        _drop(samples, loaded)
    outcomes = run(loaded)
    assert Counter(outcome.verdict for outcome in outcomes) == {
        "duplicate": len(_table(samples / "so_cong_van_den.csv"))
    }
    assert _query(loaded, count) == before


def test_published_observations_lead_to_what_another_library_sees_in_the_archive(loaded: Settings):
    """From a row of mart by its file's hash into the archive, and there to the sheet and cell."""
    found = _query(
        loaded,
        "select o.source_sheet, o.source_cell, o.source_value, o.source_file, s.sha256"
        " from mart.observation as o join mart.submission as s using (submission_id) order by o.observation_id",
    )
    chosen = random.Random(1043).sample(found, 200)
    archive = Archive(loaded.archive)
    wrong = []
    for row in chosen:
        path = archive.path(row["sha256"])
        there = "+".join(
            seen(_with_ending(path, row["source_file"]), row["source_sheet"], cell)
            for cell in row["source_cell"].split("+")
        )
        if there.strip() != (row["source_value"] or "").strip():
            wrong.append((row, there))
    assert wrong == []


def _with_ending(archived: Path, name: str) -> Path:
    """The archived bytes under a name by which the independent reader knows a text from a workbook."""
    link = archived.with_name(archived.name + Path(name).suffix)
    if not link.exists():
        link.symlink_to(archived)
    return link
