"""How much of what a table of a form must have its header has."""

from __future__ import annotations

from xanh.catalog.forms import Column, FormTable
from xanh.model import Period
from xanh.reading.headings import Header


def share(table: FormTable, header: Header, period: Period | None) -> float:
    """The share of the mandatory columns that the header has, 0 to 1; one with another period in its heading counts."""
    wanted = [column.code for column in table.columns if is_mandatory(column, period)]
    known = {*header.columns, *(heading.stated for heading in header.headings.values() if heading.stated)}
    return sum(code in known for code in wanted) / len(wanted) if wanted else 1.0


def is_characteristic(table: FormTable, header: Header) -> bool:
    """Whether the columns alone are proof enough of the form: at least five, and most of those that it has."""
    known = len(header.columns)
    return known >= 5 and known >= 0.6 * len(table.columns)


def missing_columns(table: FormTable, header: Header, period: Period | None, *, near: bool = False) -> tuple[str, ...]:
    """The codes of mandatory columns that the header lacks; with `near`, another period in the heading is good enough."""
    known = {heading.stated for heading in header.headings.values()} if near else set()
    return tuple(
        column.code
        for column in table.columns
        if is_mandatory(column, period) and column.code not in header.columns and column.code not in known
    )


def is_mandatory(column: Column, period: Period | None) -> bool:
    """Whether the form must have the column for the period; cumulative columns are absent in January."""
    is_january = period is not None and period.frequency == "M" and period.end.month == 1
    return not column.is_leading and (
        column.mandatory == "always" or (column.mandatory == "not_in_january" and not is_january)
    )
