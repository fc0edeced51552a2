"""Observations in parts by year."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0006_partitions"
down_revision = "0005_confirmations"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
