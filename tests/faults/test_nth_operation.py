"""The n-th write, rename, statement or commit fails or ends the process, for n = 1, 2, 3, ... until none is the n-th.

In the short version each run takes up what the one before it left. In the full one every n starts where nothing has happened
yet. In the end the tables are those of a run in which nothing failed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from fault_history import Snapshot
from fault_operations import ACTIONS, FILE_KINDS
from fault_server import Workers, did_fire, log_of
from fault_world import LEAST, Fresh, World, undisturbed_run

from xanh.settings import Settings

STEPS = ("receive_few", "work", "compute", "abreast")
BEFORE = {"receive_few": [], "work": ["receive"], "compute": ["ingest"], "abreast": ["ingest"]}
"""What has to be done before each."""
WITHOUT_FILES = ("compute", "abreast")
NEVER = {("work", "folder")}
"""Work makes no folder that receive has not made."""
NOT_PROMISED = "notes of what was taken: missing"
"""Where a department's own folder refuses a line of the note, the file is taken all the same."""
EVERY = [
    (job, kind, action)
    for job in STEPS
    for kind, actions in ACTIONS.items()
    for action in actions
    if not (job in WITHOUT_FILES and kind in FILE_KINDS) and (job, kind) not in NEVER
]


def fail_in_turn(world: World, job: str, kind: str, action: str, numbers: Iterator[int]) -> int:
    """How many runs met their fault before one met none."""
    for met, number in enumerate(numbers):
        world.workers.run(world.settings, job, operation=(kind, number, action))
        if not did_fire(world.settings):
            return met
    raise AssertionError("unreachable")


@pytest.mark.parametrize(
    ("job", "kind", "action"),
    [
        ("work", "statement", "full"),
        ("work", "commit", "unknown"),
        ("work", "write", "enospc"),
        ("abreast", "statement", "deadlock"),
    ],
)
def test_failures_at_ever_later_operations_leave_the_same_tables(
    world: World, job: str, kind: str, action: str
) -> None:
    for earlier in BEFORE[job]:
        assert world.workers.run(world.settings, earlier) == 0, log_of(world.settings)
    assert fail_in_turn(world, job, kind, action, (4**step for step in count())) >= 2
    world.assert_nothing_happened()


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Workers that are asked for the same thousands of times."""
    server = Workers(tmp_path_factory.mktemp("remembered"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def least(quick: Workers, fresh_settings: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """What a run without faults makes of the least files."""
    return undisturbed_run(quick, fresh_settings, tmp_path_factory.mktemp("least"), LEAST)


@pytest.fixture(scope="module")
def before(
    quick: Workers, fresh_settings: Fresh, tmp_path_factory: pytest.TempPathFactory, job: str
) -> Iterator[Settings]:
    """The least files just before the step."""
    with fresh_settings(tmp_path_factory.mktemp(job)) as settings:
        World(settings, quick).drop(LEAST)
        for earlier in BEFORE[job]:
            assert quick.run(settings, earlier) == 0, log_of(settings)
        yield settings


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize(("job", "kind", "action"), EVERY, scope="module")
def test_every_nth_operation_failing_leaves_the_same_tables(
    before: Settings,
    least: Snapshot,
    quick: Workers,
    fresh_settings: Fresh,
    tmp_path: Path,
    job: str,
    kind: str,
    action: str,
) -> None:
    is_share = job == "receive_few" and kind in FILE_KINDS and action != "kill"
    met, told = 0, []
    for number in count(1):
        (tmp_path / str(number)).mkdir()
        with fresh_settings(tmp_path / str(number), before) as settings:
            world = World(settings, quick, least, dict(LEAST))
            quick.run(settings, job, operation=(kind, number, action))
            if not did_fire(settings):
                break
            found = world.what_happened()
        met += 1
        told += [f"{kind} {number}: {each}" for each in found if not (is_share and each.startswith(NOT_PROMISED))]
        shutil.rmtree(tmp_path / str(number))
    print(f"{job} {kind} {action}: {met} operations failed in turn, {len(told)} differences", flush=True)
    assert (met > 0, told) == (True, [])
