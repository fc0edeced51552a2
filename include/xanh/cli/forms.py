"""Commands about forms: form learn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xanh.cli.departments import check_department


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(help="Forms: propose the catalogue entry of a new one from a sample.", no_args_is_help=True)
    group.callback()(_forms)
    group.command("learn")(learn)
    app.add_typer(group, name="form")


def _forms() -> None:
    """Forms: propose the catalogue entry of a new one from a sample."""


def learn(
    sample: Annotated[Path, typer.Argument(help="A workbook as the department sends it.", exists=True, dir_okay=False)],
    department: Annotated[str, typer.Option(help="Who sends it: the code of the drop folder.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the proposal to this file.")] = None,
) -> None:
    """Propose the YAML of a form from a sample; guesses are marked with `# ?`. See docs/add_a_form.md."""
    from xanh.catalog import load_catalog
    from xanh.forms.learn import learn as propose
    from xanh.parsing.parse import parse
    from xanh.settings import Settings

    settings = Settings.from_environment()
    catalog = load_catalog(settings.catalog)
    check_department(catalog, department)
    proposal = propose(parse(sample, sample.name, settings.limits), catalog, department, sample.name)
    if out is None:
        typer.echo(proposal, nl=False)
        return
    out.write_text(proposal, encoding="utf-8")
    typer.echo(f"{out}: {proposal.count('# ?')} guesses to check.")
