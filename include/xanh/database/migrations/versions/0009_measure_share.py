"""The share of the measure with every indicator value."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0009_measure_share"
down_revision = "0008_watch"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
