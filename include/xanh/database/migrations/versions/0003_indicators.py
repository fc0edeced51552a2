"""Indicators, their values and lineage."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0003_indicators"
down_revision = "0002_core"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
