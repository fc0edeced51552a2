"""A general loading tool: dlt merges the same observations into PostgreSQL, all files in one run, the reading not counted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xanh.model import Observation, Reading

KEY = ("file", "form", "measure", "item", "area", "period_start", "period_end", "flow")
"""What one observation is about: a second run with the same changes a row and adds none."""


def prepare(url: str, folder: Path) -> Any:
    """A pipeline into a dataset of its own, everything it keeps below `folder`; nothing is told to anybody."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
    import dlt

    return dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(folder),
        dataset_name="bench_dlt",
        destination=dlt.destinations.postgres(url),
    )


def load(readings: Sequence[Reading], pipeline: Any) -> None:
    """Extracts, normalises and merges the observations of the readings. Raises what dlt raises."""
    import dlt

    rows = dlt.resource(_rows(readings), name="observation", primary_key=KEY, write_disposition="merge")
    pipeline.run(rows).raise_on_failed_jobs()


def _rows(readings: Sequence[Reading]) -> Iterator[dict[str, object]]:
    for number, reading in enumerate(readings):
        for each in reading.observations:
            yield _row(number, each)


def _row(number: int, each: Observation) -> dict[str, object]:
    return {
        "file": number,
        "form": each.form,
        "measure": each.measure,
        "item": each.item_code or each.item_name or "",
        "area": each.area or "",
        "period_start": each.period.start,
        "period_end": each.period.end,
        "flow": each.flow,
        "obs_status": each.obs_status,
        "value": each.value,
        "unit": each.unit,
        "source_sheet": each.source_sheet,
        "source_cell": each.source_cell,
        "source_label": each.source_label,
        "source_value": each.source_value,
    }
