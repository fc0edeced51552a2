"""Commands about empty forms: template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(template)


def template(
    form: Annotated[str, typer.Argument(metavar="FORM", help="The form's code, such as F06.")],
    period: Annotated[str, typer.Option(help="2025-06, 2025-Q2, 2025-H1 or 2025, as the form is reported.")],
    area: Annotated[str | None, typer.Option(help="The committee's unit, such as C:01654.")] = None,
    department: Annotated[str | None, typer.Option(help="The sender's folder, where several report the form.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to write; default: FORM-PERIOD.xlsx.")] = None,
) -> None:
    """Write an empty official workbook of a form for a department, with lists and checks, ready to be filled in."""
    from xanh.catalog import load_catalog
    from xanh.database.warehouse import connect, migrate
    from xanh.forms import template as templates
    from xanh.forms.blank import TemplateError, choose
    from xanh.settings import Settings

    settings = Settings.from_environment()
    catalog = load_catalog(settings.catalog)
    try:
        blank = choose(catalog, form, period, area, department)
    except TemplateError as error:
        raise typer.BadParameter(str(error)) from error
    migrate(settings)
    with connect(settings) as connection:
        known = templates.previous_values(connection, blank)
    name = "-".join(filter(None, (form, period, (area or "").replace(":", "")))) + ".xlsx"
    path = out or Path(name)
    path.write_bytes(templates.workbook_bytes(catalog, blank, known))
    typer.echo(f"{path}: {blank.form.name_vi}, {blank.department.name_on(blank.period.end).vi}")
