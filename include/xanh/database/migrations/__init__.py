"""Alembic's scripts: each revision executes one plain SQL file of include/sql/migrations."""
