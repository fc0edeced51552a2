"""Every part of the stack is killed in turn while files are dropped: it comes back, and nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from stack_kit import answered, drop, pages, processes_that_know, rows, wait_for

from xanh.loading import ingest
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings
from xanh.stack import control

pytestmark = [pytest.mark.slow, pytest.mark.stack, pytest.mark.timeout(3000)]
FILES_A_KILL = 5
RESTARTED = ("api-server", "scheduler", "dag-processor", "postgres")
STARTED_AGAIN = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
"""What the supervisor itself is sent; then somebody types `make up`."""
FACTS = """
    select measure_code, item_code, item_name, area_code, period, flow, value, unit_code, department_code, form_code,
        source_file, source_cell
    from mart.observation order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings.from_environment({"XANH_HOME": str(tmp_path / "home"), "XANH_PG_UNSAFE_FAST": ""})
    with control.running(settings, lambda line: None):
        yield settings


def test_whatever_is_killed_under_load_comes_back_and_every_file_is_entered_once(
    stack: Settings,
    own_samples: tuple[Path, list[ExpectedSubmission]],
    fresh_settings: Callable[[Path], AbstractContextManager[Settings]],
    tmp_path: Path,
) -> None:
    made, samples = own_samples
    plain = [s for s in samples if s.verdict.startswith("accepted") and s.revision == 1]
    waves = [plain[n::8][:FILES_A_KILL] for n in range(len(RESTARTED) + len(STARTED_AGAIN))]
    for name, wave in zip(RESTARTED, waves, strict=False):
        drop(stack, made, wave[:-1])
        wait_for(lambda wave=wave: _taken(stack, wave) > 0, f"a file before the end of {name}")
        os.kill(_process(stack, name), signal.SIGKILL)
        drop(stack, made, wave[-1:])
        wait_for(lambda wave=wave: answered(stack, wave), f"the feedback after the end of {name}")
        wait_for(lambda: control.status(stack) == 0, f"health after the end of {name}")
        assert json.loads((stack.home / "stack.json").read_text())["restarts"][name] == 1
    for number, wave in zip(STARTED_AGAIN, waves[len(RESTARTED) :], strict=True):
        drop(stack, made, wave[:-1])
        wait_for(lambda wave=wave: _taken(stack, wave) > 0, f"a file before {number.name}")
        os.kill(json.loads((stack.home / "stack.json").read_text())["supervisor"], number)
        wait_for(lambda: control.health(stack)["supervisor"] == "down", f"the end by {number.name}")
        assert control.status(stack) == 1
        drop(stack, made, wave[-1:])
        control.start(stack, lambda line: None)
        wait_for(lambda wave=wave: answered(stack, wave), f"the feedback after {number.name}")

    dropped = [sample for wave in waves for sample in wave]
    calm = tmp_path / "undisturbed"
    calm.mkdir()
    with fresh_settings(calm) as undisturbed:
        drop(undisturbed, made, dropped)
        ingest.run(undisturbed)
        assert rows(stack, FACTS) == rows(undisturbed, FACTS)
    query = "select department_code || '/' || relative_path, verdict from mart.submission order by 1"
    assert rows(stack, query) == sorted((sample.path, sample.verdict) for sample in dropped)
    for sample in dropped:
        assert len(pages(stack, sample)) == 1, sample.path
    control.stop(stack)
    assert processes_that_know(str(stack.home)) == []


def _taken(settings: Settings, wave: Sequence[ExpectedSubmission]) -> int:
    return sum(not (settings.drop / sample.path).exists() for sample in wave[:-1])


def _process(settings: Settings, name: str) -> int:
    if name == "postgres":
        return int((settings.home / "pg" / "data" / "postmaster.pid").read_text().splitlines()[0])
    return int(json.loads((settings.home / "stack.json").read_text())["components"][name])
