"""Commands about the catalogue: catalog check."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(help="The catalogue: forms, code lists, indicators, rules.", no_args_is_help=True)
    group.command("check")(check)
    app.add_typer(group, name="catalog")


def check() -> None:
    """Validate every catalogue file and suite; each problem names file, line and what was expected."""
    from xanh.catalog import load_catalog
    from xanh.catalog.checks import check_catalog
    from xanh.settings import Settings
    from xanh.validation.validate import check_suites

    settings = Settings.from_environment()
    problems = check_catalog(settings.catalog)
    if not problems:
        problems = check_suites(load_catalog(settings.catalog), settings)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("The catalogue is sound.")
