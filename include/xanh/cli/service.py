"""Commands about the running system: url, status."""

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
    app.command()(status)


def url(role: Annotated[Role, typer.Option(help="Whose rights the URI has.")] = Role.reader) -> None:
    """Print the libpq URI of the warehouse, starting the embedded server if it is the one configured."""
    from xanh import postgres
    from xanh.settings import Settings
    from xanh.warehouse import migrate

    settings = Settings.from_environment()
    migrate(settings)
    typer.echo(postgres.ensure_running(settings).url(role.value))


def status() -> None:
    """Print the deliveries that are due, late and missing, and what the ledger holds."""
    from xanh.settings import Settings
    from xanh.warehouse import connect, migrate, sql

    settings = Settings.from_environment()
    migrate(settings)
    with connect(settings) as connection:
        for name in ("deliveries", "unfinished", "verdicts"):
            cursor = connection.execute(sql(f"status/{name}"))
            headings = [column.name for column in cursor.description or ()]
            rows = [["" if value is None else str(value) for value in row] for row in cursor.fetchall()]
            typer.echo(f"{name}:")
            _table(headings, rows)


def _table(headings: list[str], rows: list[list[str]]) -> None:
    if not rows:
        typer.echo("  none\n")
        return
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    for row in [headings, *rows]:
        typer.echo("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    typer.echo()
