"""Commands that keep the warehouse: migrate."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(migrate)


def migrate() -> None:
    """Bring the warehouse to what this program and catalogue need; every other command does so by itself."""
    from xanh import warehouse
    from xanh.settings import Settings

    changed = warehouse.migrate(Settings.from_environment())
    typer.echo("The warehouse was brought up to date." if changed else "The warehouse is up to date.")
