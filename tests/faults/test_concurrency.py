"""Many at once: workers that are given the same submissions, readers beside loads, deadlocks, a scheduler that forgets."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fault_history import differences, snapshot, violations
from fault_server import Workers, log_of
from fault_world import HEAD, Fresh, World, is_stopped, power, wait_until
from psycopg.sql import SQL, Identifier

from xanh.database import postgres, warehouse
from xanh.settings import Settings

PLANTS = (
    ("NM01", "Thủy điện Nậm Khuổi 1", "Huyện Bảo Lâm", 24),
    ("NM02", "Thủy điện Nậm Khuổi 2", "Huyện Bảo Lâm", 18),
    ("NM03", "Thủy điện Sông Chang", "Huyện Bảo Lạc", 30),
    ("NM05", "Thủy điện Bản Thúy", "Huyện Nguyên Bình", 12),
)
TORN = """
select count(*), count(distinct value), count(distinct revision), max(revision), (
    select max(s.revision) from mart.submission as s where s.department_code = 'dien-luc' and s.loaded_at is not null
)
from mart.observation where measure_code = 're_generation_kwh'
"""
"""All values of the newest report say the same number; each of these rows is one moment of the warehouse."""
INCOMPLETE = """
select count(*) from mart.submission as s where s.observation_count <> (
    select count(*) from mart.observation_history as o where o.submission_id = s.submission_id
) + (
    select count(*) from mart.restatement as r where r.submission_id = s.submission_id
)
"""


def ids_of(settings: Settings) -> list[int]:
    with warehouse.connect(settings) as connection:
        rows = connection.execute("select submission_id from intake.submission order by received_seq").fetchall()
    return [submission_id for (submission_id,) in rows]


def in_crowds(workers: Workers, settings: Settings, ids: list[int], runs: int, at_once: int) -> list[int]:
    """The exit statuses of so many workers, each given all submissions, so many at a time."""
    statuses: list[int] = []
    for start in range(0, runs, at_once):
        running = [workers.start(settings, "process", ids=ids) for _ in range(min(at_once, runs - start))]
        statuses += [workers.wait(each) for each in running]
    return statuses


def report(month: str, output: int) -> bytes:
    """A report of the power company in which every plant says the same."""
    lines = [f"{month},{code},{name},thuy_dien,{place},{mw},{output},,\n" for code, name, place, mw in PLANTS]
    return (HEAD + "".join(lines)).encode()


def test_runs_that_are_given_the_same_submissions_double_nothing_and_show_no_error(world: World) -> None:
    assert world.workers.run(world.settings, "receive") == 0
    assert set(in_crowds(world.workers, world.settings, ids_of(world.settings), 6, 3)) == {0}
    assert "Traceback" not in log_of(world.settings)
    world.assert_nothing_happened()


@pytest.mark.slow
def test_thirty_two_at_once_and_fifty_runs_of_the_same_leave_the_same_tables(
    workers: Workers,
    fresh_settings: Fresh,
    settings: Settings,
    tmp_path: Path,
    real_files: dict[tuple[str, str], bytes],
) -> None:
    """Eight of them are of one form and one period."""
    same = {("dien-luc", f"dien T6.2025 ({n}).csv"): power("2025-06", 9000000 + n) for n in range(8)}
    others = dict(islice(((place, real_files[place]) for place in real_files if place[0] != "dien-luc"), 24))
    (tmp_path / "alone").mkdir()
    with fresh_settings(tmp_path / "alone") as alone:
        quiet = World(alone, workers)
        quiet.drop({**others, **same})
        quiet.settle()
        expected = snapshot(alone)
    crowd = World(settings, workers, expected)
    crowd.drop({**others, **same})
    assert workers.run(settings, "receive") == 0
    ids = ids_of(settings)
    assert len(ids) == 32
    assert in_crowds(workers, settings, ids, 50, 5) == [0] * 50
    assert "Traceback" not in log_of(settings)
    crowd.assert_nothing_happened()


def test_a_scheduler_that_has_forgotten_everything_publishes_nothing_again(world: World) -> None:
    """All that Airflow knows may be lost: the ledger alone says what is done."""
    world.settle()
    folder = world.settings.drop / "dien-luc" / "_phan-hoi"
    before = snapshot(world.settings), {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    world.settle()
    assert world.workers.run(world.settings, "process", ids=ids_of(world.settings)) == 0
    assert (snapshot(world.settings), {path: path.stat().st_mtime_ns for path in folder.iterdir()}) == before


def reads(settings: Settings, is_over: threading.Event, seen: list[tuple[Any, ...]]) -> None:
    with warehouse.connect(settings, "reader", autocommit=True) as connection:
        while not is_over.is_set():
            seen.append((*connection.execute(TORN).fetchone(), *connection.execute(INCOMPLETE).fetchone()))  # type: ignore[misc]


def read_beside_loads(
    settings: Settings, workers: Workers, files: dict[str, bytes], least: int
) -> list[tuple[Any, ...]]:
    """What two readers saw while the files were loaded, and computed, at least so many times."""
    world = World(settings, workers)
    world.drop({("dien-luc", name): content for name, content in files.items()})
    assert workers.run(settings, "receive") == 0
    seen: list[tuple[Any, ...]] = []
    is_over = threading.Event()
    readers = [threading.Thread(target=reads, args=(settings, is_over, seen)) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        running = workers.start(settings, "work")
        while workers.poll(running) is None:
            assert workers.run(settings, "compute") == 0, log_of(settings)
        assert workers.wait(running) == 0, log_of(settings)
        while len(seen) < least:
            time.sleep(0.1)
    finally:
        is_over.set()
        for reader in readers:
            reader.join()
    world.settle()
    assert violations(settings, world.dropped) == []
    return seen


def torn(seen: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Looks that saw a part of a load, or its ledger without its values."""
    for look in seen:
        count, values, revisions, newest, stated, incomplete = look
        if (count, values, revisions) not in ((0, 0, 0), (len(PLANTS), 1, 1)) or newest != stated or incomplete:
            yield look


@pytest.mark.parametrize(("loads", "least"), [(6, 500), pytest.param(100, 10_000, marks=pytest.mark.slow)])
def test_readers_beside_loads_never_see_a_part_of_one(
    settings: Settings, workers: Workers, loads: int, least: int
) -> None:
    files = {f"dien T5.2025 ({n}).csv": report("2025-05", 9000000 + n) for n in range(loads)}
    seen = read_beside_loads(settings, workers, files, least)
    print(f"{len(seen)} looks beside {loads} loads, {len({look[3] for look in seen})} states seen")
    assert list(islice(torn(seen), 5)) == []
    assert len({look[3] for look in seen}) > loads / 3, "the readers were there while the loads went on"


def test_a_deadlock_is_tried_again_and_nobody_notices(world: World) -> None:
    """Somebody holds the clock and wants the row that the load holds, while the load waits for the clock."""
    settings = world.settings
    assert world.workers.run(settings, "receive") == 0
    server = postgres.ensure_running(settings)
    database = settings.environment["XANH_WAREHOUSE_DATABASE"]
    with (
        psycopg.connect(server.url("admin"), autocommit=True) as admin,
        psycopg.connect(server.url("admin", database)) as other,
    ):
        admin.execute(SQL("alter database {} set deadlock_timeout = '4s'").format(Identifier(database)))
        other.execute("set deadlock_timeout = '1h'")  # so that it is the load that has to give way
        other.execute("update ops.clock set moment = moment")
        running = world.workers.start(settings, "work")
        waits = (
            "select true from pg_stat_activity "
            "where wait_event_type = 'Lock' and datname = %s and query like '%%next_moment%%'"
        )
        wait_until(lambda: admin.execute(waits, [database]).fetchone(), "a load that waits for the clock")
        other.execute("select from intake.submission for update")
        other.rollback()
        assert world.workers.wait(running) == 0, log_of(settings)
        met = "select true from pg_stat_database where deadlocks > 0 and datname = %s"
        wait_until(lambda: admin.execute(met, [database]).fetchone(), "a deadlock in the statistics")
    world.assert_nothing_happened()


def test_the_catalogue_of_a_claim_stays_the_same_while_it_is_worked_on(world: World, tmp_path: Path) -> None:
    copies = {name: tmp_path / name for name in ("catalog", "expectations")}
    for name, copy in copies.items():
        shutil.copytree(getattr(world.settings, name), copy)
    places = {f"XANH_{name.upper()}": str(copy) for name, copy in copies.items()}
    assert world.workers.run(world.settings, "receive") == 0
    running = world.workers.start(world.settings, "work", fault="ingest.parse:1:stop", **places)
    wait_until(lambda: is_stopped(running), "the worker that reads")
    for path in (*copies["catalog"].rglob("*.yaml"), *copies["expectations"].glob("*.json")):
        path.write_text("nothing of this can be read: [")
    os.kill(running, signal.SIGCONT)
    assert world.workers.wait(running) == 0, log_of(world.settings)
    assert differences(snapshot(world.settings) | {"indicators": ()}, {**world.expected, "indicators": ()}) == []


def test_staging_leaves_nothing_behind(settings: Settings, workers: Workers) -> None:
    """Neither tables of sessions nor rows; the one row of the clock does not grow with the loads."""
    world = World(settings, workers)
    world.drop({("dien-luc", f"dien T5.2025 ({n}).csv"): report("2025-05", 9000000 + n) for n in range(40)})
    world.settle()
    assert violations(settings, world.dropped) == []
    with warehouse.connect(settings, "owner", autocommit=True) as connection:
        assert connection.execute("select count(*) from core.changed_cell").fetchone() == (0,)
        assert connection.execute("select count(*) from intake.sighting").fetchone() == (0,)
        (size,) = connection.execute("select pg_total_relation_size('ops.clock')").fetchone() or (0,)
        assert size < 200_000
