"""${message}."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute("${up_revision}")
