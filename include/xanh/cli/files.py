"""Commands about files of departments: check, ingest, withdraw."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xanh.cli.departments import check_department

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from xanh.check import Checked
    from xanh.loading.outcomes import Outcome

SIGNS = {"critical": "✗", "warning": "!", "info": "·"}


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(check)
    app.command()(ingest)
    app.command()(withdraw)


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files as a department would send them.")],
    department: Annotated[str, typer.Option(help="Who would send them: the code of the drop folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line and file.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Also print how each decision was made.")] = False,
) -> None:
    """Read and validate files without touching anything. Exit 0 when none would be refused, 1 otherwise."""
    from xanh.parsing.parse import warm
    from xanh.settings import TIME_ZONE, Settings

    settings = Settings.from_environment()
    warm(settings.limits)
    from xanh import check as checking
    from xanh.catalog import load_catalog

    catalog = load_catalog(settings.catalog)
    check_department(catalog, department)
    for path in paths:
        if not path.is_file():
            raise typer.BadParameter(f"{path} is not a file")
    refused = False
    for checked in checking.check(paths, department, catalog, settings, datetime.now(TIME_ZONE).date()):
        refused = refused or checked.is_refused
        if as_json:
            typer.echo(json.dumps(checking.as_json(checked), ensure_ascii=False))
        else:
            _tell(checked)
        if explain:
            for line in checked.reading.explain if checked.reading else ():
                typer.echo(f"    {line}", err=as_json)
    raise typer.Exit(1 if refused else 0)


def ingest(
    drop: Annotated[Path | None, typer.Option(help="Another drop folder than the one of the settings.")] = None,
) -> None:
    """Take, read, validate and load everything that waits in the drop folders now."""
    from xanh.database.warehouse import migrate
    from xanh.loading import ingest as ingesting
    from xanh.settings import Settings

    if drop is not None and not drop.is_dir():
        raise typer.BadParameter(f"{drop} is not a folder")
    settings = ingesting.with_drop(Settings.from_environment(), drop)
    settings.drop.mkdir(parents=True, exist_ok=True)
    migrate(settings)
    with _progress() as show:
        outcomes = ingesting.run(settings, show, show.expect)
    typer.echo(f"{len(outcomes)} submissions processed.")


def withdraw(
    submission_id: Annotated[int, typer.Argument(help="The number of the submission.")],
    reason: Annotated[str, typer.Option(help="Why; it stays with the submission.")],
    by: Annotated[str, typer.Option(envvar="USER", help="Who decides it.")],
) -> None:
    """Take an accepted submission back; what stood before it counts again, its values stay in the history."""
    from xanh.database.warehouse import connect, migrate
    from xanh.loading.withdraw import withdraw as take_back
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    with connect(settings) as connection:
        counts = take_back(connection, settings, submission_id, reason, by)
    typer.echo(
        f"Submission {submission_id} is withdrawn: {counts.changed} values go back to what stood before, "
        f"{counts.added} return, {counts.removed} are gone. Run `xanh compute` to bring the indicators up to date."
    )


@contextmanager
def _progress() -> Iterator[Reporter]:
    """Prints a line for each outcome, and on a terminal a bar that shows how many of them are done."""
    if not sys.stderr.isatty():
        yield Reporter()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # drawn when there is news, and not by a thread: what it holds at the moment of a fork would stay locked there
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        yield Reporter(bar, bar.add_task("receiving", total=None))


class Reporter:
    """Tells what became of each submission."""

    def __init__(self, bar: Progress | None = None, task: TaskID | None = None) -> None:
        self._bar = bar
        self._task = task

    def expect(self, count: int) -> None:
        """Says how many submissions there will be."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description="processing", total=count, refresh=True)

    def __call__(self, outcome: Outcome) -> None:
        """Prints the summary line of one submission."""
        line = _summary(outcome)
        if self._bar is None or self._task is None:
            typer.echo(line)
            return
        self._bar.update(self._task, advance=1, refresh=True)
        if sys.stdout.isatty():
            self._bar.console.print(line, markup=False, highlight=False)
        else:
            typer.echo(line)


def _summary(outcome: Outcome) -> str:
    where = f"{outcome.department}/{outcome.file_name}"
    what = " ".join(word for word in (outcome.form, outcome.period) if word)
    revision = f"revision {outcome.revision}, " if outcome.revision else ""
    counts = f"{outcome.observation_count} values, {outcome.critical_count} critical, {outcome.warning_count} warnings"
    return f"#{outcome.submission_id} {outcome.verdict}: {where}{f' ({what})' if what else ''}: {revision}{counts}"


def _tell(checked: Checked) -> None:
    reading = checked.reading
    period = reading.period.code if reading and reading.period else None
    what = " ".join(word for word in (reading.form if reading else None, period) if word)
    count = len(reading.observations) if reading else 0
    typer.echo(f"{checked.verdict}: {checked.file}{f' ({what})' if what else ''}: {count} values")
    for issue in checked.issues:
        place = "!".join(part for part in (issue.sheet, issue.cell) if part)
        typer.echo(f"  {SIGNS[issue.severity]} {issue.rule} {place}: {issue.message_vi}")
