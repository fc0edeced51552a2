"""A worker that sleeps beyond its lease: another takes over, and what the first one worked out is never published."""

from __future__ import annotations

import os
import signal
import time

import pytest
from fault_server import log_of
from fault_world import World, is_stopped, wait_until

LEASE_SECONDS = 1.0
STOPS = {"ingest.read": 2, "ingest.parsed": 2, "load.committed": 2, "feedback.written": 1, "ingest.done": 1}
"""Each place, and at the how manyth file; what ends a batch is passed once."""


def sleep_and_wake(world: World, point: str, turn: int, job: str = "work") -> None:
    """One worker stops at the point, another does what it may, then the first one wakes."""
    assert world.workers.run(world.settings, "receive") == 0
    sleeper = world.workers.start(world.settings, "work", fault=f"{point}:{turn}:stop", lease_seconds=LEASE_SECONDS)
    wait_until(lambda: is_stopped(sleeper), "the worker that falls asleep")
    time.sleep(LEASE_SECONDS + 0.2)
    assert world.workers.run(world.settings, job) == 0, log_of(world.settings)
    os.kill(sleeper, signal.SIGCONT)
    assert world.workers.wait(sleeper) == 0, log_of(world.settings)


def test_a_worker_that_wakes_after_its_lease_cannot_publish(world: World) -> None:
    sleep_and_wake(world, "ingest.parsed", STOPS["ingest.parsed"])
    assert "was taken over by another worker" in log_of(world.settings)
    world.assert_nothing_happened()


def test_a_worker_that_sleeps_in_the_middle_of_a_load_is_not_overtaken(world: World) -> None:
    """Its submission is locked and cannot be taken over; those behind it in its department wait for it."""
    sleep_and_wake(world, "load.staged", 2, job="ingest")
    world.assert_nothing_happened()


@pytest.mark.slow
@pytest.mark.parametrize("point", STOPS)
def test_a_worker_that_slept_anywhere_leaves_the_same_tables(world: World, point: str) -> None:
    sleep_and_wake(world, point, STOPS[point])
    world.assert_nothing_happened()
