"""The n-th write, rename, statement or commit fails or ends the process, for n = 1, 2, 3, ... until none is the n-th.

Each run takes up what the one before it left. In the end the tables are those of a run in which nothing failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from fault_operations import COMMIT_ACTIONS, FILE_ACTIONS, STATEMENT_ACTIONS
from fault_server import did_fire, log_of
from fault_world import World

ACTIONS = {"statement": STATEMENT_ACTIONS, "commit": COMMIT_ACTIONS, "file": FILE_ACTIONS}
EVERY = [(job, kind, action) for job in ("work", "compute") for kind, actions in ACTIONS.items() for action in actions]
ARRIVAL = [
    ("receive", "commit", "unknown"),
    ("receive", "statement", "lost"),
    *(("receive", "file", a) for a in FILE_ACTIONS),
]


def fail_in_turn(world: World, job: str, kind: str, action: str, numbers: Iterator[int]) -> int:
    """How many runs met their fault before one met none."""
    for met, number in enumerate(numbers):
        world.workers.run(world.settings, job, operation=(kind, number, action))
        if not did_fire(world.settings):
            return met
    raise AssertionError("unreachable")


def prepare(world: World, job: str) -> None:
    for earlier in {"receive": [], "work": ["receive"], "compute": ["ingest"]}[job]:
        assert world.workers.run(world.settings, earlier) == 0, log_of(world.settings)


@pytest.mark.parametrize(("kind", "action"), [("statement", "full"), ("commit", "unknown"), ("file", "enospc")])
def test_failures_at_ever_later_operations_leave_the_same_tables(world: World, kind: str, action: str) -> None:
    prepare(world, "work")
    assert fail_in_turn(world, "work", kind, action, (4**step for step in count())) >= 2
    world.assert_nothing_happened()


@pytest.mark.slow
@pytest.mark.parametrize(("job", "kind", "action"), [*EVERY, *ARRIVAL])
def test_every_nth_operation_failing_leaves_the_same_tables(world: World, job: str, kind: str, action: str) -> None:
    prepare(world, job)
    met = fail_in_turn(world, job, kind, action, count(1))
    print(f"{job} {kind} {action}: {met} faults")
    world.assert_nothing_happened()
