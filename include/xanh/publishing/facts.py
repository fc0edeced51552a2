"""One consistent state of the mart, read as any reader could read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from xanh.database.warehouse import Connection, sql

Row = Mapping[str, Any]
TABLES = ("value", "indicator", "series", "area", "period", "geography", "plan_progress")


@dataclass(frozen=True)
class Facts:
    """Every row that is published, but for observations, which are streamed."""

    as_of: datetime
    run_id: int | None
    run_state: str | None
    run_reason: str | None
    tables: Mapping[str, tuple[Row, ...]]

    def __getitem__(self, table: str) -> tuple[Row, ...]:
        return self.tables[table]

    def names(self, table: str) -> dict[str, str]:
        """The Vietnamese name of each code of a list."""
        return {row["code"]: row["name_vi"] for row in self.tables[table]}


def read_facts(connection: Connection) -> Facts:
    """All tables in the state of one moment; `connection` is in a repeatable-read transaction."""
    with connection.cursor(row_factory=dict_row) as cursor:
        moment = cursor.execute(sql("publish/moment")).fetchone() or {}
        tables = {table: tuple(cursor.execute(sql(f"publish/{table}")).fetchall()) for table in TABLES}
    return Facts(moment["as_of"], moment["run_id"], moment["state"], moment["reason"], tables)


def observations(connection: Connection, size: int = 20_000) -> Iterator[list[Row]]:
    """The current observations in batches of at most `size`, so that memory does not grow with the warehouse."""
    with connection.cursor("observations", row_factory=dict_row) as cursor:
        cursor.execute(sql("publish/observation"))
        while rows := cursor.fetchmany(size):
            yield list(rows)
