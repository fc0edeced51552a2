"""Commands about forms: form learn, form suite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xanh.cli.departments import check_department


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(help="Forms: propose the entry and the first checks of a new one.", no_args_is_help=True)
    group.callback()(_forms)
    group.command("learn")(learn)
    group.command("suite")(suite)
    app.add_typer(group, name="form")


def _forms() -> None:
    """Forms: propose the entry and the first checks of a new one."""


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


def suite(
    form: Annotated[str, typer.Argument(help="The form's code, such as F06.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write to; what is there stays.")],
) -> None:
    """Write the first checks of a form of the catalogue: negative numbers and totals. See docs/add_a_form.md."""
    import json

    from xanh.catalog import load_catalog
    from xanh.forms.first_suite import first_suites
    from xanh.settings import Settings

    catalog = load_catalog(Settings.from_environment().catalog)
    if form not in catalog.forms:
        raise typer.BadParameter(f"{form!r} is no form of the catalogue.")
    suites = {out / f"{name}.json": content for name, content in first_suites(catalog.forms[form]).items()}
    if there := [str(path) for path in suites if path.exists()]:
        raise typer.BadParameter(f"{', '.join(there)} is there already.")
    for path, content in suites.items():
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        typer.echo(f"{path}: {len(content['expectations'])} checks.")
