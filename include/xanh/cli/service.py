"""Commands about the running system: url."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Role(StrEnum):
    """Whose rights the URI has."""

    reader = "reader"
    loader = "loader"
    owner = "owner"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(url)


def url(role: Annotated[Role, typer.Option(help="Whose rights the URI has.")] = Role.reader) -> None:
    """Print the libpq URI of the warehouse, starting the embedded server if it is the one configured."""
    from xanh.database import postgres
    from xanh.database.warehouse import migrate
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    typer.echo(postgres.ensure_running(settings).url(role.value))


def print_table(headings: list[str], rows: list[list[str]]) -> None:
    """Prints rows under their headings in columns of equal width."""
    if not rows:
        typer.echo("  none\n")
        return
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    for row in [headings, *rows]:
        typer.echo("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    typer.echo()
