"""Commands about the health of an installation: doctor, alerts, metrics."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

SIGNS = {"ok": "✓", "warning": "!", "critical": "✗"}


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(doctor)
    app.command()(alerts)
    app.command()(metrics)


def doctor(
    thorough: Annotated[bool, typer.Option("--thorough", help="Also read every archived file again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Look for what is wrong with this installation and say what to do. Exit 1 when something is critical."""
    from xanh.operations.doctor import examine_installation
    from xanh.settings import Settings

    found = examine_installation(Settings.from_environment(), is_thorough=thorough)
    for finding in found:
        if as_json:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            advice = f"\n    -> {finding.advice}" if finding.advice else ""
            typer.echo(f"{SIGNS[finding.state]} {finding.code}: {finding.text}{advice}")
    if any(finding.state == "critical" for finding in found):
        raise typer.Exit(1)


def alerts(
    look: Annotated[bool, typer.Option(help="Look anew, and write to the engineers what is new.")] = True,
) -> None:
    """List what needs an engineer now, since when and what to do. Exit 1 when something is critical."""
    from datetime import UTC, datetime

    from xanh.database.warehouse import migrate
    from xanh.operations import alerts as watching
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    if look:
        watching.look(settings, datetime.now(UTC))
    standing = watching.standing_alerts(settings)
    for code, state, text, opened_at in standing:
        typer.echo(f"{SIGNS[state]} {code}, since {opened_at:%Y-%m-%d %H:%M %Z}: {text}")
    if any(state == "critical" for _, state, _, _ in standing):
        raise typer.Exit(1)


def metrics() -> None:
    """Print the figures of the flow in the text format of Prometheus."""
    from datetime import UTC, datetime

    from xanh.database.warehouse import connect, migrate, sql
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    with connect(settings) as connection:
        rows = connection.execute(sql("monitor/metrics"), {"now": datetime.now(UTC)}).fetchall()
    for name, label, value in rows:
        of = f'{{of="{label}"}}' if label else ""
        typer.echo(f"xanh_{name}{of} {value}")
