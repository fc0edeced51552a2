"""An index for the reports that were returned."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0010_lookups"
down_revision = "0009_measure_share"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
