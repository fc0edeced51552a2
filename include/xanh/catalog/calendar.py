"""The models of the delivery calendar: obligations with their due rules, exemptions, reminders and whom to write to."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xanh.catalog.strict import Entry
from xanh.catalog.values import Dated, Names, Status


class Due(Entry):
    """When a report is due: on a day of a month, or some working days after the period has ended."""

    day: Annotated[int, Field(ge=1, le=31)] | None = None
    """A day that the month does not have is its last one."""
    months_after: Annotated[int, Field(ge=0, le=12)] = 0
    """Counted from the last month of the period."""
    working_days_after: Annotated[int, Field(ge=1, le=60)] | None = None
    """Instead of a day: counted from the day after the period's last one, which depends on its basis."""
    last_months: tuple[int, ...] = ()
    """Only for periods that end in these months; empty: for all."""
    on_day_off: Literal["next_working_day", "previous_working_day", "stays"] = "next_working_day"

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.day is None) == (self.working_days_after is None):
            raise ValueError("give either day or working_days_after")
        return self


class Obligation(Dated):
    """Who owes which form how often. Valid by the first day of the period; a sender owes what it sees the end of."""

    code: str
    form: str
    department: str | None = None
    group: str | None = None
    """Every department of the group, each for its own area."""
    frequency: Literal["month", "quarter", "half", "year"]
    basis: Literal["calendar", "admin_15_14"] = "calendar"
    due: Annotated[tuple[Due, ...], Field(min_length=1)]
    legal_basis: str
    status: Status
    note: str | None = None

    @model_validator(mode="after")
    def _one_sender(self) -> Self:
        if (self.department is None) == (self.group is None):
            raise ValueError("give either department or group")
        return self


class ReminderStep(Entry):
    """One reminder of a report: some working days before (negative) or after the due day."""

    code: str
    working_days: int
    recipients: tuple[Literal["department", "officer", "leader"], ...]
    subject_vi: str
    text_vi: str


class Obligations(Entry):
    """The file obligations.yaml."""

    utc_offset_hours: int
    """Of the province's clock; the due day ends at its midnight."""
    watched_from: date
    """The first day of the first period that is watched."""
    watched_to: date
    """The last due day; holidays.csv must reach so far."""
    forget_after: Annotated[int, Field(ge=1)]
    """A reminder whose day is more working days ago than this is not sent any more."""
    obligations: tuple[Obligation, ...]
    reminders: tuple[ReminderStep, ...]
    officer_email: str
    leader_email: str
    engineer_email: str
    """Who is told about faults of ours; a department never is."""


class DeliveryNote(Entry):
    """A decision about one report: exempt, or reported on paper that nothing arose."""

    department: str
    form: str
    area: str | None = None
    period: str
    kind: Literal["exempt", "nil"]
    reason: str
    document: str | None = None
    noted_on: date


class Contact(Dated):
    """Where a department's e-mail goes."""

    department: str
    emails: Names
