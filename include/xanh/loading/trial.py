"""Files in whose reading a process ended are read in a process of their own first, so that only their own doing counts.

A worker also dies of a power cut, an operator or the kernel's need for memory: that says nothing about what it held.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xanh import faults
from xanh.arrival.archive import Archive
from xanh.settings import ROOT, TIME_ZONE, Settings

if TYPE_CHECKING:
    from xanh.loading.claims import Claimed

_log = logging.getLogger(__name__)
_START_SECONDS, _FILE_SECONDS = 60, 90


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the files that were tried."""

    deadly: frozenset[int] = frozenset()
    """Submissions with which also a process that held nothing else ended, twice."""
    cleared: frozenset[int] = frozenset()
    """Submissions that were read without harm."""
    is_joint: bool = True
    """Whether they can be read together."""


def hold(suspects: Sequence[Claimed], settings: Settings) -> Trial:
    """Reads and validates the files in a child process, all together; where that ends, each alone. Keeps nothing of it."""
    if not suspects:
        return Trial()
    cleared = _survived(suspects, settings)
    if cleared is not None:
        return Trial(cleared=cleared)
    deadly: set[int] = set()
    cleared = frozenset()
    for each in suspects:
        alone = _survived([each], settings)
        if alone is None:
            alone = _survived([each], settings)  # somebody may have killed the child by chance
        if alone is None:
            _log.error("reading submission %s (%s) ends the process", each.submission_id, each.file_name)
            deadly.add(each.submission_id)
        else:
            cleared |= alone
    return Trial(frozenset(deadly), cleared, is_joint=False)


def _survived(suspects: Sequence[Claimed], settings: Settings) -> frozenset[int] | None:
    """The submissions that the child could read; None when it did not come to its end."""
    archive = Archive(settings.archive)
    files = [
        {
            "submission_id": each.submission_id,
            "path": str(archive.path(each.sha256)),
            "file_name": each.file_name,
            "department": each.department,
            "received_on": each.received_at.astimezone(TIME_ZONE).date().isoformat(),
        }
        for each in suspects
    ]
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "xanh.loading.trial"],
            input=json.dumps(files), stdout=subprocess.PIPE, text=True, check=False, env=_environment(settings),
            timeout=_START_SECONDS + _FILE_SECONDS * len(files), start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return frozenset(json.loads(ended.stdout)) if ended.returncode == 0 else None


def _environment(settings: Settings) -> dict[str, str]:
    """What reading needs to know; no password of the warehouse is in it."""
    limits = {f"XANH_LIMIT_{name.upper()}": str(value) for name, value in asdict(settings.limits).items()}
    handed_on = {name: os.environ[name] for name in ("XANH_FAULT", "XANH_ENV") if name in os.environ}
    places = {"XANH_CATALOG": str(settings.catalog), "XANH_EXPECTATIONS": str(settings.expectations)}
    system = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT / "include")}
    return {**system, **limits, **handed_on, **places, "XANH_HOME": str(settings.home)}


def main() -> None:
    """Reads the files that stdin names and writes the submissions with which that went well."""
    from xanh.catalog import load_catalog
    from xanh.reading.examine import examine, validated

    answer = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    settings = Settings.from_environment()
    catalog = load_catalog(settings.catalog)
    files: list[dict[str, Any]] = json.load(sys.stdin)
    found = {}
    for each in files:
        faults.reach("ingest.parse")
        with suppress(Exception):  # the worker meets it too, and says so
            path, received_on = Path(each["path"]), date.fromisoformat(each["received_on"])
            named = each["file_name"], each["department"]
            found[each["submission_id"]] = examine(path, *named, catalog, settings, received_on)
    with suppress(Exception):
        validated(list(found.values()), catalog, settings)
    json.dump(list(found), answer)
    answer.close()


if __name__ == "__main__":
    main()
