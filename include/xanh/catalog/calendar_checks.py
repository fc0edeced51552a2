"""Cross-checks of the delivery calendar: who and what it names exists, each period has a due day, holidays reach far enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xanh.catalog.calendar import Obligation
from xanh.catalog.loader import Catalog
from xanh.catalog.rules import placeholders
from xanh.language import periods

WORDS = frozenset({"department", "form", "form_name", "period", "due_on", "days"})
"""What the sentences of a reminder may use."""
_LAST_MONTHS = {"month": range(1, 13), "quarter": (3, 6, 9, 12), "half": (6, 12), "year": (12,)}


def calendar_problems(catalog: Catalog) -> Iterator[str]:
    """One sentence a problem."""
    codes = Counter(obligation.code for obligation in catalog.obligations.obligations)
    yield from (f"obligations.yaml: {code} stands there twice" for code, count in codes.items() if count > 1)
    for obligation in catalog.obligations.obligations:
        yield from _obligation(catalog, obligation)
    yield from _reminders(catalog)
    yield from _holidays(catalog)
    yield from _notes(catalog)
    for contact in catalog.contacts:
        if contact.department not in catalog.departments:
            yield f"contacts.csv: {contact.department!r} is no department"


def _obligation(catalog: Catalog, one: Obligation) -> Iterator[str]:
    where = f"obligations.yaml: {one.code}"
    form = catalog.forms.forms.get(one.form)
    if form is None:
        yield f"{where}: {one.form!r} is no form"
    elif form.frequency != one.frequency:
        yield f"{where}: {one.form} is a form of each {form.frequency}, not {one.frequency}"
    if one.department is not None and one.department not in catalog.departments:
        yield f"{where}: {one.department!r} is no department"
    if one.group is not None and all(each.group != one.group for each in catalog.departments.values()):
        yield f"{where}: no department is of the group {one.group!r}"
    for month in _LAST_MONTHS[one.frequency]:
        rules = [due for due in one.due if not due.last_months or month in due.last_months]
        if len(rules) != 1:
            yield f"{where}: {len(rules)} due rules for periods that end in month {month}, expected one"


def _reminders(catalog: Catalog) -> Iterator[str]:
    offsets = [step.working_days for step in catalog.obligations.reminders]
    if sorted(set(offsets)) != offsets:
        yield "obligations.yaml: the reminders are not in the order of their days"
    for step in catalog.obligations.reminders:
        for name in sorted((placeholders(step.subject_vi) | placeholders(step.text_vi)) - WORDS):
            yield f"obligations.yaml: reminder {step.code}: {{{name}}} is none of {', '.join(sorted(WORDS))}"


def _holidays(catalog: Catalog) -> Iterator[str]:
    days = Counter(holiday.day for holiday in catalog.holidays)
    yield from (f"holidays.csv: {day} stands there twice" for day, count in days.items() if count > 1)
    for holiday in catalog.holidays:
        if holiday.kind == "worked" and holiday.day.weekday() < 5:
            yield f"holidays.csv: {holiday.day} is a working day anyway"
    calendar = catalog.obligations
    for year in range(calendar.watched_from.year, calendar.watched_to.year + 1):
        if all(day.year != year for day in days):
            yield f"holidays.csv: no holiday of {year}, which obligations.yaml watches"


def _notes(catalog: Catalog) -> Iterator[str]:
    for note in catalog.delivery_notes:
        where = f"delivery_notes.csv: {note.department} {note.form} {note.period}"
        if note.department not in catalog.departments or note.form not in catalog.forms.forms:
            yield f"{where}: no such department or form"
        if note.area is not None and note.area not in catalog.areas:
            yield f"{where}: {note.area!r} is no area"
        try:
            periods.period(note.period)
        except ValueError as error:
            yield f"{where}: {error}"
