"""The models of departments.yaml and committees.csv: who sends, under which name and when, and what each may report."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from xanh.catalog.strict import Entry
from xanh.catalog.values import Dated, Names, Status


class Name(Dated):
    """A printed name and when it was in use."""

    vi: str
    en: str
    status: Status = "ASSUMED"


class Report(Dated):
    """Permission to report a form for periods that start in the interval."""

    form: str
    measures: tuple[str, ...] | None = None
    """None: every measure of the form."""
    areas: tuple[str, ...] | None = None
    """Area keys, `own` (the committee's unit); None: every area of the province."""
    item_kinds: tuple[str, ...] | None = None
    """None: items of every kind."""
    note: str | None = None


class Succession(Entry):
    """Who continues the work, and since when."""

    department: str
    since: date
    note: str | None = None


class Department(Dated):
    """A sender. The folder below the drop folder is its identity; the printed name may change."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?$")]
    names: Annotated[tuple[Name, ...], Field(min_length=1)]
    aliases: tuple[str, ...] = ()
    """Short forms and names of predecessors that stand in headings."""
    area: str | None = None
    """The unit that a people's committee governs."""
    group: str | None = None
    reports: tuple[Report, ...] = ()
    successors: tuple[Succession, ...] = ()
    legal_basis: str | None = None
    status: str
    note: str | None = None

    @property
    def folder(self) -> str:
        """The folder below the drop folder."""
        return self.code

    def name_on(self, day: date) -> Name:
        """The printed name on a day; outside every interval the nearest one."""
        for name in self.names:
            if name.is_valid_on(day):
                return name
        return self.names[-1] if self.names[0].valid_from and day >= self.names[0].valid_from else self.names[0]

    def reports_on(self, form: str, day: date) -> tuple[Report, ...]:
        """The permissions for a form and a period that starts on the day."""
        return tuple(report for report in self.reports if report.form == form and report.is_valid_on(day))


class Group(Entry):
    """Senders with the same rights; their rows are in committees.csv."""

    code: str
    reports: tuple[Report, ...]
    status: str
    note: str | None = None


class Departments(Entry):
    """The file departments.yaml."""

    departments: tuple[Department, ...]
    groups: tuple[Group, ...] = ()


class Committee(Dated):
    """A row of committees.csv: one people's committee."""

    code: str
    group: str
    name_vi: str
    name_en: str
    area: str
    aliases: Names = ()
    successors: Names = ()
    """Codes of the committees that took over."""
