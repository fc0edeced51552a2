"""Whether a department may report what a file holds: form, measures, areas and kinds of items, as departments.yaml says."""

from __future__ import annotations

from collections.abc import Iterable

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area
from xanh.catalog.departments import Department, Report
from xanh.model import Observation, Period
from xanh.reading.findings import Findings


def check_permissions(
    catalog: Catalog,
    department: str,
    form: str,
    period: Period,
    area: Area | None,
    observations: Iterable[Observation],
    findings: Findings,
) -> None:
    """Adds an issue of the family not_permitted for what the department may not report."""
    sender = catalog.departments.get(department)
    reports = sender.reports_on(form, period.start) if sender is not None else ()
    if sender is None or not reports:
        findings.add(
            "P01", form=form, department=sender.name_on(period.end).vi if sender else department, period=period.code
        )
        return
    if area is not None and sender.area is not None and area.key != sender.area:
        own = catalog.areas[sender.area].name_vi
        findings.add("P02", area=area.name_vi, own=own)
        return
    for observation in observations:
        if observation.form == form and not any(_allows(catalog, sender, report, observation) for report in reports):
            name = observation.item_name or observation.area or ""
            findings.add(
                "P03",
                observation.source_sheet,
                observation.source_cell.partition("+")[0],
                observation.source_value,
                together=(observation.measure, name),
                measure=catalog.measures[observation.measure].name_vi,
                item=name,
            )


def _allows(catalog: Catalog, sender: Department, report: Report, observation: Observation) -> bool:
    if report.measures is not None and observation.measure not in report.measures:
        return False
    if report.areas is not None and observation.area is not None:
        own = {sender.area if key == "own" else key for key in report.areas}
        if observation.area not in own:
            return False
    item = catalog.items.get(observation.item_code or "")
    return report.item_kinds is None or item is None or item.kind in report.item_kinds
