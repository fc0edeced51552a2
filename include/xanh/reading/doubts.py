"""Units that a file states otherwise than its form although the numbers look as if they were still in the form's unit.

The unit that is written counts, so a value is converted by it; this only asks. Evidence is in the digits: tonnes that are now
called kilograms still have decimals, and thousands of tonnes still go into the thousands. The limits are ASSUMED.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from xanh.catalog import Catalog
from xanh.catalog.codelists import Measure
from xanh.catalog.forms import FormTable
from xanh.codes import units
from xanh.codes.units import UnitMatch
from xanh.language.spoken import spoken_number
from xanh.reading.findings import Findings
from xanh.reading.wordings import looks_like_unit

_THOUSAND = Decimal(1000)
_ENOUGH = 3
"""Numbers; fewer have no look of their own."""
_TINY = 500
"""How often a number goes into the most that is plausible where it looks a thousandfold too small."""
_MONTHS = 12
"""Plans and sums of a year stand beside amounts of a month."""


@dataclass
class Doubt:
    """The numbers of one column, or of one row, whose unit is not that of the form; `ratio` is None for an amount a day."""

    stated: str
    usual: str
    ratio: Decimal | None
    label: str
    most: Decimal | None = None
    """The most that is plausible in a period, in the usual unit."""
    numbers: list[tuple[Decimal, str]] = field(default_factory=list)
    """What was written, with its cell; never zero."""

    @property
    def is_founded(self) -> bool:
        """Whether the numbers look like those of the usual unit."""
        if self.ratio is None:
            return bool(self.numbers)
        numbers = [number for number, _ in self.numbers]
        if len(numbers) < _ENOUGH:
            return False
        return self._is_in_the_digits(numbers, self.ratio) or self._is_in_the_size(numbers, self.ratio)

    def _is_in_the_digits(self, numbers: list[Decimal], ratio: Decimal) -> bool:
        if ratio * _THOUSAND <= 1:
            return 2 * sum(number % 1 != 0 for number in numbers) >= len(numbers)
        is_coarse = all(number * 10 % 1 == 0 for number in numbers)
        return ratio >= _THOUSAND and is_coarse and max(numbers) >= _THOUSAND

    def _is_in_the_size(self, numbers: list[Decimal], ratio: Decimal) -> bool:
        """Whether they are plausible in the usual unit, and far too small or too large in the one that is written.

        Of columns nobody can say; quintals where the form has tonnes are rare enough to be asked about.
        """
        if self.most is None:
            return _THOUSAND > ratio > 1 / _THOUSAND
        if any(number > _MONTHS * self.most for number in numbers):
            return False
        if ratio > 1:
            return 2 * sum(number * ratio > self.most for number in numbers) > len(numbers)
        often = _TINY if ratio * _THOUSAND <= 1 else 1 / ratio
        return 2 * sum(number * ratio * often <= self.most for number in numbers) >= len(numbers)


class UnitDoubts:
    """The doubts of one table."""

    def __init__(self, catalog: Catalog, table: FormTable) -> None:
        self._catalog = catalog
        self._dimensions = _dimensions(catalog, table)
        self._ratios: dict[tuple[str, str], tuple[bool, Decimal | None]] = {}
        self._doubts: dict[object, Doubt] = {}

    def about(
        self, stated: str, match: UnitMatch, usual: str, group: object, label: str, measure: Measure | None = None
    ) -> Doubt | None:
        """The doubt to which a number in that unit belongs; None where the unit is that of the form.

        With `measure` the size of the numbers is evidence too: those of one row, not of a column of large and small facilities.
        """
        key = (match.text, usual)
        if key not in self._ratios:
            self._ratios[key] = _ratio(match, units.resolve(self._catalog, usual))
        is_other, ratio = self._ratios[key]
        if not is_other:
            return None
        if (key, group) not in self._doubts:
            self._doubts[key, group] = Doubt(stated, usual, ratio, label, self._most(usual, measure))
        return self._doubts[key, group]

    def _most(self, usual: str, measure: Measure | None) -> Decimal | None:
        """The most that is plausible of the measure, in the usual unit."""
        if measure is None or not measure.plausible_max:
            return None
        match = units.resolve(self._catalog, usual)
        step = units.factor_of(self._catalog, match, measure) if not match.is_per_day else None
        if step is None or isinstance(step, units.Incompatible):
            return None
        return measure.plausible_max / step[0]

    def is_foreign(self, above: UnitMatch, measure: Measure | None) -> bool:
        """Whether the unit above the table can be none of its amounts: not known, or of a kind that no column has (m3 where all is
        in tonnes). Counted things are left alone: the unit above them may be that of a column of money."""
        if looks_like_unit(self._catalog, above.text):
            return True
        if above.unit is None or measure is None or measure.canonical_unit is None:
            return False
        is_counted = self._catalog.units[measure.canonical_unit].dimension == "count"
        return not is_counted and above.unit.dimension not in self._dimensions

    def report(self, findings: Findings, sheet: str) -> None:
        """Asks about the units that the numbers do not look like."""
        for group, doubt in self._doubts.items():
            for number, cell in doubt.numbers if doubt.is_founded else ():
                words = {"label": doubt.label.strip(), "unit": doubt.stated, "usual": doubt.usual}
                findings.add("W21", sheet, cell, spoken_number(number), together=group, **words)


def _dimensions(catalog: Catalog, table: FormTable) -> frozenset[str]:
    """The kinds of units in which any column of the table may be."""
    measures = [catalog.measures.get(emission.measure) for emission in table.observations]
    stated = [
        *(column.unit for column in table.columns),
        *(each.canonical_unit for each in measures if each is not None),
    ]
    known = [units.resolve(catalog, text).unit for text in stated if text]
    return frozenset(unit.dimension for unit in known if unit is not None)


def _ratio(stated: UnitMatch, usual: UnitMatch) -> tuple[bool, Decimal | None]:
    """Whether the units differ in size or by the day, and how often the one is the other."""
    if stated.unit is None or usual.unit is None or stated.unit.dimension != usual.unit.dimension:
        return False, None
    if stated.is_per_day != usual.is_per_day:
        return stated.is_per_day, None
    ratio = units.exact_quotient(stated.scale * stated.unit.to_base, usual.scale * usual.unit.to_base)
    return ratio != 1, ratio
