"""Commands about deliveries: status, remind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xanh.cli.departments import check_department
from xanh.cli.service import print_table

if TYPE_CHECKING:
    from xanh.database.warehouse import Connection

OPEN = ("missing", "expected")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(status)
    app.command()(remind)


def status(
    department: Annotated[
        str | None, typer.Option(help="Only this sender: its folder, such as so-cong-thuong.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="Only this period: 2025-06, 2025-Q2, 2025-H1.")] = None,
    days: Annotated[int, typer.Option(min=1, help="Due days so far back, without --period.")] = 45,
    everything: Annotated[bool, typer.Option("--all", help="Also what has arrived.")] = False,
) -> None:
    """Show deliveries - expected, received, late, missing -, how punctual departments are, and what waits in the ledger."""
    from datetime import UTC, datetime

    from xanh.catalog import load_catalog
    from xanh.database.warehouse import connect, migrate
    from xanh.deliveries import delivery as deliveries
    from xanh.language import periods
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    catalog = load_catalog(settings.catalog)
    if department is not None:
        check_department(catalog, department)
    try:
        wanted = periods.period(period) if period else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with connect(settings) as connection:
        now = datetime.now(UTC)
        rows = deliveries.status(
            catalog, connection, now, department=department, period=wanted, days_back=days, days_ahead=days
        )
        shown = [row for row in rows if everything or row["state"] in OPEN or row["state"] == "late"]
        typer.echo(f"deliveries: {_counts([row['state'] for row in rows])}")
        print_table(
            ["due", "department", "form", "area", "period", "state", "received", "days late"],
            [[_text(row[name]) for name in COLUMNS] for row in shown],
        )
        for name in ("deliveries", "unfinished", "verdicts"):
            _section(connection, name)


COLUMNS = ("due_on", "department_code", "form_code", "area_code", "period", "state", "received_at", "days_late")


def remind() -> None:
    """Plan and write the reminders that are due now, as the DAG check_deliveries does every morning."""
    from datetime import UTC, datetime

    from xanh.catalog import load_catalog
    from xanh.database.warehouse import connect, migrate
    from xanh.deliveries import delivery as deliveries
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    with connect(settings) as connection:
        checked = deliveries.check(settings, load_catalog(settings.catalog), connection, datetime.now(UTC))
    for key in checked.messages:
        typer.echo(key)
    for department, reason in checked.held.items():
        typer.echo(f"{department} is not reminded: {reason}", err=True)
    typer.echo(f"{checked.planned} reminders in {len(checked.messages)} messages")


def _counts(states: list[str]) -> str:
    order = ("expected", "on_time", "late", "missing", "nil", "exempt")
    return ", ".join(f"{states.count(state)} {state}" for state in order if state in states) or "none"


def _section(connection: Connection, name: str) -> None:
    from xanh.database.warehouse import sql

    cursor = connection.execute(sql(f"status/{name}"))
    headings = [column.name for column in cursor.description or ()]
    typer.echo({"deliveries": "the last 400 days by sender and form"}.get(name, name) + ":")
    print_table(headings, [[_text(value) for value in row] for row in cursor.fetchall()])


def _text(value: object) -> str:
    from datetime import datetime

    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None or value == 0 else str(value)
