"""Commands about published numbers: compute, publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(compute)
    app.command()(publish)


def compute(
    period: Annotated[list[str] | None, typer.Option(help="Only this reference period; may be repeated.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All periods, not only what has changed.")] = False,
) -> None:
    """Compute the indicators that the newest observations touch."""
    from xanh.catalog import load_catalog
    from xanh.database.warehouse import connect, migrate
    from xanh.indicators import compute as computing
    from xanh.language import periods
    from xanh.settings import Settings

    for code in period or ():
        try:
            periods.period(code)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--period") from error
    settings = Settings.from_environment()
    migrate(settings)
    catalog = load_catalog(settings.catalog)
    with connect(settings) as connection:
        computed = computing.compute(connection, catalog, settings, period or None, everything)
        connection.commit()
    typer.echo(
        f"{computed.scope_count} indicator periods computed: {computed.result_count} results, "
        f"{computed.changed_count} changed, {computed.closed_count} closed."
    )
    if computed.state == "partly":
        typer.echo(f"xanh: Some indicators keep their last published state: {computed.reason}", err=True)
    if computed.state == "refused":
        typer.echo(f"xanh: Nothing was published: {computed.reason}", err=True)
        raise typer.Exit(1)


def publish(
    out: Annotated[
        Path | None, typer.Option(help="The folder of publications; XANH_HOME/publish unless given.")
    ] = None,
) -> None:
    """Write the exchange files and the report of the present state, all at once."""
    from xanh import publishing
    from xanh.catalog import load_catalog
    from xanh.database.warehouse import migrate
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    published = publishing.publish(settings, load_catalog(settings.catalog), out)
    typer.echo(f"{published.value_count} values in {published.file_count} files: {published.folder}")
    typer.echo(f"Report: {published.report}")
