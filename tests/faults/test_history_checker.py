"""A check that cannot fail is worse than none: the history checker sees each kind of damage."""

from __future__ import annotations

import pytest
from fault_history import differences, snapshot, violations
from fault_world import World

from xanh.arrival.archive import Archive
from xanh.database import warehouse

DAMAGES = {
    "values of a submission that has not all": "update intake.submission set observation_count = 7 where revision = 2",
    "a submission that is not done": "update intake.submission set state = 'loaded' where revision = 2",
    "a submission without feedback": "update intake.submission set feedback_state = 'failed' where revision = 2",
    "a moment that two loads share": "update intake.submission set loaded_at = now()",
    "a file that is not removed": "update intake.file set removed_at = null",
    "entered more often": (
        "insert into intake.submission (department_code, file_name, sha256, size, verdict, state, reading_no, feedback_state) "
        "values ('dien-luc', 'x', repeat('0', 64), 1, 'unreadable', 'done', 1, 'written')"
    ),
}


def damage(world: World, statement: str) -> None:
    with warehouse.connect(world.settings, "owner") as connection:
        connection.execute(statement)  # type: ignore[arg-type]


@pytest.fixture
def settled(world: World) -> World:
    world.settle()
    assert violations(world.settings, world.dropped) == []
    return world


def test_every_damage_is_seen(settled: World) -> None:
    for said, statement in DAMAGES.items():
        damage(settled, statement)
        assert any(each.startswith(said) for each in violations(settled.settings, settled.dropped)), said


def test_damage_to_archive_and_folders_is_seen(settled: World) -> None:
    settings = settled.settings
    archive = Archive(settings.archive)
    archive.path(archive.hashes()[0]).unlink()
    (settings.archive / ".incoming" / "half").write_text("x")
    next((settings.archive / "ledger").iterdir()).unlink()
    next((settings.drop / "dien-luc" / "_phan-hoi").glob("*.html")).unlink()
    (settings.drop / "dien-luc" / "late.csv").write_text("x")
    told = "\n".join(violations(settings, {**settled.dropped, ("dien-luc", "y"): b"y"}))
    for said in ("not whole", "left behind", "cards in the archive", "feedback pages", "late.csv", "dropped and lost"):
        assert said in told, said


def test_another_number_issue_or_verdict_makes_another_snapshot(settled: World) -> None:
    before = snapshot(settled.settings)
    assert differences(before, settled.expected) == []
    damage(settled, "update intake.issue set cell = 'Z9' where issue_id = (select min(issue_id) from intake.issue)")
    damage(settled, "update core.indicator_value set value = value + 1 where value is not null")
    damage(settled, "update intake.submission set amendment = 3 where revision = 2")
    told = differences(snapshot(settled.settings), before)
    assert {each.partition(":")[0] for each in told} == {"intake.issue", "indicators", "intake.submission"}
