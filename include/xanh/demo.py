"""`make demo`: the real stack on the bundled samples, from dropped files to the plan's indicators, with what must come out checked."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from xanh.board.mart import Mart
from xanh.board.reach import Reach
from xanh.catalog import load_catalog
from xanh.database import postgres, warehouse
from xanh.database.postgres import PostgresError
from xanh.publishing import publish
from xanh.samples import ExpectedSubmission, write_samples
from xanh.settings import Settings
from xanh.stack import airflow_environment, control
from xanh.stack.supervisor import StackError

WAIT_SECONDS = 900
"""Far more than it takes; a stack that has not finished by then will not."""
ASK_SECONDS = 2.0
TABLE_WIDTH = 180
"""Columns of the tables where the output is no terminal."""


def main() -> int:
    """Runs the demo in a fresh home below XANH_HOME. Returns 0, or 1 after saying what was not as expected."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else TABLE_WIDTH)
    base = Settings.from_environment()
    settings = _fresh(base)
    started = time.monotonic()
    try:
        with control.running(settings, lambda line: console.print(f"[dim]{line}[/dim]")):
            expected = write_samples(settings.drop)
            console.print(f"Dropped {len(expected)} files into the departments' folders below {settings.drop}")
            failures = _wait(settings, len(expected), console)
            submissions, indicators = results(settings)
            _print_submissions(console, submissions)
            _print_indicators(console, indicators)
            failures += _wrong_verdicts(expected, submissions) + _missing_indicators(settings, indicators)
            report = None if failures else publish(settings, load_catalog(settings.catalog)).report
    except (StackError, PostgresError) as error:
        failures, report = [str(error)], None
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    _print_places(console, settings, report)
    for failure in failures:
        console.print(f"[red]NOT AS EXPECTED[/red] {failure}")
    console.print(
        f"{'Failed' if failures else 'Done'} after {time.monotonic() - started:.0f} s; nothing is left running."
    )
    return 1 if failures else 0


def _fresh(base: Settings) -> Settings:
    """Settings of an empty home of the demo's own, so that it can be run again and touches no other data."""
    home = base.home / "demo"
    environment = {
        name: value
        for name, value in base.environment.items()
        if name not in {"XANH_HOME", "XANH_DROP", "XANH_ARCHIVE", "XANH_PUBLISH"}
        and not name.startswith("XANH_WAREHOUSE")
    }
    settings = Settings.from_environment(environment | {"XANH_HOME": str(home)})
    settings = replace(settings, environment=environment | {"XANH_HOME": str(home)})
    control.stop(settings)
    shutil.rmtree(home, ignore_errors=True)
    return settings


def _wait(settings: Settings, count: int, console: Console) -> list[str]:
    """Waits until every file has its verdict and every changed period its indicators. Returns what failed meanwhile."""
    until, told = time.monotonic() + WAIT_SECONDS, ""
    with console.status("Waiting for the DAGs") as status:
        while time.monotonic() < until:
            state = _state(settings)
            line = "{verdict_count} of {expected} files answered, {waiting} periods waiting for indicators".format(
                **state, expected=count
            )
            status.update(line)
            if line != told and not console.is_terminal:
                console.print(f"[dim]{line}[/dim]")
            told = line
            if state["failed"]:
                return [f"failed: {', '.join(state['failed'])}; logs are in {settings.log}"]
            if state["verdict_count"] >= count and not state["waiting"] and not state["running"]:
                return []
            time.sleep(ASK_SECONDS)
    return [f"after {WAIT_SECONDS} s only this was done: {told}; logs are in {settings.log}"]


def _state(settings: Settings) -> dict[str, Any]:
    with warehouse.connect(settings, "loader") as connection:
        waiting = len(connection.execute(warehouse.sql("indicators/waiting_periods")).fetchall())
    with warehouse.connect(settings, "reader") as connection:
        row = connection.execute(warehouse.sql("board/done")).fetchone()
    with psycopg.connect(postgres.ensure_running(settings).url("airflow")) as connection:
        tasks = connection.execute(warehouse.sql("monitor/airflow_tasks")).fetchall()
    return {
        "verdict_count": row[1] if row else 0,
        "waiting": waiting,
        "running": any(state != "failed" for _, state in tasks),
        "failed": sorted({name for name, state in tasks if state == "failed"}),
    }


def results(settings: Settings) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Every submission, the oldest first, and the lines of the plan with their newest values."""
    everything = {"department": None, "verdict": None, "submission_id": None, "before": None, "rows": 10_000}
    with Mart(settings, Reach(None, has_originals=False)) as mart:
        return [*mart.rows("submissions", **everything)][::-1], [*mart.rows("progress")]


def _print_submissions(console: Console, submissions: Sequence[Mapping[str, Any]]) -> None:
    table = Table(
        "No",
        "Department",
        "File",
        "Form",
        "Period",
        "Verdict",
        "Rev.",
        "Values",
        "Errors",
        "Warnings",
        title="Submissions",
    )
    colours = {"accepted": "green", "accepted_with_warnings": "yellow", "duplicate": "dim"}
    for row in submissions:
        colour = colours.get(row["verdict"], "red")
        first = [row[name] for name in ("submission_id", "department_code", "file_name", "form_code", "period")]
        last = [row[name] or None for name in ("revision", "observation_count", "critical_count", "warning_count")]
        verdict = f"[{colour}]{row['verdict']}[/{colour}]"
        table.add_row(*map(_text, first), verdict, *map(_text, last))
    console.print(table)


def _text(value: object) -> str:
    return "" if value is None else escape(str(value))


def _print_indicators(console: Console, lines: Sequence[Mapping[str, Any]]) -> None:
    table = Table(
        "Indicator",
        "Target",
        "Period",
        "Value",
        "Unit",
        "Units reporting",
        "Progress",
        title="The plan's indicators against their targets",
    )
    for line in lines:
        value = "" if line["value"] is None else f"{line['value']:.2f}".rstrip("0").rstrip(".")
        units = (
            f"{line['reporting_units_reported'] or 0} of {line['reporting_units_expected']}"
            if line["reporting_units_expected"]
            else ""
        )
        table.add_row(
            line["name_vi"],
            line["target_vi"],
            line["period"] or "",
            value,
            line["unit_code"],
            units,
            line["progress"] or "no_data",
        )
    console.print(table)


def _wrong_verdicts(expected: Sequence[ExpectedSubmission], found: Sequence[Mapping[str, Any]]) -> list[str]:
    """What came out otherwise than the samples promise; matched by department and file name, in order of arrival."""
    verdicts: dict[tuple[str, str], list[tuple[str, int | None]]] = {}
    for row in found:
        verdicts.setdefault((row["department_code"], row["file_name"]), []).append((row["verdict"], row["revision"]))
    problems = []
    for sample in expected:
        name = sample.path.rpartition("/")[2]
        waiting = verdicts.get((sample.department, name))
        verdict, revision = waiting.pop(0) if waiting else ("nothing", None)
        if (verdict, revision) != (sample.verdict, sample.revision):
            problems.append(
                f"{sample.path}: {verdict} revision {revision}, expected {sample.verdict} revision {sample.revision}"
            )
    return problems


def _missing_indicators(settings: Settings, lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """The plan's target lines that are absent or without a value."""
    core = {
        code for code, entry in load_catalog(settings.catalog).indicators.indicators.items() if entry.tier == "core"
    }
    with_value = {line["indicator_code"] for line in lines if line["value"] is not None}
    return [f"the indicator {code} has no value" for code in sorted(core - with_value)]


def _print_places(console: Console, settings: Settings, report: Path | None) -> None:
    access = airflow_environment.read_access(settings)
    console.print(
        f"Feedback    {settings.drop}/<department>/_phan-hoi/\n"
        f"Report      {report or 'none: what follows was not as expected'}\n"
        f"Archive     {settings.archive}\nLogs        {settings.log}\n"
        f"To look around: XANH_HOME={settings.home} make up, then\n"
        f"Airflow     {access.url} (user {airflow_environment.ADMIN}, password {access.password}), page Báo cáo / Submissions\n"
        f"Warehouse   XANH_HOME={settings.home} .venv/bin/xanh url --role reader"
    )


if __name__ == "__main__":
    sys.exit(main())
