"""An index for the reports of a sender."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0011_senders"
down_revision = "0010_lookups"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
