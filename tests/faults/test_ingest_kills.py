"""Two ingestions at once, a file that keeps ending the program, and feedback that cannot be written."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from fault_history import violations
from fault_server import log_of
from fault_world import World, is_stopped, wait_until

from xanh.database import warehouse


def rows(world: World, query: str) -> list[tuple[Any, ...]]:
    """What a reader sees."""
    with warehouse.connect(world.settings, "reader") as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def test_two_ingestions_at_once_double_nothing(world: World) -> None:
    running = [world.workers.start(world.settings) for _ in range(2)]
    assert [world.workers.wait(each) for each in running] == [0, 0], log_of(world.settings)
    world.assert_nothing_happened()


def test_a_file_that_keeps_ending_the_program_is_set_aside_and_the_others_go_on(world: World) -> None:
    """The fault is bound to the first file that is read: in the second run that is the one that was tried and set aside."""
    for _ in range(2):
        assert world.workers.run(world.settings, fault="ingest.parse:1:kill", is_trial_real=True) == -signal.SIGKILL
    assert world.workers.run(world.settings) == 0, log_of(world.settings)
    aside = rows(
        world, "select file_name from mart.submission join mart.issue using (submission_id) where rule = 'L02'"
    )
    assert aside == [("dien T5.2025.csv",)]
    assert rows(world, "select distinct responsibility from mart.issue where rule = 'L02'") == [("us",)]
    assert rows(world, "select count(*) from mart.submission where state = 'done'") == [(len(world.dropped),)]
    world.settle()
    assert violations(world.settings, world.dropped) == []


def test_kills_from_outside_set_no_file_aside(world: World) -> None:
    for turn in (2, 3):
        assert world.workers.run(world.settings, fault=f"ingest.read:{turn}:kill") == -signal.SIGKILL
    world.assert_nothing_happened()


@pytest.mark.parametrize("turn", [2, 3, 4])
def test_children_that_are_killed_while_they_read_ahead_set_no_file_aside(world: World, turn: int) -> None:
    """Both of them; one that was only starting is no verdict either, and the next run reads its file."""
    worker = world.workers.start(world.settings, "lane", fault=f"parse.ahead:{turn}:stop")
    wait_until(lambda: is_stopped(worker), "the worker whose children read ahead")
    children = [int(pid) for pid in Path(f"/proc/{worker}/task/{worker}/children").read_text().split()]
    for child in children:
        os.kill(child, signal.SIGKILL)
    os.kill(worker, signal.SIGCONT)
    assert world.workers.wait(worker) in (0, 3), log_of(world.settings)
    assert len(children) >= 2
    world.assert_nothing_happened()


def test_feedback_that_cannot_be_written_is_written_by_the_next_run_and_the_load_stands(world: World) -> None:
    obstacle = world.settings.drop / "dien-luc" / "_phan-hoi"
    obstacle.symlink_to("elsewhere")
    assert world.workers.run(world.settings) == 0
    assert rows(world, "select count(*) from mart.submission where state = 'loaded'") == [(len(world.dropped),)]
    loaded = "select count(*) from mart.observation_history where measure_code = 're_generation_kwh'"
    assert rows(world, loaded) == [(3,)]
    obstacle.unlink()
    world.assert_nothing_happened()
