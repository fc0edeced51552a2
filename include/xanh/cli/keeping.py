"""Commands that keep the warehouse: migrate, backup, restore, rebuild."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (migrate, backup, restore, rebuild):
        app.command()(command)


def migrate(
    again: Annotated[bool, typer.Option("--again", help="Put views, grants and code lists in place anew.")] = False,
) -> None:
    """Bring the warehouse to what this program and catalogue need; every other command does so by itself."""
    from xanh.database import warehouse
    from xanh.settings import Settings

    settings = Settings.from_environment()
    if again:
        warehouse.forget(settings)
    changed = warehouse.migrate(settings)
    typer.echo("The warehouse was brought up to date." if changed else "The warehouse is up to date.")


def backup(file: Annotated[Path, typer.Argument(help="Where the backup is written.")]) -> None:
    """Write warehouse and archive together into one file."""
    from xanh.operations import backup as keeping
    from xanh.settings import Settings

    if not file.absolute().parent.is_dir():
        raise typer.BadParameter(f"{file.parent} is not a folder")
    size = keeping.backup(Settings.from_environment(), file.absolute())
    typer.echo(f"{file}: {size} bytes.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Also when the warehouse holds submissions.")] = False,
) -> None:
    """Put warehouse and archive back as they were."""
    from xanh.operations import backup as keeping
    from xanh.settings import Settings

    if not file.is_file():
        raise typer.BadParameter(f"{file} is not a file")
    keeping.restore(Settings.from_environment(), file.absolute(), is_replacing=replace)
    typer.echo("Warehouse and archive are back.")


def rebuild() -> None:
    """Build the warehouse again from the archive alone, and say which views of mart are the same as before."""
    from xanh.catalog import load_catalog
    from xanh.database.warehouse import connect, migrate
    from xanh.loading import rebuild as building
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    with connect(settings) as connection:
        before = building.fingerprints(connection)
    count = building.rebuild(
        settings, load_catalog(settings.catalog), lambda done, of: typer.echo(f"{done} of {of}", err=True)
    )
    with connect(settings) as connection:
        after = building.fingerprints(connection)
    for view, hash_after in after.items():
        typer.echo(f"mart.{view}: {'identical' if before[view] == hash_after else 'not as before'} ({hash_after})")
    typer.echo(f"{count} submissions rebuilt from the archive.")
