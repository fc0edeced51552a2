"""Roles, schemas and the ledger."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0001_ledger"
down_revision = None


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
