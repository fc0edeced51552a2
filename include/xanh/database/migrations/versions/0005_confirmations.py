"""What clerks confirm: a value that looks wrong and is right."""

from __future__ import annotations

from xanh.database.migrations.files import execute

revision = "0005_confirmations"
down_revision = "0004_deliveries"


def upgrade() -> None:
    """Executes the SQL file of the same name."""
    execute(revision)
