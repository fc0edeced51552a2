"""Units as departments write them, and exact conversion into the unit of the measure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeVar

from xanh.catalog import Catalog
from xanh.catalog.codelists import Measure, Unit
from xanh.catalog.factors import Factor
from xanh.language.text import clean, fold, plain
from xanh.model import Period

_EXACT = Context(prec=100)
_LABEL = re.compile(r"^(?:đơn vị tính|đơn vị đo|đơn vị|đvt|đv tính|đv|don vi tinh|don vi|dvt)\s*[:(]\s*", re.IGNORECASE)
_PER_DAY = re.compile(r"\s*/\s*(?:1\s*)?ng[àa]y(?:\s*(?:đêm|dem))?$")
_OUTER = re.compile(r"^[(\[{](.*)[)\]}]$")

T = TypeVar("T")
Why = Literal["dimension", "noun", "rate_of_stock", "rate_without_period", "no_unit"]


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """What a text means as a unit. `unit` is None where it is not one; then `is_ditto` may say "as in the row
    above"."""

    text: str
    unit: Unit | None = None
    scale: Decimal = Decimal(1)
    """The scale word in front: 1000 for nghìn cái."""
    is_per_day: bool = False
    is_ditto: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """A value in the measure's unit; `value` is the written one times `factor`, exactly."""

    value: Decimal
    unit: str
    factor: Decimal
    factor_version: str | None = None


@dataclass(frozen=True, slots=True)
class Incompatible:
    """The written unit cannot become the measure's."""

    why: Why
    written: str
    expected: str
    factor: Decimal | None = None
    """For `noun`: by what the count would be multiplied if the things were the same."""


def resolve(catalog: Catalog, text: str) -> UnitMatch:
    """The unit that a text names: brackets, line breaks, superscripts, scale words and `/ngày` are understood."""
    return _resolve(catalog, text)


def as_rate(catalog: Catalog, text: str, above: str | None) -> str:
    """The unit that a cell names under one that is an amount a day: 2,5 tạ under tấn/ngày are tạ/ngày."""
    is_rate = above is not None and resolve(catalog, above).is_per_day and not resolve(catalog, text).is_per_day
    return f"{text}/ngày" if is_rate else text


def is_scale(catalog: Catalog, text: str) -> bool:
    """Whether the text is a scale word without a unit: nghìn, triệu."""
    key = _key(_bare(text))
    return any(key == word for word, _ in _index(catalog).scales)


def convert(
    catalog: Catalog, value: Decimal, match: UnitMatch, measure: Measure, period: Period | None = None
) -> Converted | Incompatible:
    """The value in the measure's canonical unit; for a measure of family `any` in the open unit of the written one.

    A rate (tấn/ngày) is multiplied by the days of the period, and only for a flow. Mass never becomes volume, and a
    count of
    one thing never a count of another unless the measure lists it.
    """
    step = factor_of(catalog, match, measure, period)
    if isinstance(step, Incompatible):
        return step
    factor, unit, version = step
    return Converted(exact_product(value, factor), unit, factor, version)


def factor_of(
    catalog: Catalog, match: UnitMatch, measure: Measure, period: Period | None = None
) -> tuple[Decimal, str, str | None] | Incompatible:
    """By what a written value is multiplied, the unit that it is in then, and the version of a conventional factor."""
    if match.unit is None:
        return Incompatible("no_unit", match.text, measure.canonical_unit or measure.unit_family)
    target = catalog.units[measure.canonical_unit or match.unit.open_unit]
    if match.unit.dimension != target.dimension:
        return Incompatible("dimension", match.text, target.code)
    factor = exact_quotient(_EXACT.multiply(match.scale, match.unit.to_base), target.to_base)
    if match.unit.kind != target.kind and match.unit.code not in _others(catalog, measure):
        is_count = target.dimension == "count"
        return Incompatible("noun" if is_count else "dimension", match.text, target.code, factor if is_count else None)
    if match.is_per_day:
        if measure.kind != "flow":
            return Incompatible("rate_of_stock", match.text, target.code)
        if period is None:
            return Incompatible("rate_without_period", match.text, target.code)
        factor = exact_product(factor, Decimal((period.end - period.start).days + 1))
    return factor, target.code, match.unit.factor_version


def toe(catalog: Catalog, measure: str, value: Decimal, day: date, grade: str | None = None) -> Converted | None:
    """The energy of a fuel in TOE by the table in force on the day. None without a factor: for coal when the grade
    is unknown."""
    found = toe_factor(catalog, measure, day, grade)
    if found is None:
        return None
    version, factor = found
    unit = catalog.units[catalog.measures[measure].canonical_unit or ""]
    per = resolve(catalog, factor.per)
    if per.unit is None or per.unit.dimension != unit.dimension:
        return None
    each = exact_quotient(_EXACT.multiply(factor.toe, unit.to_base), _EXACT.multiply(per.scale, per.unit.to_base))
    return Converted(exact_product(value, each), "TOE", each, f"{version}/{factor.fuel}")


def toe_factor(catalog: Catalog, measure: str, day: date, grade: str | None = None) -> tuple[str, Factor] | None:
    """The version and factor for a fuel measure on a day; the grade decides where several factors serve one measure."""
    table = next((table for table in catalog.factor_tables if table.is_valid_on(day)), None)
    if table is None:
        return None
    factors = [factor for factor in table.factors if measure in factor.measures]
    if len(factors) > 1 or (factors and factors[0].grades):
        wanted = fold(grade or "")
        factors = [factor for factor in factors if wanted in {fold(each) for each in factor.grades}]
    return (table.version, factors[0]) if len(factors) == 1 else None


def exact_product(left: Decimal, right: Decimal) -> Decimal:
    """The product without rounding and without trailing zeros."""
    return plain_decimal(_EXACT.multiply(left, right))


def exact_quotient(left: Decimal, right: Decimal) -> Decimal:
    """The quotient of two factors of the catalogue, which are powers of ten or have few digits."""
    return plain_decimal(_EXACT.divide(left, right))


def plain_decimal(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    trimmed = value.normalize(_EXACT)
    return trimmed.quantize(Decimal(1), context=_EXACT) if trimmed.as_tuple().exponent > 0 else trimmed  # type: ignore[operator]


@dataclass(frozen=True)
class _Index:
    units: Mapping[str, Unit]
    scales: tuple[tuple[str, Decimal], ...]
    """The longest first."""
    dittos: frozenset[str]


@lru_cache(maxsize=8)
def _index(catalog: Catalog) -> _Index:
    units = {_key(each.spelling): catalog.units[each.unit] for each in catalog.spellings}
    factors = {_key(each.word): each.factor for each in catalog.scale_words}
    units |= _without_accents(units)
    scales = sorted((factors | _without_accents(factors)).items(), key=lambda each: -len(each[0]))
    return _Index(MappingProxyType(units), tuple(scales), frozenset(_key(each.mark) for each in catalog.ditto_marks))


def _without_accents(known: Mapping[str, T]) -> dict[str, T]:
    """The same words typed without accents, where that leaves only one meaning."""
    meant: dict[str, list[T]] = {}
    for word, meaning in known.items():
        meant.setdefault(word if word.isascii() else plain(word), []).append(meaning)
    return {word: some[0] for word, some in meant.items() if word.isalpha() and all(each == some[0] for each in some)}


@lru_cache(maxsize=20_000)
def _resolve(catalog: Catalog, text: str) -> UnitMatch:
    index = _index(catalog)
    words = _bare(text)
    if _key(clean(text)) in index.dittos:
        return UnitMatch(text, is_ditto=True)
    rate = _PER_DAY.search(words)
    key = _key(words[: rate.start()] if rate else words)
    is_per_day = rate is not None
    if key in index.units:
        return UnitMatch(text, index.units[key], is_per_day=is_per_day)
    for word, factor in index.scales:
        if key.startswith(word) and key[len(word) :] in index.units:
            return UnitMatch(text, index.units[key[len(word) :]], factor, is_per_day)
    return UnitMatch(text)


@lru_cache(maxsize=2_000)
def _others(catalog: Catalog, measure: Measure) -> frozenset[str]:
    matches = [resolve(catalog, spelling) for spelling in measure.other_units]
    return frozenset(match.unit.code for match in matches if match.unit is not None)


def _bare(text: str) -> str:
    """The text in lower case without the label, outer brackets and a full stop."""
    words = re.sub(r"10\s?([³⁶⁹])", lambda found: "10^" + unicodedata.normalize("NFKC", found[1]), clean(text))
    words = unicodedata.normalize("NFKC", words).lower()
    words = _LABEL.sub("", words).strip(" .:;,)") if _LABEL.match(words) else words.strip(" .:;,")
    inner = _OUTER.match(words)
    return inner[1].strip(" .:;,") if inner else words


def _key(words: str) -> str:
    """Letters with tones placed; spaces, full stops and commas do not count."""
    lower = unicodedata.normalize("NFKC", words).lower()
    placed = re.sub(r"[^\W\d_]+", lambda found: fold(found[0]), lower)
    return re.sub(r"[\s.,’]", "", placed)
