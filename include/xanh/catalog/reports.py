"""The models of reports/*.yaml: the words of a report and what it charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from xanh.catalog.strict import Entry


class ChartedSeries(Entry):
    """An indicator with the frequency in which it is shown."""

    indicator: str
    frequency: Literal["M", "Q", "H", "A"]


class ReportForm(Entry):
    """Title block, addressee, signature and charts of a report in the official layout."""

    code: str
    parent_body: str
    body: str
    number: str
    state: str
    motto: str
    place: str
    title: str
    subject: str
    addressee: str
    recipients: tuple[str, ...]
    signer: str
    signer_note: str
    intro: str
    sender_groups: Mapping[str, str]
    """The name of all senders whose folder starts with the key."""
    series: tuple[ChartedSeries, ...]
    tiles: ChartedSeries
