"""The delivery calendar and its reminders."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0004_deliveries"
down_revision = "0003_indicators"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
