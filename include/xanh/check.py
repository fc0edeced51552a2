"""The dry run: what would become of files, without a warehouse and without touching anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xanh.language.exact import decimal_text
from xanh.model import Issue, Observation, Reading, Verdict
from xanh.parsing.parse import announce
from xanh.reading.examine import examine, validated, verdict_of

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings

TOGETHER = 32
"""So many files are validated together, like a batch of the flow."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What would become of one file."""

    file: str
    sha256: str
    department: str
    verdict: Verdict
    reading: Reading | None
    issues: Sequence[Issue]

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the file would be loaded."""
        return self.verdict not in ("accepted", "accepted_with_warnings")


def check(
    paths: Sequence[Path], department: str, catalog: Catalog, settings: Settings, today: date
) -> Iterator[Checked]:
    """The outcome of each file as if the department had sent it today. Raises OSError for one that cannot be opened."""
    for start in range(0, len(paths), TOGETHER):
        batch = paths[start : start + TOGETHER]
        hashes = [_hash(path) for path in batch]
        announce(batch, settings.limits)
        examined = [examine(path, path.name, department, catalog, settings, today) for path in batch]
        issues = validated(examined, catalog, settings, is_dry_run=True)
        for path, sha256, each, found in zip(batch, hashes, examined, issues, strict=True):
            yield Checked(str(path), sha256, department, verdict_of(each.reading, found), each.reading, found)


def as_json(checked: Checked) -> Mapping[str, Any]:
    """The object of docs/contract.md, section 4."""
    reading = checked.reading
    return {
        "file": checked.file,
        "sha256": checked.sha256,
        "department": checked.department,
        "verdict": checked.verdict,
        "form": reading.form if reading else None,
        "layout": reading.layout if reading else None,
        "area": reading.area if reading else None,
        "period": reading.period.code if reading and reading.period else None,
        "sheets": [{"name": s.name, "form": s.form, "why": s.why} for s in reading.sheets] if reading else [],
        "observations": [_observation(each) for each in reading.observations] if reading else [],
        "issues": [_issue(each) for each in checked.issues],
    }


def _observation(each: Observation) -> Mapping[str, Any]:
    return {
        "measure": each.measure,
        "item": each.item_name,
        "area": each.area,
        "period_start": each.period.start.isoformat(),
        "period_end": each.period.end.isoformat(),
        "flow": each.flow,
        "obs_status": each.obs_status,
        "value": None if each.value is None else decimal_text(each.value),
        "unit": each.unit,
        "source_sheet": each.source_sheet,
        "source_cell": each.source_cell,
        "source_label": each.source_label,
        "source_value": each.source_value,
        "source_unit": each.source_unit,
        "item_code": each.item_code,
        "form": each.form,
        "period": each.period.code,
    }


def _issue(each: Issue) -> Mapping[str, Any]:
    return {
        "severity": each.severity,
        "rule": each.rule,
        "sheet": each.sheet,
        "cell": each.cell,
        "value": each.value,
        "responsibility": each.responsibility,
        "message_vi": each.message_vi,
        "message_en": each.message_en,
        "cells": list(each.cells),
        "family": each.family,
    }


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
