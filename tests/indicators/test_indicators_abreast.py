"""Years computed at the same time in several sessions: the same rows and edges as in one, all of them or none."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from indicator_world import Seen, put, span
from psycopg.sql import SQL, Identifier
from test_indicators_random import world
from test_indicators_stretches import compared_years, edges
from test_indicators_truth import current

from xanh.catalog import Catalog
from xanh.database import postgres
from xanh.database.warehouse import sql
from xanh.indicators import abreast
from xanh.indicators.compute import Computed, compute
from xanh.indicators.session import KEPT, STEPS, Session
from xanh.settings import Settings

Conn = psycopg.Connection[Any]
CALCULATE = abreast.calculate


@pytest.fixture(autouse=True)
def processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})


@pytest.fixture
def filled(conn: Conn, catalog: Catalog) -> Conn:
    """Three years of a made-up world, and what is compared with a baseline year."""
    put(conn, [*world(catalog, 3, range(2024, 2027)), *compared_years()])
    conn.commit()
    return conn


@pytest.fixture
def owner(settings: Settings) -> Iterator[Conn]:
    with psycopg.connect(postgres.ensure_running(settings).url("owner"), autocommit=True) as connection:
        yield connection


def computed(conn: Conn, catalog: Catalog, settings: Settings, sessions: int) -> Computed:
    """Everything, each year by itself, so many at a time."""
    limits = replace(settings.limits, compute_bytes=-1, compute_sessions=sessions)
    done = compute(conn, catalog, replace(settings, limits=limits), everything=True)
    conn.commit()
    return done


def forget_values(conn: Conn) -> None:
    conn.execute("update core.indicator_value set known_to = known_from")
    conn.commit()


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which threads computed, in turn."""
    threads: list[str] = []

    def calculate(*arguments: Any) -> Any:
        threads.append(threading.current_thread().name)
        return CALCULATE(*arguments)

    monkeypatch.setattr(abreast, "calculate", calculate)
    return threads


@pytest.mark.parametrize("sessions", [2, 3])
def test_sessions_beside_each_other_give_the_same_rows_and_edges_as_one_and_see_a_new_catalogue(
    filled: Conn, settings: Settings, catalog: Catalog, by: list[str], sessions: int
) -> None:
    several = computed(filled, catalog, settings, sessions)  # the definitions came in this very transaction
    assert 1 < len(set(by)) <= sessions
    rows, lines = current(filled), edges(filled)
    assert several.changed_count == several.result_count == len(rows)
    assert rows["eff_red_overall_pct", "total", "2020", "ALL:04", "2022"][0] == 10
    by.clear()
    again = computed(filled, catalog, settings, 1)
    assert set(by) == {"MainThread"}
    assert (again.result_count, again.changed_count, again.closed_count) == (several.result_count, 0, 0)
    forget_values(filled)
    assert computed(filled, catalog, settings, 1).changed_count == len(rows)
    assert (current(filled), edges(filled)) == (rows, lines)


def test_what_has_changed_is_closed_and_added_by_all_sessions_at_one_moment(
    filled: Conn, settings: Settings, catalog: Catalog
) -> None:
    computed(filled, catalog, settings, 3)
    filled.execute("update core.observation set known_to = now() where observation_id % 3 = 0")
    filled.commit()
    done = computed(filled, catalog, settings, 3)
    assert done.closed_count >= done.changed_count > 100
    newest = (
        "select count(distinct known_from), count(distinct run_id), count(*) from core.indicator_value where run_id = "
    )
    assert filled.execute(newest + "(select max(run_id) from ops.compute_run)").fetchone() == (1, 1, done.changed_count)
    years = (
        "select count(distinct extract(year from period_start)) from core.indicator_value where known_to is not null"
    )
    assert filled.execute(years).fetchone()[0] > 3
    assert computed(filled, catalog, settings, 1).changed_count == 0


def test_what_fails_its_suite_in_any_session_is_held_back_and_the_rest_is_published(
    conn: Conn, settings: Settings, catalog: Catalog
) -> None:
    place = {"area": "B:040", "form": "F06", "unit": "tấn"}
    too_much = ("2022", "2024", "2026")
    put(
        conn,
        [
            Seen(measure, Decimal(value), span(f"{year}-Q1"), **place)
            for year in ("2022", "2023", "2024", "2025", "2026")
            for measure, value in (("msw_gen_urban_t", 10), ("msw_col_urban_t", 90 if year in too_much else 4))
        ],
    )
    conn.commit()
    done = computed(conn, catalog, settings, 3)
    assert done.state == "partly"
    held = conn.execute("select distinct period_code from ops.held_back where indicator_code = 'wa_msw_urban_pct'")
    assert {period for (period,) in held} == {f"{year}{part}" for year in too_much for part in ("", "-Q1")}
    found = conn.execute(
        "select period_code, value from core.indicator_value where known_to is null and frequency = 'Q' and value is not null"
        " and (indicator_code, area_code, geography) = ('wa_msw_urban_pct', 'ALL:04', '2020')"
    )
    assert dict(found.fetchall()) == {"2023-Q1": 40, "2025-Q1": 40}


def test_what_a_session_beside_reads_is_handed_over_or_locked() -> None:
    """What a statement names with its schema, a session beside sees as it was before this transaction."""
    for step in (*STEPS, *KEPT, "frame", "source_days"):
        named = re.findall(r"\b(?:core|ops|mart|intake)\.\w+", sql(f"indicators/{step}"))
        assert set(named) <= {"core.observation", "core.indicator_value"}, step


def test_inside_a_transaction_of_the_caller_nobody_helps(
    conn: Conn, settings: Settings, catalog: Catalog, by: list[str]
) -> None:
    put(conn, [*world(catalog, 3, range(2024, 2026))])
    assert computed(conn, catalog, settings, 3).changed_count > 0
    assert set(by) == {"MainThread"}


def test_where_no_more_connections_are_to_be_had_it_goes_on_alone(
    filled: Conn, settings: Settings, catalog: Catalog, by: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(postgres.ensure_running(settings).url("admin"), autocommit=True) as admin:
        admin.execute(SQL("alter database {} connection limit 1").format(Identifier(filled.info.dbname)))
    done = computed(filled, catalog, settings, 3)
    assert done.changed_count == done.result_count > 0
    assert set(by) == {"MainThread"}
    assert "in 1 sessions instead of 3" in caplog.text


def test_where_somebody_waits_to_change_a_table_it_goes_on_alone_and_both_come_to_their_end(
    filled: Conn,
    settings: Settings,
    catalog: Catalog,
    owner: Conn,
    by: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The other one waits for the session that publishes, which must not wait for a session that waits for the other one."""
    change = threading.Thread(target=owner.execute, args=["lock table core.indicator_value in access exclusive mode"])
    owner.autocommit = False
    beside = abreast._beside

    def late(connection: Conn, snapshot: str) -> Any:
        change.start()
        waiting = "select 1 from pg_locks where relation = 'core.indicator_value'::regclass and not granted"
        while not connection.execute(waiting).fetchone():
            time.sleep(0.01)
        return beside(connection, snapshot)

    monkeypatch.setattr(abreast, "_beside", late)
    done = computed(filled, catalog, settings, 3)
    change.join(30)
    owner.rollback()
    assert not change.is_alive()
    assert done.changed_count == done.result_count > 0
    assert set(by) == {"MainThread"}
    assert "could not obtain lock" in caplog.text


def test_a_session_that_is_lost_fails_the_computation_and_nothing_is_published(
    filled: Conn, settings: Settings, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def calculate(session: Session, *arguments: Any) -> Any:
        done = CALCULATE(session, *arguments)
        if threading.current_thread().name != "MainThread":
            with suppress(psycopg.OperationalError):
                session.connection.execute("select pg_terminate_backend(pg_backend_pid())")
        return done

    monkeypatch.setattr(abreast, "calculate", calculate)
    with pytest.raises(psycopg.OperationalError):
        computed(filled, catalog, settings, 3)
    assert filled.execute("select count(*) from core.indicator_value").fetchone() == (0,)
    assert filled.execute("select count(*) from ops.compute_run").fetchone() == (0,)
    filled.commit()
    monkeypatch.setattr(abreast, "calculate", CALCULATE)
    done = computed(filled, catalog, settings, 3)
    assert done.changed_count == done.result_count > 0


def test_what_ends_the_computation_ends_the_sessions_beside_it(
    filled: Conn, settings: Settings, catalog: Catalog, owner: Conn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a task that is stopped, or Ctrl-C."""
    begun, told = threading.Barrier(3), []

    def calculate(session: Session, *_: Any) -> Any:
        begun.wait(30)
        if threading.current_thread().name == "MainThread":
            raise KeyboardInterrupt
        try:
            session.connection.execute("select pg_sleep(600)")
        except psycopg.errors.QueryCanceled as error:
            told.append(error)
            raise

    monkeypatch.setattr(abreast, "calculate", calculate)
    with pytest.raises(KeyboardInterrupt):
        computed(filled, catalog, settings, 3)
    assert len(told) == 2
    left = "select count(*) from pg_stat_activity where datname = current_database() and usename = %s and pid <> %s"
    while owner.execute(left, [filled.info.user, filled.info.backend_pid]).fetchone() != (0,):
        time.sleep(0.01)  # the test's own limit of time ends it
    assert filled.execute("select count(*) from core.indicator_value").fetchone() == (0,)
