"""Indices of the indicator values; the number that tells their observations."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0007_values"
down_revision = "0006_partitions"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
