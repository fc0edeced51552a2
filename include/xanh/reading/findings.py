"""Collects what reading finds: one issue a root cause, with all its cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xanh.catalog import Catalog
from xanh.model import Cell, Issue
from xanh.validation import messages


@dataclass
class _Finding:
    rule: str
    sheet: str | None
    value: str | None
    params: dict[str, Any]
    cells: list[str] = field(default_factory=list)


class Findings:
    """Issues in the order in which they were found; equal ones of one sheet become one with several cells."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._found: dict[tuple[object, ...], _Finding] = {}

    def add(
        self,
        rule: str,
        sheet: str | None = None,
        cell: Cell | str | None = None,
        value: str | None = None,
        *,
        together: object = None,
        **params: Any,
    ) -> None:
        """Notes a finding. Findings of one rule with equal parameters, or with an equal `together`, are one issue."""
        if isinstance(cell, Cell):
            value = cell.text if value is None else value
            cell = cell.address
        same: object = (
            together if together is not None else (value, tuple(sorted((k, str(v)) for k, v in params.items())))
        )
        finding = self._found.setdefault((rule, sheet, same), _Finding(rule, sheet, value, params))
        if cell is not None and cell not in finding.cells:
            finding.cells.append(cell)

    def leave_out_consequences(self) -> None:
        """Forgets which places are unknown where the file states two periods: that depends on which of them is right."""
        if any(found.rule == "G04" for found in self._found.values()):
            self._found = {key: found for key, found in self._found.items() if found.rule not in ("G07", "G08")}

    @property
    def issues(self) -> tuple[Issue, ...]:
        """The issues with their sentences."""
        return tuple(
            messages.issue(
                self._catalog,
                found.rule,
                sheet=found.sheet,
                cell=found.cells[0] if found.cells else None,
                value=found.value,
                cells=tuple(found.cells) if len(found.cells) > 1 else (),
                where=found.cells,
                **found.params,
            )
            for found in self._found.values()
        )

    def has_critical(self) -> bool:
        """Whether anything found so far is critical."""
        return any(self._catalog.rules[found.rule].severity == "critical" for found in self._found.values())
