"""Working days and due days: which reports are owed by whom, and when each is due."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from xanh.catalog import Catalog
from xanh.catalog.calendar import Due, Obligation
from xanh.catalog.departments import Department
from xanh.language import periods
from xanh.model import Period

_PARTS = {
    "month": tuple(f"-{month:02d}" for month in range(1, 13)),
    "quarter": ("-Q1", "-Q2", "-Q3", "-Q4"),
    "half": ("-H1", "-H2"),
    "year": ("",),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """A report that is owed."""

    obligation: str
    form: str
    department: str
    area: str | None
    """The committee's own unit; None for reports about the whole province."""
    period: Period
    due_on: date
    due_at: datetime
    """The last second of the due day by the province's clock."""


def is_working_day(catalog: Catalog, day: date) -> bool:
    """Whether offices work on the day: no weekend or holiday, or made up for one."""
    kind = _special_days(catalog).get(day)
    return kind == "worked" or (kind is None and day.weekday() < 5)


def add_working_days(catalog: Catalog, day: date, count: int) -> date:
    """The working day that lies `count` of them after the day, or before it for a negative count; 0 is the day itself."""
    step = timedelta(days=1 if count > 0 else -1)
    while count:
        day += step
        if is_working_day(catalog, day):
            count -= 1 if step.days > 0 else -1
    return day


def working_days_between(catalog: Catalog, first: date, last: date) -> int:
    """How many working days lie after the first day up to the last one, negative when the last is earlier."""
    if last < first:
        return -working_days_between(catalog, last, first)
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_working_day(catalog, day) for day in days)


def due_on(catalog: Catalog, obligation: Obligation, period: Period) -> date | None:
    """The day on which the report about the period is due; None when the obligation has no rule for its last month."""
    due = next((due for due in obligation.due if period.end.month in due.last_months or not due.last_months), None)
    if due is None:
        return None
    if due.working_days_after is not None:
        return add_working_days(catalog, period.end, due.working_days_after)
    return _moved(catalog, due, _day_of_month(period, due))


def expected(catalog: Catalog) -> Iterator[Expected]:
    """Every report owed for periods from `watched_from` on and due until `watched_to`, in the order of the obligations."""
    calendar = catalog.obligations
    for obligation in calendar.obligations:
        for period in _periods(obligation, calendar.watched_from, calendar.watched_to):
            day = due_on(catalog, obligation, period)
            if day is None or day > calendar.watched_to:
                continue
            for department in senders(catalog, obligation, period):
                at = end_of_day(catalog, day)
                area = department.area if obligation.group else None
                yield Expected(obligation.code, obligation.form, department.code, area, period, day, at)


def senders(catalog: Catalog, obligation: Obligation, period: Period) -> tuple[Department, ...]:
    """The departments that owe the report: those that exist on the last day of the period."""
    if obligation.department is not None:
        chosen = [catalog.departments[obligation.department]]
    else:
        chosen = [each for each in catalog.departments.values() if each.group == obligation.group]
    return tuple(department for department in chosen if department.is_valid_on(period.end))


def end_of_day(catalog: Catalog, day: date) -> datetime:
    """The last second of a day by the province's clock."""
    return datetime.combine(day, time(23, 59, 59), clock(catalog))


def clock(catalog: Catalog) -> timezone:
    """The province's time zone."""
    return timezone(timedelta(hours=catalog.obligations.utc_offset_hours))


def _periods(obligation: Obligation, first: date, last: date) -> Iterator[Period]:
    for year in range(first.year, last.year + 1):
        for part in _PARTS[obligation.frequency]:
            period = periods.period(f"{year}{part}", obligation.basis)
            if first <= period.end and period.start <= last and obligation.is_valid_on(period.start):
                yield period


def _day_of_month(period: Period, due: Due) -> date:
    months = period.end.year * 12 + period.end.month - 1 + due.months_after
    year, month = divmod(months, 12)
    return date(year, month + 1, min(due.day or 31, monthrange(year, month + 1)[1]))


def _moved(catalog: Catalog, due: Due, day: date) -> date:
    if due.on_day_off == "stays" or is_working_day(catalog, day):
        return day
    return add_working_days(catalog, day, 1 if due.on_day_off == "next_working_day" else -1)


@lru_cache(maxsize=8)
def _special_days(catalog: Catalog) -> Mapping[date, str]:
    return {holiday.day: holiday.kind for holiday in catalog.holidays}
