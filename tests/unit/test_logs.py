"""Log lines of commands are JSON, say which submission they are about, and cover personal data."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from xanh import logs
from xanh.settings import Settings

_log = logging.getLogger("xanh.loading.anything")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings.from_environment({"XANH_HOME": str(tmp_path)})
    logs.configure(settings, "ingest")
    yield settings
    for handler in [each for each in logging.getLogger("xanh").handlers if isinstance(each, logs.DayFile)]:
        logging.getLogger("xanh").removeHandler(handler)
        handler.close()
    structlog.contextvars.clear_contextvars()


def lines(settings: Settings) -> list[dict[str, Any]]:
    (path,) = settings.log.glob("xanh-*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Worker:
    @logs.about_submission
    def work(self, claimed: Any, value: int) -> int:
        """Logs a line and fails for a value below zero."""
        _log.info("read %s cells", value)
        if value < 0:
            raise ValueError("liên hệ 0912345678, lan@example.org")
        return value


CLAIMED: Any = SimpleNamespace(submission_id=17, department="dien-luc", sha256="ab" * 32)


def test_a_line_says_which_submission_it_is_about(settings: Settings) -> None:
    assert Worker().work(CLAIMED, 3) == 3
    _log.warning("afterwards")
    first, second = lines(settings)
    assert first["event"] == "read 3 cells"
    assert (first["submission_id"], first["department"], first["sha256"]) == (17, "dien-luc", "abababababab")
    assert (first["level"], first["logger"], first["command"]) == ("info", "xanh.loading.anything", "ingest")
    assert first["timestamp"].endswith("Z")
    assert "submission_id" not in second


def test_personal_data_are_covered_in_messages_and_tracebacks(settings: Settings) -> None:
    try:
        Worker().work(CLAIMED, -1)
    except ValueError:
        _log.exception("the program failed for 0912345678")
    text = json.dumps(lines(settings), ensure_ascii=False)
    assert "ValueError" in text
    assert "0912345678" not in text
    assert "lan@example.org" not in text


def test_configured_again_the_lines_go_to_the_new_home_alone(settings: Settings, tmp_path: Path) -> None:
    other = Settings.from_environment({"XANH_HOME": str(tmp_path / "other")})
    logs.configure(other, "compute")
    _log.info("once")
    assert [line["command"] for line in lines(other)] == ["compute"]
    assert not list(settings.log.glob("xanh-*.jsonl"))
