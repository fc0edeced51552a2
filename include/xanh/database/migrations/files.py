"""Executes the SQL file of a revision."""

from __future__ import annotations

from typing import cast

import psycopg
from alembic import context, op


def execute(revision: str) -> None:
    """Executes include/sql/migrations/<revision>.sql as one script without parameters."""
    script = context.config.attributes["sql"] / "migrations" / f"{revision}.sql"
    driver = cast("psycopg.Connection[tuple[object, ...]]", op.get_bind().connection.driver_connection)
    driver.execute(script.read_bytes())
