"""The files that are measured: our own samples, and the statistics office's workbooks where they are."""

from __future__ import annotations

import os
from pathlib import Path

from bench.measure import Run
from bench.stand import Dropped
from xanh.samples import write_samples
from xanh.settings import ROOT

STATISTICS_OFFICE = "cuc-thong-ke"


def own_samples(run: Run) -> list[Dropped]:
    """The samples that are accepted as they come first, in order of arrival; when it must be quick every eighth."""
    folder = run.folder / "own"
    planned = write_samples(folder)
    files = [(folder / e.path, e.department) for e in planned if e.verdict.startswith("accepted") and e.revision == 1]
    return files[::8] if run.quick else files


def workbooks(run: Run) -> list[Dropped]:
    """The statistics office's workbooks, none where XANH_SHARED does not lead to them."""
    folder = Path(os.environ.get("XANH_SHARED") or ROOT.parent / "shared") / "corpus" / "nso" / "files"
    files = [(path, STATISTICS_OFFICE) for path in sorted(folder.glob("*"))] if folder.is_dir() else []
    return files[::8] if run.quick else files
