"""What a run takes up: it waits for files, shares them out, and works each lane to its end."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xanh.arrival.receive import receive
from xanh.catalog import Catalog
from xanh.database.warehouse import connect
from xanh.loading import batch, claims, lanes
from xanh.samples import ExpectedSubmission
from xanh.settings import ROOT, Settings


@hypothesis.settings(deadline=None)
@given(st.lists(st.integers(1, 300), max_size=40), st.integers(1, 8))
def test_every_submission_is_in_one_lane_and_a_department_keeps_its_order(sizes: list[int], most: int) -> None:
    starts = [sum(sizes[:n]) for n in range(len(sizes))]
    queues = [list(range(start, start + size)) for start, size in zip(starts, sizes, strict=True)]
    shared = lanes.share_out(queues, most)
    assert len(shared) <= most
    assert all(shared)
    expected = [number for queue in queues for number in queue[: lanes.BATCHES_A_LANE * claims.MOST]]
    assert sorted(number for lane in shared for number in lane) == expected
    for queue in queues:
        homes = [lane for lane in shared if queue[0] in lane]
        assert len(homes) == 1
        kept = [number for number in homes[0] if number in set(queue)]
        assert kept == queue[: lanes.BATCHES_A_LANE * claims.MOST]


def test_little_work_is_one_lane_and_much_is_spread() -> None:
    assert lanes.share_out([[1], [2, 3]], 4) == [[2, 3, 1]]
    assert [len(lane) for lane in lanes.share_out([list(range(n * 20, n * 20 + 20)) for n in range(4)], 4)] == [20] * 4


def test_a_file_that_comes_while_it_waits_ends_the_wait(
    settings: Settings, catalog: Catalog, own_samples: tuple[Path, list[ExpectedSubmission]]
) -> None:
    made, samples = own_samples
    sample = next(each for each in samples if each.verdict == "accepted")
    target = settings.drop / sample.path
    target.parent.mkdir(parents=True, exist_ok=True)
    comes = threading.Timer(1.0, lambda: shutil.copyfile(made / sample.path, target))
    comes.start()
    with connect(settings, autocommit=True) as connection:
        found = lanes.wait(settings, catalog, connection, 300.0)
    comes.join()
    assert [len(lane) for lane in found] == [1]
    outcomes = [each for batch in lanes.work(settings, found[0], found) for each in batch]
    assert [(each.department, each.verdict) for each in outcomes] == [(sample.department, "accepted")]


def test_the_wait_ends_when_nothing_comes_or_nobody_wants_to_wait(settings: Settings, catalog: Catalog) -> None:
    with connect(settings, autocommit=True) as connection:
        assert lanes.wait(settings, catalog, connection, 0.0) == []
        over = time.monotonic() + 1.0
        assert lanes.wait(settings, catalog, connection, 3_600.0, lambda: time.monotonic() > over) == []


def _waiting(settings: Settings, catalog: Catalog, made: Path) -> dict[str, list[int]]:
    """The project's samples, received: submissions by department."""
    shutil.copytree(made, settings.drop, dirs_exist_ok=True)
    with connect(settings, autocommit=True) as connection:
        receive(settings, catalog, connection, patience_seconds=20.0)
        rows = connection.execute(
            "select department_code, array_agg(submission_id order by received_seq) from intake.submission group by 1"
        )
        return dict(rows.fetchall())


WORK = """
import json, sys
from xanh.loading import lanes
from xanh.settings import Settings
lane, shared = json.loads(sys.argv[1])
print(json.dumps([each.submission_id for batch in lanes.work(Settings.from_environment(), lane, shared) for each in batch]))
"""


def test_a_worker_that_is_through_takes_over_from_another_that_is_at_work(
    settings: Settings, catalog: Catalog, own_samples: tuple[Path, list[ExpectedSubmission]]
) -> None:
    queues = sorted(_waiting(settings, catalog, own_samples[0]).values(), key=len)
    shared = [queues[0], [each for ids in reversed(queues[1:]) for each in ids]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "include"), **settings.environment}
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORK, json.dumps([lane, shared])], env=environment, stdout=subprocess.PIPE
        )
        for lane in shared
    ]
    few, many = (json.loads(worker.communicate()[0]) for worker in workers)
    assert sorted([*few, *many]) == sorted(each for ids in queues for each in ids)
    assert len(few) > len(queues[0])
    with connect(settings) as connection:
        loaded = connection.execute(
            "select department_code, loaded_at from intake.submission where loaded_at is not null order by received_seq"
        ).fetchall()
    for department in {department for department, _ in loaded}:
        moments = [moment for each, moment in loaded if each == department]
        assert moments == sorted(moments)


def test_what_somebody_has_begun_is_not_taken_over(
    settings: Settings, catalog: Catalog, own_samples: tuple[Path, list[ExpectedSubmission]]
) -> None:
    queues = sorted(_waiting(settings, catalog, own_samples[0]).values(), key=len)
    begun = next(ids for ids in queues if len(ids) > 1)
    shared = [[], [each for ids in queues for each in ids]]
    with connect(settings) as connection, claims.claim(connection, begun[:1]):
        taken = [each.submission_id for batch in lanes.work(settings, [], shared) for each in batch]
    assert sorted([*taken, *begun]) == sorted(shared[1])
    left = [each.submission_id for batch in lanes.work(settings, shared[1], shared) for each in batch]
    assert left == begun


def test_what_had_ended_is_told_when_the_database_refuses_in_the_middle(
    settings: Settings,
    catalog: Catalog,
    own_samples: tuple[Path, list[ExpectedSubmission]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For the figures of the flow, which nobody else would count: the next attempt finds these submissions done."""
    lane = max(_waiting(settings, catalog, own_samples[0]).values(), key=len)
    monkeypatch.setattr(claims, "MOST", 3)
    loads, refused_at = itertools.count(1), 5
    real = batch.load

    def load(*arguments: Any, **named: Any) -> Any:
        if next(loads) == refused_at:
            raise psycopg.errors.DiskFull("no room")
        return real(*arguments, **named)

    monkeypatch.setattr(batch, "load", load)
    told: list[int] = []
    with pytest.raises(psycopg.OperationalError, match="no room"):
        told.extend(each.submission_id for outcomes in lanes.work(settings, lane) for each in outcomes)
    with connect(settings) as connection:
        done = connection.execute("select submission_id from intake.submission where state = 'done' order by 1")
        assert sorted(told) == [number for (number,) in done.fetchall()]
    assert len(told) == refused_at - 1
