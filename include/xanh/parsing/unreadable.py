"""The one error of gate and readers: this file cannot be read, and which sentence tells the clerk why."""

from __future__ import annotations

from collections.abc import Mapping


class Unreadable(Exception):
    """Raised for a file that is damaged, encrypted, hostile, too large or of no supported format: a finding, not a
    fault.

    `rule` names the entry in catalog/rules/gate.yaml, `params` fill its message, `sheet` and `cell` say where.
    """

    def __init__(
        self, rule: str, params: Mapping[str, str] | None = None, *, sheet: str | None = None, cell: str | None = None
    ) -> None:
        self.rule = rule
        self.params: dict[str, str] = dict(params or {})
        self.sheet = sheet
        self.cell = cell
        super().__init__(f"{rule} {self.params}" + (f" at {sheet}!{cell}" if cell else ""))
