"""A department's folder that does not answer while its feedback is written: nobody else waits for it, and nothing is lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from xanh import durable
from xanh.database.warehouse import Connection
from xanh.feedback import outbox
from xanh.loading import ingest
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings


@pytest.fixture
def comes_back() -> Iterator[threading.Event]:
    """What hangs waits for it, at the latest until the test is over."""
    event = threading.Event()
    yield event
    event.set()


def states(conn: Connection) -> dict[str, tuple[str, str | None]]:
    rows = conn.execute("select department_code, state, feedback_state from intake.submission").fetchall()
    return {department: (state, feedback) for department, state, feedback in rows}


@pytest.mark.parametrize("hanging", ["_open_folder", "_rename"])
def test_a_share_that_hangs_while_it_is_answered_holds_up_nobody_else(
    settings: Settings,
    conn: Connection,
    own_samples: tuple[Path, list[ExpectedSubmission]],
    comes_back: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    hanging: str,
) -> None:
    made, samples = own_samples
    accepted = {each.department: each for each in samples if each.verdict == "accepted"}
    bad, good = (accepted[department] for department in sorted(accepted)[:2])
    for sample in (bad, good):
        (settings.drop / sample.path).parent.mkdir(parents=True)
        (settings.drop / sample.path).write_bytes((made / sample.path).read_bytes())
    real = getattr(outbox, hanging)

    def hangs(first: Any, *rest: Any, **named: Any) -> Any:
        place = str(rest[0]) if rest else str(Path(f"/proc/self/fd/{first[0].folder}").readlink())
        if bad.department in place:
            comes_back.wait()
        return real(first, *rest, **named)

    monkeypatch.setattr(outbox, hanging, hangs)
    impatient = replace(settings, limits=replace(settings.limits, copy_seconds=1.0, scan_seconds=20.0))
    if hanging == "_open_folder":
        impatient = replace(impatient, limits=replace(impatient.limits, scan_seconds=1.0))
    outcomes = ingest.run(impatient)
    assert {each.department: each.verdict for each in outcomes}[good.department] == "accepted"
    assert states(conn) == {bad.department: ("loaded", "failed"), good.department: ("done", "written")}
    conn.commit()
    comes_back.set()
    ingest.run(settings)
    assert states(conn) == {each.department: ("done", "written") for each in (bad, good)}
    left = [path.name for path in (settings.drop / bad.department / "_phan-hoi").iterdir()]
    assert [name for name in left if name.startswith(".")] == []
    assert any(name.endswith(".html") for name in left)


def test_what_hangs_is_waited_for_once_and_asked_again_when_it_has_come_back(comes_back: threading.Event) -> None:
    with pytest.raises(TimeoutError):
        durable.within(0.1, "share", comes_back.wait)
    began = threading.active_count()
    with pytest.raises(TimeoutError):
        durable.within(3600.0, "share", lambda: None)
    assert threading.active_count() <= began
    assert durable.within(60.0, "another share", lambda: 1) == 1
    comes_back.set()
    until = time.monotonic() + 60
    while "share" in durable._asked and time.monotonic() < until:
        time.sleep(0.01)
    assert durable.within(60.0, "share", lambda: 2) == 2


def test_a_flush_that_hangs_is_the_fault_of_its_file_alone(
    tmp_path: Path, comes_back: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "one").open("w") as one, (tmp_path / "two").open("w") as two:
        monkeypatch.setattr(os, "fsync", lambda number: comes_back.wait() if number == one.fileno() else None)
        found = durable.flush([one.fileno(), two.fileno()], 1.0)
        assert list(found) == [one.fileno()]
        assert isinstance(found[one.fileno()], TimeoutError)


def test_what_a_call_raises_is_raised() -> None:
    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        durable.within(60.0, "share", fails)
