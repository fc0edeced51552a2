"""The answers that a form knows: words such as Có, Tạm ngừng, Chợ that decide what a row gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from xanh.catalog.forms import FormTable
from xanh.model import Cell
from xanh.reading.phrases import bare, bare_all

_FIRST = 6
"""So many answers are named to a clerk."""


def answer(cell: Cell | None) -> str:
    """A text answer for comparison."""
    return bare(cell.text).strip(" .") if cell is not None else ""


def known_answers(table: FormTable, *, are_all: bool = False) -> Mapping[str, frozenset[str]]:
    """The bare answers by the code of their column. `are_all`: without those beside which the form takes any other text too."""
    found: dict[str, set[str]] = defaultdict(set)
    for emission in table.observations:
        for condition in emission.when:
            found[condition.column].update(bare_all(condition.equals))
        if emission.values and len(emission.columns) == 1 and not (are_all and emission.otherwise is not None):
            found[emission.columns[0]].update(bare_all(tuple(emission.values)))
    for column in table.columns:
        found[column.code].update(bare_all(column.answers))
    return {code: frozenset(answers) for code, answers in found.items() if answers}


class Answers:
    """Looks at the answers of one table's rows."""

    def __init__(self, table: FormTable) -> None:
        self._known = known_answers(table, are_all=True)
        self._written: dict[str, dict[str, None]] = defaultdict(dict)
        for emission in table.observations:
            for condition in emission.when:
                self._written[condition.column] |= dict.fromkeys(condition.equals)
            if emission.values:
                self._written[emission.columns[0]] |= dict.fromkeys(emission.values)
        for column in table.columns:
            self._written[column.code] |= dict.fromkeys(column.answers)
        deciding = {c.column for emission in table.observations for c in emission.when if c.equals or c.starts_with}
        self._mandatory = [c.code for c in table.columns if c.mandatory == "always" and c.code in deciding]

    def unknown(self, cells: Mapping[str, Cell]) -> list[tuple[str, Cell]]:
        """Columns of a row whose answer decides what the row gives, with an answer that the form does not know."""
        return [(code, cells[code]) for code in self._known if self.is_unknown(code, cells)]

    def is_unknown(self, code: str, cells: Mapping[str, Cell]) -> bool:
        """Whether the row has an answer in the column that the form does not know: it says neither yes nor no."""
        return code in cells and code in self._known and answer(cells[code]) not in self._known[code]

    def shown(self, code: str) -> str:
        """The answers that the form names first for the column, as it writes them."""
        return ", ".join(f"“{text}”" for text in list(self._written.get(code, ()))[:_FIRST])

    def missing(self, cells: Mapping[str, Cell]) -> list[str]:
        """Mandatory columns that are blank in a row although one of a few answers there decides what the row gives."""
        return [code for code in self._mandatory if code not in cells]
