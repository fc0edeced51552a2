"""The words of reminders: a page in the department's `_phan-hoi/` and an e-mail in the outbox folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from xanh.catalog import Catalog
from xanh.catalog.calendar import ReminderStep
from xanh.database.warehouse import Connection, sql
from xanh.deliveries import calendar
from xanh.feedback import outbox
from xanh.language.spoken_periods import spoken_code
from xanh.operations import mail

if TYPE_CHECKING:
    from xanh.settings import Settings


def send_waiting(settings: Settings, catalog: Catalog, connection: Connection) -> Iterator[str]:
    """Puts every planned message in place, notes it as sent, and yields its key; repeating writes the same files.

    A department's folder that refuses or hangs holds up no other's message: what it raised (OSError) is raised at the end.
    """
    refusals: list[OSError] = []
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(sql("deliveries/waiting")).fetchall()
    connection.commit()
    for key, group in groupby(rows, itemgetter("message_key")):
        try:
            _write(settings, catalog, key, list(group))
        except OSError as error:
            refusals.append(error)
            continue
        connection.execute("update ops.reminder set sent_at = clock_timestamp() where message_key = %s", [key])
        connection.commit()
        yield key
    if refusals:
        raise refusals[0]


def _write(settings: Settings, catalog: Catalog, key: str, rows: list[dict[str, Any]]) -> None:
    department = rows[0]["department_code"]
    entries = [_entry(catalog, row) for row in rows]
    page = _page(catalog, department, rows[0]["planned_on"], entries)
    outbox.put(settings.drop, settings.limits, department, f"nhac-bao-cao--{key}.html", page.encode("utf-8"))
    message = _email(catalog, key, department, rows[0]["planned_on"], entries)
    if message is not None:
        mail.put(settings, key, message)


def _entry(catalog: Catalog, row: dict[str, Any]) -> dict[str, Any]:
    """What the sentences of one report need."""
    step = _step(catalog, row["step"])
    form = catalog.forms.forms.get(row["form_code"])
    words = {
        "department": catalog.departments[row["department_code"]].name_on(row["planned_on"]).vi,
        "form": row["form_code"],
        "form_name": form.name_vi if form else row["form_code"],
        "period": spoken_code(row["period_code"]),
        "due_on": f"{row['due_on']:%d/%m/%Y}",
        "days": abs(calendar.working_days_between(catalog, row["due_on"], row["planned_on"])),
    }
    return {
        "step": step,
        "subject": step.subject_vi.format_map(words),
        "text": step.text_vi.format_map(words),
        "is_overdue": row["planned_on"] > row["due_on"],
    }


def _step(catalog: Catalog, code: str) -> ReminderStep:
    return next(step for step in catalog.obligations.reminders if step.code == code)


def _page(catalog: Catalog, department: str, day: date, entries: list[dict[str, Any]]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    name = catalog.departments[department].name_on(day).vi
    template = environment.get_template("reminder.html.j2")
    return template.render(department=name, day=f"{day:%d/%m/%Y}", entries=entries)


def _email(
    catalog: Catalog, key: str, department: str, day: date, entries: list[dict[str, Any]]
) -> EmailMessage | None:
    """The message to everybody whom one of its steps concerns; None when nobody has an address.

    A department that no longer exists gets none: what it left open goes to the officer alone.
    """
    addresses = _addresses(catalog, department, day, entries)
    if not addresses:
        return None
    name = catalog.departments[department].name_on(day).vi
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = mail.SENDER
    message["To"] = ", ".join(addresses)
    message["Subject"] = entries[0]["subject"] if len(entries) == 1 else f"Nhắc gửi {len(entries)} báo cáo: {name}"
    message["Date"] = format_datetime(datetime.combine(day, time(8), calendar.clock(catalog)))
    message["Message-ID"] = f"<{key}@xanh>"
    lines = [f"Kính gửi: {name}", "", *(f"- {entry['text']}" for entry in entries), "", "Trân trọng."]
    message.set_content("\n".join(lines) + "\n", cte="base64")
    return message


def _addresses(catalog: Catalog, department: str, day: date, entries: list[dict[str, Any]]) -> list[str]:
    recipients = {recipient for entry in entries for recipient in entry["step"].recipients}
    contact = next((c for c in catalog.contacts if c.department == department and c.is_valid_on(day)), None)
    is_there = catalog.departments[department].is_valid_on(day)
    found = list(contact.emails) if contact and is_there and "department" in recipients else []
    found += [catalog.obligations.officer_email] if "officer" in recipients else []
    return found + ([catalog.obligations.leader_email] if "leader" in recipients else [])
