"""Announcements, signs of life and alerts."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0008_watch"
down_revision = "0007_values"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
