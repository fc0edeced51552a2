"""From a reading to rows: the keys that it states, its observations and findings as the database can hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xanh.database.warehouse import Connection, sql
from xanh.language.exact import decimal_text
from xanh.language.harmless import mask_personal

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.model import Issue, Observation, Period, Reading


class LoadError(RuntimeError):
    """The program hands over something that cannot be loaded: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Key:
    """A unit of supersession that a submission states."""

    text: str
    form: str
    area: str | None
    semantics: str


def keys_of(reading: Reading, department: str, catalog: Catalog) -> list[Key]:
    """The keys of an accepted reading, one a form. Raises LoadError for a reading that the program left incomplete."""
    period = period_of(reading)
    keys = []
    for form in reading.forms:
        definition = catalog.forms[form]
        area = reading.area if "area" in definition.key else None
        text = "|".join((form, department, area or "", period.code))
        keys.append(Key(text, form, area, definition.semantics))
    stray = {observation.form for observation in reading.observations} - set(reading.forms)
    if stray:
        raise LoadError(f"observations of {', '.join(sorted(stray))}, which the reading does not list as a form")
    return keys


def period_of(reading: Reading) -> Period:
    """The period of an accepted reading. Raises LoadError for one without."""
    if reading.period is None:
        raise LoadError(f"an accepted reading of {reading.form} without a period")
    return reading.period


def stage(connection: Connection, reading: Reading, keys: list[Key]) -> None:
    """Streams the observations into the session."""
    by_form = {key.form: key.text for key in keys}
    with connection.cursor() as cursor, cursor.copy(sql("load/copy_stated")) as copy:
        for ordinal, each in enumerate(_distinct(reading.observations), 1):
            copy.write_row((ordinal, by_form[each.form], *_columns(each)))


def _distinct(observations: Sequence[Observation]) -> Iterator[Observation]:
    """Each cell once: the same statement may stand twice in a file, two different ones are a fault of the reader."""
    seen: dict[tuple[Any, ...], Observation] = {}
    for each in observations:
        cell = each.about
        first = seen.setdefault(cell, each)
        if first is each:
            yield each
        elif (first.value, first.obs_status, first.unit) != (each.value, each.obs_status, each.unit):
            raise LoadError(f"{first.source_cell} and {each.source_cell} state two values of {cell}")


def _columns(each: Observation) -> tuple[Any, ...]:
    period = each.period
    return (
        each.form, each.measure, each.item_code, _storable(each.item_name), each.area, period.code, period.start,
        period.end, period.frequency, period.basis, each.flow, each.obs_status, _number(each.value), each.unit,
        _number(each.factor), each.factor_version, _storable(each.source_sheet), each.source_cell,
        _storable(each.source_label), _storable(each.source_value), _storable(each.source_unit),
    )  # fmt: skip


def write_issues(connection: Connection, submission_id: int, reading_no: int, issues: Sequence[Issue]) -> None:
    """Streams the findings of one reading into the ledger."""
    if not issues:
        return
    with connection.cursor() as cursor, cursor.copy(sql("load/copy_issues")) as copy:
        for ordinal, each in enumerate(issues, 1):
            copy.write_row(
                (
                    submission_id, reading_no, ordinal, each.severity, each.rule, each.family, each.responsibility,
                    _storable(each.sheet), each.cell, list(each.cells), _storable(each.value),
                    _storable(each.message_vi), _storable(each.message_en),
                )
            )  # fmt: skip


def _number(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


@lru_cache(maxsize=1 << 13)
def _storable(text: str | None) -> str | None:
    """The text without personal data, and without what PostgreSQL cannot hold: zero characters, half surrogate pairs."""
    if text is None:
        return None
    text = mask_personal(text).replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
