"""Turns one planned delivery into the bytes of its file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from xanh.catalog.departments import Department, Departments
from xanh.catalog.strict import read_yaml
from xanh.samples.bodies import MAKERS
from xanh.samples.exports import POS_HEAD, POWER_HEAD, Line, csv_bytes, pos_lines, power_lines
from xanh.samples.rows import Sender, index
from xanh.samples.sheets import Column, Page, Row, Table, saved, workbook_bytes
from xanh.samples.statistics import statistics_bytes
from xanh.samples.world import Span, World, between, load

if TYPE_CHECKING:
    from xanh.samples.deliver import Delivery

NOT_IN_JANUARY = ("ytd", "ly_ytd", "idx_plan", "idx_ly_ytd")


class Composer:
    """Writes deliveries of one world; reads forms.yaml and the senders' names once."""

    def __init__(self, world: World) -> None:
        self.world = world
        data = load("forms.yaml")
        self.common: dict[str, Any] = data["common"]
        self.forms: dict[str, Any] = data["forms"]

    @cached_property
    def departments(self) -> dict[str, Department]:
        """The senders by folder, without the people's committees."""
        path = self.world.catalog / "departments.yaml"
        return {entry.code: entry for entry in read_yaml(path, Departments).departments}

    def content(self, delivery: Delivery) -> bytes:
        """The file's bytes. Raises KeyError for a form or a maker that does not exist."""
        if delivery.kind == "agenda":
            return _agenda()
        if delivery.kind == "torn":
            return _agenda()[:1800]
        span = delivery.span
        assert span is not None
        if delivery.form == "pos":
            lines = _edited_lines(pos_lines(self.world, span), delivery.changes)
            return csv_bytes(POS_HEAD, lines, ";", has_bom=True)
        if delivery.form == "power":
            lines = _edited_lines(power_lines(self.world, span), delivery.changes)
            return csv_bytes(POWER_HEAD, lines, ",", has_bom=False)
        if delivery.form == "statistics":
            return statistics_bytes(self.world, span)
        return workbook_bytes(self._page(delivery, span))

    def _page(self, delivery: Delivery, span: Span) -> Page:
        assert delivery.form is not None
        form = self.forms[delivery.form]
        sender = Sender(delivery.department, self.world.areas.get(delivery.area or ""))
        name, code = self._printed(sender, delivery.received)
        number = f"{between(101, 899, delivery.file)}/BC-{code}"
        day = delivery.received
        amended = f"Sửa đổi, bổ sung lần {delivery.amendment} - kèm" if delivery.amendment else "Kèm"
        return Page(
            sheet=form["sheet"],
            province=self.common["province"],
            sender=name.upper(),
            nation=self.common["nation"],
            motto=self.common["motto"],
            number=number,
            dated=f"{self.common['place']}, ngày {day.day} tháng {day.month} năm {day.year}",
            form_number=form["number"],
            title=f"{form['title']} {span.title}",
            attached=f"({amended} theo Báo cáo số {number} ngày {day.day}/{day.month}/{day.year} của {name})",
            tables=self._tables(form, span, sender, delivery.changes),
            signer=form["signer"],
            makers=self.common["makers"],
            note=form.get("note"),
        )

    def _printed(self, sender: Sender, day: date) -> tuple[str, str]:
        """The sender's printed name and the letters of its report numbers."""
        if sender.area:
            return f"Ủy ban nhân dân {sender.area.name_vi}", "UBND"
        department = self.departments.get(sender.department)
        name = department.name_on(day).vi if department else sender.department
        return name, "".join(word[0] for word in name.split() if word[0].isupper())

    def _tables(
        self, form: dict[str, Any], span: Span, sender: Sender, changes: Sequence[dict[str, Any]]
    ) -> list[Table]:
        rows = MAKERS[form["rows"]](self.world, span, sender)
        tables = [
            Table(
                columns=columns(form, span),
                rows=_edited_rows(rows, changes),
                heading=form.get("heading") if "second" in form else None,
                has_code_row=form.get("code_row", True),
                unit=form.get("unit"),
            )
        ]
        if "second" in form and span.start >= date.fromisoformat(form["second_from"]):
            second = self.forms[form["second"]]
            body = MAKERS[second["rows"]](self.world, span, sender)
            tables.append(Table(columns(second, span), body, second["heading"], second.get("code_row", True)))
        return tables


def columns(form: dict[str, Any], span: Span) -> list[Column]:
    """The form's columns with the period written into their headings; in January nothing is cumulated."""
    last = Span(f"{span.year - 1}-12") if span.number == 1 else Span(f"{span.year}-{span.number - 1:02d}")
    words = {
        "year": span.year,
        "last_year": span.year - 1,
        "n": span.number,
        "previous": f"{last.number}/{last.year}",
        "current": f"{span.number}/{span.year}",
        "same": f"{span.number}/{span.year - 1}",
    }
    left_out = NOT_IN_JANUARY if span.kind == "M" and span.number == 1 else ()
    return [
        Column(key, head.format(**words), group, width, number_format)
        for key, head, group, width, number_format in form["columns"]
        if key not in left_out
    ]


def _edited_rows(rows: list[Row], changes: Sequence[dict[str, Any]]) -> list[Row]:
    for change in changes:
        at = next(i for i, row in enumerate(rows) if change["row"] in row.values.values())
        values = dict(rows[at].values)
        if change.get("fresh_indices"):
            pairs = {"idx_prev": "prev", "idx_ly": "ly_month"}
            values |= {
                key: index(Decimal(str(values["cur"])), Decimal(str(values[base]))) for key, base in pairs.items()
            }
            pairs = {"idx_plan": "plan", "idx_ly_ytd": "ly_ytd"}
            values |= {
                key: index(Decimal(str(values["ytd"])), Decimal(str(values[base]))) for key, base in pairs.items()
            }
        else:
            values[change["column"]] = changed(values.get(change["column"]), change)
        rows = [*rows[:at], Row(values, rows[at].kind), *rows[at + 1 :]]
    return rows


def _edited_lines(lines: list[Line], changes: Sequence[dict[str, Any]]) -> list[Line]:
    for change in changes:
        line = next(line for line in lines if change["row"] in line.values())
        line[change["column"]] = str(changed(line[change["column"]], change))
    return lines


def changed(value: object, change: dict[str, Any]) -> Any:
    """A value after a seeded change: set, add or times."""
    if "set" in change:
        return change["set"]
    number = Decimal(str(value))
    return number + Decimal(str(change["add"])) if "add" in change else number * Decimal(str(change["times"]))


def _agenda() -> bytes:
    """A workbook that is no form: a week's appointments."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ["LỊCH CÔNG TÁC TUẦN", None, None],
        ["Ngày", "Nội dung", "Địa điểm"],
        [datetime(2025, 3, 10), "Giao ban cơ quan", "Phòng họp tầng 2"],
        [datetime(2025, 3, 12), "Tiếp công dân", "Trụ sở"],
        [datetime(2025, 3, 14), "Kiểm tra cơ sở", "Xã Hòa An"],
    ):
        sheet.append(line)
    return saved(book)
