"""Which form a template is of: edition, sender and area for a period."""

from __future__ import annotations

from dataclasses import dataclass

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area
from xanh.catalog.departments import Department
from xanh.catalog.forms import Form, Layout
from xanh.language import periods
from xanh.model import Period


class TemplateError(ValueError):
    """There is no such template; the sentence says why."""


@dataclass(frozen=True)
class Blank:
    """What a template is of."""

    form: Form
    layout: Layout
    period: Period
    department: Department
    area: Area | None


def choose(
    catalog: Catalog, form_code: str, period_code: str, area_key: str | None = None, department_code: str | None = None
) -> Blank:
    """The edition, sender and area of a template. Raises TemplateError with a sentence for what does not fit."""
    form = catalog.forms.forms.get(form_code)
    if form is None:
        raise TemplateError(f"{form_code!r} is no form; there are {', '.join(sorted(catalog.forms.forms))}")
    try:
        period = periods.period(period_code, form.period_basis)
    except ValueError as error:
        raise TemplateError(str(error)) from error
    letters = {"month": "M", "quarter": "Q", "half": "H", "year": "A"}
    if period.frequency not in {letters[each] for each in (form.frequency, *form.also)}:
        raise TemplateError(f"{form_code} is reported each {form.frequency}, and {period_code} is none")
    layout = next((each for each in form.layouts if each.is_valid_on(period.end)), None)
    if layout is None or _is_published(layout):
        raise TemplateError(f"{form_code} of {period_code} is published by its sender: there is no empty form")
    if area_key is not None and area_key not in catalog.areas:
        raise TemplateError(f"{area_key!r} is no area; keys look like C:01654")
    department = _department(catalog, form, period, area_key, department_code)
    area = catalog.areas[department.area] if department.area else None
    return Blank(form, layout, period, department, area)


def _is_published(layout: Layout) -> bool:
    """Whether the rows are whatever the sender prints: registers that accept every label."""
    rules = [rule for table in layout.tables for rule in table.rows.items if rule.item_register]
    return bool(rules) and all(rule.unknown == "accept" for rule in rules)


def _department(catalog: Catalog, form: Form, period: Period, area_key: str | None, code: str | None) -> Department:
    senders = [
        each
        for each in catalog.departments.values()
        if each.is_valid_on(period.end) and each.reports_on(form.code, period.start)
    ]
    if code is not None:
        senders = [each for each in senders if each.code == code]
    if area_key is not None and any(each.area for each in senders):
        senders = [each for each in senders if each.area == area_key]
    if not senders:
        raise TemplateError(f"nobody of that name or area reports {form.code} for {period.code}")
    if len(senders) > 1 and senders[0].area is not None:
        raise TemplateError(f"{form.code} is reported by each committee: name its --area or --department")
    return senders[0]
