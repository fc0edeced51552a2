"""The half-yearly report on the plan, in Vietnamese: an HTML page that needs nothing else, and a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from psycopg.rows import dict_row

from xanh.catalog.indicator_catalog import IndicatorCatalog
from xanh.catalog.indicators import Parameters
from xanh.catalog.reports import ReportForm
from xanh.database.warehouse import Connection, sql
from xanh.publishing import charts, words
from xanh.publishing.facts import Facts, Row
from xanh.settings import TIME_ZONE

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PAGE, BOOK = "bao-cao-ke-hoach.html", "bao-cao-ke-hoach.xlsx"


@dataclass(frozen=True)
class Line:
    """One target of the plan as the table shows it."""

    number: int
    name: str
    objective: str
    target: str
    national: str
    years: tuple[str, ...]
    year_values: tuple[Decimal | None, ...]
    newest: str
    value: Decimal | None
    newest_period: str
    progress: str
    progress_code: str
    compound: str
    reported: str
    assessment: str
    note: str


@dataclass(frozen=True)
class Report:
    """Everything that both files say."""

    form: ReportForm
    day: str
    moment: str
    plan_years: tuple[int, ...]
    lines: tuple[Line, ...]
    registers: tuple[Row, ...]
    deliveries: tuple[Row, ...]
    without_source: tuple[Row, ...]
    baseline: str
    run_note: str | None
    charts: Mapping[str, str]


def write_report(folder: Path, connection: Connection, facts: Facts, form: ReportForm, known: IndicatorCatalog) -> None:
    """The page, the workbook and each chart as a file of its own."""
    from xanh.publishing.workbook import write_workbook

    report = build_report(connection, facts, form, known)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = {name: Markup(text) for name, text in report.charts.items()}  # noqa: S704 - SVG of ours
    page = environment.get_template("report.html.j2").render(report=report, charts=drawn)
    (folder / PAGE).write_text(page, encoding="utf-8")
    write_workbook(folder / BOOK, report)
    (folder / "charts").mkdir()
    for name, text in report.charts.items():
        (folder / "charts" / f"{name}.svg").write_text(text, encoding="utf-8")


def build_report(connection: Connection, facts: Facts, form: ReportForm, known: IndicatorCatalog) -> Report:
    """The report's content in the state of `facts`; `connection` is in the same transaction."""
    plan = known.parameters
    years = tuple(range(plan.plan_start.year, plan.plan_end.year + 1))
    targets = facts["plan_progress"]
    deliveries = tuple(_grouped(_rows(connection, "delivery", {"moment": facts.as_of}), form))
    drawn = {
        "tien-do": charts.targets_chart(targets),
        "chuoi-so-lieu": charts.series_chart(facts, form.series),
        "dia-ban": charts.tiles_chart(facts, form.tiles),
        "gui-bao-cao": charts.deliveries_chart(deliveries),
    }
    local = facts.as_of.astimezone(TIME_ZONE)
    return Report(
        form=form,
        day=words.day(facts.as_of),
        moment=f"{local:%H:%M} {words.day(facts.as_of)}",
        plan_years=years,
        lines=tuple(
            _line(n, row, len(years), is_register=known.indicators[row["indicator_code"]].is_register)
            for n, row in enumerate(targets, 1)
        ),
        registers=tuple(_registers(connection, plan)),
        deliveries=deliveries,
        without_source=tuple(row for row in facts["indicator"] if row["source_status"] != "form"),
        baseline=f"Năm gốc {plan.baseline.year} (phiên bản {plan.baseline.version}): {plan.baseline.note}",
        run_note=facts.run_reason,
        charts={name: text for name, text in drawn.items() if text},
    )


def _rows(connection: Connection, name: str, parameters: Mapping[str, Any]) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return list(cursor.execute(sql(f"publish/{name}"), parameters).fetchall())


def _registers(connection: Connection, plan: Parameters) -> Iterator[Row]:
    for row in _rows(connection, "register", {"plan_end": plan.plan_end}):
        yield {**row, "unit_names": words.some_names(row["unit_names"]), "period": words.period(row["period"])}


def _grouped(rows: Sequence[Row], form: ReportForm) -> Iterator[Row]:
    for row in rows:
        group = form.sender_groups.get(row["department_code"].partition("/")[0], row["department_name"])
        yield {**row, "group_name": group}


def _line(number: int, row: Row, year_count: int, *, is_register: bool) -> Line:
    progress = row["progress"] or "no_data"
    national = [f"{year}: {row[f'national_{year}_vi']}" for year in (2025, 2030) if row[f"national_{year}_vi"]]
    other = ""
    if row["other_geography_value"] is not None:
        other = (
            f"Theo địa giới {row['other_geography']}: {words.number(row['other_geography_value'])} {row['unit_code']}"
        )
    notes = [note for note in (row["footnote_vi"], other) if note]
    return Line(
        number=number,
        name=row["name_vi"],
        objective=row["target_vi"],
        target=words.target(row["target_low"], row["target_high"], row["unit_code"]),
        national="; ".join(national),
        years=tuple(words.number(row[f"value_year_{n}"]) for n in range(1, year_count + 1)),
        year_values=tuple(row[f"value_year_{n}"] for n in range(1, year_count + 1)),
        newest=words.number(row["value"]),
        value=row["value"],
        newest_period=words.period(row["period"]) if row["value"] is not None else "",
        progress=words.PROGRESS[progress],
        progress_code=progress,
        compound=words.PROGRESS.get(row["progress_compound"] or "", "-"),
        reported=words.share(row["reporting_units_reported"], row["reporting_units_expected"]),
        assessment=words.assessment(dict(row), is_register=is_register),
        note="; ".join(notes),
    )
