"""Values of an area in a period are found by one index."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0013_area_of_period"
down_revision = "0012_judged"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
