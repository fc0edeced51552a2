"""The command reprocess: archived files read again with what the catalogue and the program know now."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from xanh.loading.reprocess import Reprocessed


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(reprocess)


def reprocess(
    since: Annotated[datetime | None, typer.Option(help="Everything received from then on.")] = None,
    submission: Annotated[list[int] | None, typer.Option(help="This submission; may be repeated.")] = None,
    reason: Annotated[str, typer.Option(help="Why; it stays with each new reading.")] = "catalogue or program changed",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Read archived files again, those in quarantine unless others are asked for; what reads otherwise now becomes a new
    revision, and its numbers are computed."""
    from xanh.catalog import load_catalog
    from xanh.database.warehouse import migrate
    from xanh.loading import reprocess as again
    from xanh.settings import Settings

    settings = Settings.from_environment()
    migrate(settings)
    done = again.reprocess(
        settings,
        load_catalog(settings.catalog),
        reason,
        since=since.astimezone() if since else None,
        submission_ids=submission,
        is_dry_run=dry_run,
    )
    if as_json:
        _tell_json(done)
    else:
        _tell(done, "would change" if dry_run else "changed")


def _tell(done: Reprocessed, verb: str) -> None:
    for each in done.submissions:
        is_same = each.verdict_before == each.verdict_after
        verdicts = each.verdict_after if is_same else f"{each.verdict_before} to {each.verdict_after}"
        counts = f"{each.counts.added} added, {each.counts.changed} changed, {each.counts.removed} removed"
        typer.echo(f"#{each.submission_id} {each.department}/{each.file_name}: {verdicts}; values: {counts}")
    for number in done.numbers:
        typer.echo(
            "{indicator_code} {series_code} {area_code} {period} geography {geography}: {value_before} to {value_after}".format(
                **number
            )
        )
    typer.echo(
        f"{done.read_count} submissions read, {len(done.submissions)} {verb}; {len(done.numbers)} published numbers {verb}."
    )


def _tell_json(done: Reprocessed) -> None:
    from dataclasses import asdict

    from xanh.tracing.trace import plain

    for each in done.submissions:
        typer.echo(json.dumps({"submission": asdict(each)}, ensure_ascii=False))
    for number in done.numbers:
        typer.echo(json.dumps({"number": plain(number)}, ensure_ascii=False))
