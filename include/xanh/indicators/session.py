"""Tables of a session of the database in which indicators are computed, and the statements that build them.

Each statement of include/sql/indicators that is named here builds the table of its name, but for `take_changes` and those of KEPT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from xanh.database.warehouse import sql

COLLECTED = ("outdated", "fresh", "link")
"""Empty tables that collect what is to change."""
FIRST = (
    "touched",
    "take_changes",
    "period",
    "asked",
    "release",
    "place",
    "ancestor",
    "area_map",
    "baseline",
    *COLLECTED,
)
"""Statements that say what is to be computed, once a computation."""
STEPS = (
    "scope", "need", "source", "term", "cell", "tangle", "fit", "tile", "gathered", "pattern", "span_list", "unit", "suspect",
    "part", "shadow", "bundle", "located", "series", "spread", "summed", "measure_share", "covered", "result",
    "standing",
)  # fmt: skip
"""Statements in their order, for one stretch of years after the other."""
KEPT = ("add_baseline", "keep_held", "add_outdated", "add_fresh", "add_links")
"""What is kept of a stretch of years."""
TABLES = (*(step for step in FIRST if step not in ("take_changes", "release")), *STEPS)
WORK_MEMORY = "64MB"
"""What one sort of a computation may hold before it goes to disk; a hash four times as much."""
SETTINGS = {
    "work_mem": WORK_MEMORY,
    "jit": "off",
    "default_statistics_target": "10",
    "hash_mem_multiplier": "4",
    # definitions are named without a schema: a session beside has copies of its own
    "search_path": "core, public",
}
PLANNER = {
    "tangle": {"enable_nestloop": "off", "enable_mergejoin": "off", "enable_sort": "off"},
    "result": {"enable_nestloop": "on", "enable_sort": "on"},
    "add_values": {"enable_nestloop": "off"},
}
"""What the planner may do from a step on: among the tables of the session, where it takes large ones for small, it hashes."""


@dataclass
class Session:
    """A connection, and the highest number that a result has in it: each has another one in all stretches of years."""

    connection: Connection[Any]
    last_number: int = 0

    def build(self, step: str, parameters: Mapping[str, object] | None = None) -> None:
        """Executes a statement, and counts what stands in its table for the planner."""
        self.allow(PLANNER.get(step, {}))
        self.connection.execute(sql(f"indicators/{step}"), parameters or {})
        if step in TABLES:
            self.analyze(step)

    def analyze(self, table: str) -> None:
        """Counts for the planner what stands in the table."""
        self.connection.execute(SQL("analyze {}").format(Identifier("pg_temp", table)))

    def allow(self, settings: Mapping[str, str]) -> None:
        """Settings for this transaction."""
        for name, value in settings.items():
            self.connection.execute("select set_config(%s, %s, true)", [name, value])

    def count(self, table: str) -> int:
        """How many rows the table has."""
        row = self.connection.execute(SQL("select count(*) from {}").format(Identifier("pg_temp", table))).fetchone()
        return int(row[0]) if row else 0

    def drop(self, tables: Sequence[str]) -> None:
        """Removes those of the tables that are there."""
        names = SQL(", ").join(Identifier("pg_temp", table) for table in tables)
        self.connection.execute(SQL("drop table if exists {}").format(names))
