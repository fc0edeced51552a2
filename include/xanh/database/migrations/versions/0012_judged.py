"""By which program and suites a computation judged its results."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0012_judged"
down_revision = "0011_senders"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
