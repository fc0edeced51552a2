"""Compute is told about a change once, and again only when something else changed or after a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from xanh.database.warehouse import Connection
from xanh.indicators.announce import LATE, take_announcements

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
SOON = timedelta(seconds=30)


def change(conn: Connection, period: str, at: datetime) -> None:
    conn.execute(
        "insert into core.changed_cell (measure_code, area_code, period_code, changed_at) values ('m', 'ALL:04', %s, %s)",
        [period, at],
    )


@pytest.fixture
def told(conn: Connection) -> Connection:
    """A change of two periods that was announced."""
    change(conn, "2025-06", NOW)
    change(conn, "2025-07", NOW)
    assert take_announcements(conn, NOW) == ["2025-06", "2025-07"]
    return conn


def test_a_computation_that_keeps_failing_is_announced_ever_more_seldom(told: Connection) -> None:
    scans = [number * SOON for number in range(1, 241)]
    again = [scan for scan in scans if take_announcements(told, NOW + scan)]
    minutes = [scan.total_seconds() / 60 for scan in again]
    assert minutes[:4] == [2.5, 5.5, 11.5, 23.5]
    pauses = [later - earlier for earlier, later in pairwise(minutes[3:])]
    assert set(pauses) == {15.5}
    assert len(minutes) == 10


def test_an_event_that_was_lost_is_made_good_within_minutes(told: Connection) -> None:
    assert take_announcements(told, NOW + 4 * SOON) == []
    assert take_announcements(told, NOW + 5 * SOON) == ["2025-06", "2025-07"]


def test_a_further_change_is_announced_at_once_and_alone(told: Connection) -> None:
    change(told, "2025-07", NOW + SOON)
    assert take_announcements(told, NOW + 2 * SOON) == ["2025-07"]


def test_what_was_computed_is_not_announced_and_its_next_change_is(told: Connection) -> None:
    told.execute("delete from core.changed_cell")
    assert take_announcements(told, NOW + LATE + SOON) == []
    change(told, "2025-06", NOW + SOON)
    assert take_announcements(told, NOW + 2 * SOON) == ["2025-06"]


def test_an_announcement_whose_transaction_was_lost_is_made_again(conn: Connection) -> None:
    change(conn, "2025-06", NOW)
    conn.commit()
    take_announcements(conn, NOW)
    conn.rollback()
    assert take_announcements(conn, NOW) == ["2025-06"]
