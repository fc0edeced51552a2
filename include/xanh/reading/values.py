"""What the cells of a table's columns say: numbers in the column's own notation, marks for nothing and for not known, ticks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from xanh.catalog import Catalog
from xanh.catalog.forms import Column
from xanh.codes.units import resolve
from xanh.language.harmless import mask_personal
from xanh.language.numbers import Locale, Undecidable, decide_locale, decide_percent, parse_number, split_unit
from xanh.model import Cell
from xanh.reading.phrases import bare

ValueKind = Literal["number", "missing", "blank", "not_number", "error", "uncached", "undecided"]
"""`missing`: marked as not known. `blank`: nothing stands there. `undecided`: two readings, and nothing decides."""


@dataclass(frozen=True, slots=True)
class Value:
    """What one cell says; `unit` where the cell itself names one."""

    kind: ValueKind
    cell: Cell | None
    number: Decimal | None = None
    unit: str | None = None


_BLANK = Value("blank", None)


@dataclass(frozen=True)
class _Marks:
    zero: frozenset[str]
    missing: frozenset[str]
    ticks: frozenset[str]
    no_ticks: frozenset[str]


@lru_cache(maxsize=8)
def _marks(catalog: Catalog) -> _Marks:
    words = catalog.forms.words
    return _Marks(
        *(frozenset(bare(w) for w in group) for group in (words.zero, words.missing, words.ticks, words.no_ticks))
    )


class ColumnValues:
    """The values of one column; its notation is decided from all its cells together."""

    def __init__(self, catalog: Catalog, column: Column, cells: Iterable[Cell], hints: tuple[Locale, ...] = ()) -> None:
        self.column = column
        self._catalog = catalog
        self._marks = _marks(catalog)
        self._cells = tuple(cells)
        texts = [cell for cell in self._cells if cell.kind == "text"]
        self._read: dict[int, tuple[Cell, Value]] = {}
        self._typed = [cell for cell in texts if self._mark(cell) is None]
        self.locale = decide_locale([_number_part(cell.text) for cell in self._typed], hints)
        self.has_evidence = isinstance(self.locale, Locale) and bool(self._typed) and self.locale.evidence != ""
        self._factor = self._percent_factor() if column.role == "percent" else Decimal(1)

    @property
    def undecided(self) -> tuple[Cell, ...]:
        """The cells with two readings when nothing decides."""
        if not isinstance(self.locale, Undecidable):
            return ()
        return tuple(self._typed[at] for at in self.locale.positions)

    @property
    def thousands(self) -> Locale | None:
        """The notation in which every cell with two readings is whole; None where none has two, or they use both signs."""
        signs = {sign for cell in self.undecided for sign in ",." if sign in cell.text}
        if len(signs) != 1 or (isinstance(self.locale, Undecidable) and self.locale.why == "contradiction"):
            return None
        return Locale("," if signs == {"."} else ".")

    def read(self, cell: Cell | None) -> Value:
        """What the cell says."""
        if cell is None:
            return _BLANK
        known = self._read.get(id(cell))
        if known is None or known[0] is not cell:
            known = self._read[id(cell)] = (cell, self._value(cell))
        return known[1]

    def _value(self, cell: Cell) -> Value:
        if cell.kind in ("error", "uncached"):
            return Value("error" if cell.kind == "error" else "uncached", cell)
        if cell.kind == "number" and cell.number is not None:
            return Value("number", cell, self._scaled(cell.number, cell.is_percent))
        if cell.kind == "text":
            return self._mark(cell) or self._text(cell)
        return Value("not_number", cell)

    def _mark(self, cell: Cell) -> Value | None:
        plain = bare(cell.text)
        if not plain:
            return _BLANK
        if plain in self._marks.zero:
            return Value("number", cell, Decimal(0))
        return Value("missing", cell) if plain in self._marks.missing else None

    def _text(self, cell: Cell) -> Value:
        if mask_personal(cell.text) != cell.text:
            return Value("not_number", cell)  # a telephone or identity number is no amount
        locale = self.locale if isinstance(self.locale, Locale) else None
        found = parse_number(cell.text, locale)
        if found.kind == "number" and found.value is not None:
            if found.is_percent and self.column.role != "percent":
                return Value("not_number", cell)  # a share where the form wants an amount
            return Value("number", cell, found.value if found.is_percent else self._scaled(found.value, False))
        if found.kind == "ambiguous":
            return Value("undecided", cell)
        if found.kind == "missing":
            return Value("missing", cell)
        parts = split_unit(cell.text)
        inner = parse_number(parts[0], locale) if parts else None
        if parts and inner is not None and inner.kind == "number" and resolve(self._catalog, parts[1]).unit is not None:
            return Value("number", cell, inner.value, parts[1])
        return Value("not_number", cell)

    def _scaled(self, number: Decimal, is_percent: bool) -> Decimal:
        if self.column.role != "percent":
            return number
        return number * 100 if is_percent else number * self._factor

    def _percent_factor(self) -> Decimal:
        """What plain numbers of a percentage column are multiplied by: 0.85 and 85 both occur."""
        plain = [cell.number for cell in self._cells if cell.number is not None and not cell.is_percent]
        return Decimal(decide_percent(plain) or 1) if plain else Decimal(1)

    def tick(self, cell: Cell | None) -> bool | None:
        """Whether the cell is ticked; None for a text that is neither a tick nor a denial."""
        if cell is None or not cell.text.strip():
            return False
        if cell.kind == "bool":
            return bare(cell.text) == "true"
        plain = bare(cell.text).strip(" .")
        if cell.number is not None:
            return {0: False, 1: True}.get(int(cell.number)) if cell.number in (0, 1) else None
        if plain in self._marks.ticks:
            return True
        return False if plain in self._marks.no_ticks else None


def _number_part(text: str) -> str:
    parts = split_unit(text)
    return parts[0] if parts else text


def read_columns(
    catalog: Catalog,
    columns: Mapping[str, tuple[Column, list[Cell]]],
    prescribed: Locale | None,
    counted: frozenset[str] = frozenset(),
) -> dict[str, ColumnValues]:
    """The readings of all value columns of a table: first each by its own evidence, then those without by the others'.

    `counted`: columns of whole things, where a text with two readings can only be thousands unless other columns say otherwise.
    """
    alone = {code: ColumnValues(catalog, column, cells) for code, (column, cells) in columns.items()}
    decided = tuple(
        reader.locale for reader in alone.values() if reader.has_evidence and isinstance(reader.locale, Locale)
    )
    hints = decided or ((prescribed,) if prescribed else ())
    signs = {hint.decimal for hint in hints}
    found: dict[str, ColumnValues] = {}
    for code, (column, cells) in columns.items():
        whole = alone[code].thousands if code in counted else None
        own = (whole,) if whole is not None and signs <= {whole.decimal} else hints
        found[code] = ColumnValues(catalog, column, cells, own) if own else alone[code]
    return found
