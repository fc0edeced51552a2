"""Disks that are really full: a little more room at each run, from none at all until it is enough.

Needs root, to mount a small file system in memory. Elsewhere test_nth_operation.py lets the same calls fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from fault_history import differences, snapshot, violations
from fault_server import log_of
from fault_world import World
from psycopg.sql import SQL, Identifier, Literal

from xanh.database import postgres

MEBIBYTE = 1 << 20
MOST_RUNS = 200
pytestmark = pytest.mark.slow


@pytest.fixture
def mount() -> Iterator[Callable[[Path, int], Path]]:
    """Mounts a file system of so many bytes on a folder."""
    mounted: list[Path] = []

    def make(folder: Path, size: int) -> Path:
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("a small disk cannot be mounted here")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def leave(filler: Path, room: int) -> None:
    """Fills the disk, with a file of that name, up to so many bytes."""
    filler.unlink(missing_ok=True)
    free = shutil.disk_usage(filler.parent).free
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - room, 1))


def run_with_ever_more_room(world: World, filler: Path, step: int) -> int:
    """How many runs met the full disk before one did all the work."""
    for number in range(MOST_RUNS):
        leave(filler, number * step)
        before = len(log_of(world.settings))
        status = world.workers.run(world.settings)
        said = log_of(world.settings)[before:]
        if status == 0 and "No space left" not in said:
            return number
        assert "No space left" in said, said
    raise AssertionError("there was never enough room")


def test_a_full_disk_of_postgresql_loses_and_tears_nothing(world: World, mount: Callable[[Path, int], Path]) -> None:
    """The warehouse lies in a tablespace of its own on the small disk; the server's journal does not."""
    settings = world.settings
    disk = mount(Path(settings.environment["XANH_DROP"]).parent / "publish", 96 * MEBIBYTE)
    place = disk / "tablespace"
    place.mkdir()
    for folder in (*reversed(place.parents), place):
        if settings.home.parent in folder.parents:
            folder.chmod(0o755)
    shutil.chown(place, settings.home.joinpath("pg", "data").stat().st_uid)
    database = settings.environment["XANH_WAREHOUSE_DATABASE"]
    with psycopg.connect(postgres.ensure_running(settings).url("admin"), autocommit=True) as admin:
        admin.execute(SQL("create tablespace {} location {}").format(Identifier(database), Literal(str(place))))
        admin.execute(SQL("alter database {0} set tablespace {0}").format(Identifier(database)))
        try:
            met = run_with_ever_more_room(world, disk / "filler", 64 << 10)
            print(f"{met} runs met PostgreSQL's full disk")
            assert met >= 3
            (disk / "filler").unlink()
            world.assert_nothing_happened()
        finally:
            admin.execute(SQL("alter database {} set tablespace pg_default").format(Identifier(database)))
            admin.execute(SQL("drop tablespace {}").format(Identifier(database)))


def test_a_full_disk_of_the_archive_loses_and_tears_nothing(world: World, mount: Callable[[Path, int], Path]) -> None:
    disk = mount(world.settings.archive, MEBIBYTE)
    met = run_with_ever_more_room(world, disk / "filler", 4096)
    print(f"{met} runs met the full disk of the archive")
    assert met >= 3
    (disk / "filler").unlink()
    world.assert_nothing_happened()


def test_a_full_share_costs_lines_of_the_note_and_nothing_else(
    world: World, mount: Callable[[Path, int], Path]
) -> None:
    """A full share must be emptied, so its files are taken; the list of what was taken then lacks them, never half a line."""
    folder = world.settings.drop / "dien-luc"
    kept = folder.with_name("kept")
    folder.rename(kept)
    folder.mkdir()
    disk = mount(folder, MEBIBYTE)
    for path in kept.iterdir():
        shutil.copy2(path, folder)
    shutil.rmtree(kept)
    filler = disk / "_da-nhan" / "filler"
    filler.parent.mkdir()
    met = run_with_ever_more_room(world, filler, 4096)
    print(f"{met} runs met the full disk of the share")
    assert met >= 3
    filler.unlink()
    world.settle()
    told = [*violations(world.settings, world.dropped), *differences(snapshot(world.settings), world.expected)]
    assert [each for each in told if not each.startswith("notes of what was taken: missing")] == []
    for note in filler.parent.iterdir():
        assert note.read_bytes().endswith(b"\r\n")
