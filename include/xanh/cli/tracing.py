"""The command trace: from a published number down to cells, from a cell up to published numbers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from xanh.settings import Settings
    from xanh.tracing.trace import Question, Row


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(trace)


def trace(
    indicator: Annotated[str | None, typer.Option(help="Down: the code of the indicator.")] = None,
    area: Annotated[str, typer.Option(help="Down: the area, vintage:code.")] = "ALL:04",
    period: Annotated[str | None, typer.Option(help="Down: the period, such as 2025-H1.")] = None,
    series: Annotated[str, typer.Option(help="Down: the series of the indicator.")] = "total",
    as_of: Annotated[datetime | None, typer.Option(help="Down: as it was published at that moment.")] = None,
    file: Annotated[str | None, typer.Option(help="Up: name, path, SHA-256 or number of the submission.")] = None,
    cell: Annotated[str | None, typer.Option(help="Up: the cell, 'Sheet'!F17.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    page: Annotated[Path | None, typer.Option(help="Write the trace as a page to this file.")] = None,
) -> None:
    """Trace a published number to its cells (--indicator, --period), or a cell to its numbers (--file, --cell)."""
    from xanh.settings import Settings
    from xanh.tracing import page as trace_page
    from xanh.tracing.trace import Question, plain

    settings = Settings.from_environment()
    if indicator and period and not (file or cell):
        moment = as_of.astimezone() if as_of else None
        values = _down(settings, Question(indicator, area, period, series, moment))
        text, title = trace_page.indicator_text(values), f"{indicator} {area} {period}"
    elif file and cell and not (indicator or period):
        values = _up(settings, file, cell)
        text, title = trace_page.cell_text(values), f"{file} {cell}"
    else:
        raise typer.BadParameter("give --indicator and --period, or --file and --cell")
    if page is not None:
        page.write_text(trace_page.page(title, text), encoding="utf-8")
    if as_json:
        for value in values:
            typer.echo(json.dumps(plain(value), ensure_ascii=False))
    elif page is None:
        typer.echo(text)


def _down(settings: Settings, question: Question) -> list[Row]:
    from xanh.catalog import load_catalog
    from xanh.database.warehouse import connect, migrate
    from xanh.tracing.trace import trace_indicator

    migrate(settings)
    with connect(settings) as connection:
        return trace_indicator(connection, load_catalog(settings.catalog), settings, question)


def _up(settings: Settings, file: str, cell: str) -> list[Row]:
    from xanh.database.warehouse import connect, migrate
    from xanh.tracing.trace import trace_cell

    migrate(settings)
    with connect(settings) as connection:
        return trace_cell(connection, file, cell)
