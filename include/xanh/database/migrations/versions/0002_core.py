"""Code lists and observations."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0002_core"
down_revision = "0001_ledger"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
