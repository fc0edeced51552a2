"""Alerts: what needs an engineer is found in one place (xanh.operations.doctor), remembered, and told once, then once a day.

Told is by e-mail to the engineers (the outbox folder, from where a mail server takes it) and by a red task of the DAG
`watch`. Nothing of this ever goes to a department.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from xanh.catalog import CatalogError, load_catalog
from xanh.database.warehouse import connect, sql
from xanh.operations import mail
from xanh.operations.doctor import NO_WAREHOUSE, Finding, State, examine_flow

if TYPE_CHECKING:
    from xanh.settings import Settings

CALM = timedelta(minutes=15)
"""What was not found for so long is over."""
AGAIN = timedelta(days=1)
"""After so long somebody is told again of what is critical."""
NIGHTLY = frozenset({"catalog", "archive_lost", "archive_changed"})
"""What only the thorough examination of the night looks for, and therefore only it may close."""
EXPECTED = frozenset({"folder_missing"})
"""Told by the doctor, but nothing to be woken for: the first run makes the folders."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody has to be told about now."""

    key: str
    code: str
    state: State
    text: str
    opened_at: datetime
    advice: str = ""


def look(settings: Settings, now: datetime) -> list[Alert]:
    """Examines the flow and returns what has to be told now; the messages to the engineers are in the outbox then."""
    return tell(settings, examine_flow(settings), now, not_looked_for=NIGHTLY)


def tell(
    settings: Settings, found: Iterable[Finding], now: datetime, not_looked_for: frozenset[str] = frozenset()
) -> list[Alert]:
    """Remembers the findings, and writes a message for each that is new or stands for long.

    The message is in place before the memory of it is: whoever dies between writes the same file again.
    """
    standing = [each for each in found if each.state != "ok" and each.code not in EXPECTED]
    if alerts := [_unremembered(each, now) for each in standing if each.code in NO_WAREHOUSE]:
        for alert in alerts:
            _write(settings, alert, now)
        return alerts
    advice = {each.code: each.advice for each in standing}
    with connect(settings) as connection:
        for each in _by_code(standing):
            connection.execute(sql("monitor/alert_open"), {**each, "now": now})
        closing = {"now": now, "calm": CALM, "not_looked_for": sorted(not_looked_for)}
        connection.execute(sql("monitor/alert_close"), closing)
        rows = connection.execute(sql("monitor/alert_tell"), {"now": now, "again": AGAIN}).fetchall()
        alerts = [
            Alert(f"alert-{number}-{now:%Y%m%d}", code, state, text, opened_at, advice.get(code, ""))
            for number, code, state, text, opened_at in sorted(rows)
        ]
        for alert in alerts:
            _write(settings, alert, now)
    return alerts


def standing_alerts(settings: Settings) -> list[tuple[str, State, str, datetime]]:
    """Code, state, text and beginning of each alert that is not over."""
    with connect(settings) as connection:
        return connection.execute(sql("monitor/alert_list")).fetchall()


def _by_code(findings: list[Finding]) -> Iterable[dict[str, str]]:
    """One alert a code: of a hundred lost files the first tells enough."""
    for code, group in groupby(sorted(findings, key=attrgetter("code")), attrgetter("code")):
        each = list(group)
        state = "critical" if any(one.state == "critical" for one in each) else "warning"
        more = f" (and {len(each) - 1} more)" if len(each) > 1 else ""
        yield {"code": code, "state": state, "text": f"{each[0].text}{more}"}


def _unremembered(finding: Finding, now: datetime) -> Alert:
    """Without the warehouse there is no memory: the name of the message says the hour, so that it is written once in that."""
    return Alert(f"alert-{finding.code}-{now:%Y%m%d%H}", finding.code, finding.state, finding.text, now, finding.advice)


def _write(settings: Settings, alert: Alert, now: datetime) -> None:
    address = _engineers(settings)
    if address is None:
        return
    message = EmailMessage()
    message["From"] = mail.SENDER
    message["To"] = address
    message["Subject"] = f"[Xanh] {alert.state}: {alert.code}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{alert.key}@xanh>"
    advice = f"What to do: {alert.advice}\n" if alert.advice else ""
    message.set_content(
        f"{alert.text}\nSince {alert.opened_at:%Y-%m-%d %H:%M %Z}.\n{advice}docs/runbook.md: {alert.code}\n",
        cte="base64",
    )
    mail.put(settings, alert.key, message)


def _engineers(settings: Settings) -> str | None:
    """XANH_ENGINEER_EMAIL, or the catalogue's address; None when the catalogue cannot be read and there is no other."""
    stated = settings.environment.get("XANH_ENGINEER_EMAIL")
    if stated:
        return stated
    try:
        return load_catalog(settings.catalog).obligations.engineer_email
    except CatalogError:
        return None
