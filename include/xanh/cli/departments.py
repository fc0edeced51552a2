"""What several commands ask of the word after --department."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from xanh.catalog import Catalog


def check_department(catalog: Catalog, code: str) -> None:
    """Ends the command, wrongly used, when no department has the code; the message names those that there are."""
    if code in catalog.departments:
        return
    parts = [each.partition("/") for each in catalog.departments]
    known = sorted({f"{first}/..." if slash else first for first, slash, _ in parts})
    raise typer.BadParameter(f"{code!r} is no department of the catalogue ({', '.join(known)})")
