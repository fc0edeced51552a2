"""Commands about forms: form learn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
    from xanh.limits import Limits
    from xanh.parsing.parse import parse
    from xanh.settings import Settings

    catalog = load_catalog(Settings.from_environment().catalog)
    if department not in catalog.departments:
        raise typer.BadParameter(f"{department!r} is no department of the catalogue")
    proposal = propose(parse(sample, sample.name, Limits()), catalog, department, sample.name)
    if out is None:
        typer.echo(proposal, nl=False)
        return
    out.write_text(proposal, encoding="utf-8")
    typer.echo(f"{out}: {proposal.count('# ?')} guesses to check.")
