"""What a run takes up: it waits for files, shares them out, and works each lane to its end."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from xanh.catalog import Catalog
from xanh.database.warehouse import connect
from xanh.loading import claims, lanes
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings


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
    outcomes = lanes.work(settings, found[0])
    assert [(each.department, each.verdict) for each in outcomes] == [(sample.department, "accepted")]


def test_the_wait_ends_when_nothing_comes_or_nobody_wants_to_wait(settings: Settings, catalog: Catalog) -> None:
    with connect(settings, autocommit=True) as connection:
        assert lanes.wait(settings, catalog, connection, 0.0) == []
        over = time.monotonic() + 1.0
        assert lanes.wait(settings, catalog, connection, 3_600.0, lambda: time.monotonic() > over) == []
