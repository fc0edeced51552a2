"""Structured logs: every line about a submission carries its id, its department and the hash of its file, no personal data.

The modules log through `logging` as usual. What is bound here travels in context variables of structlog, which Airflow
merges into the lines of its task logs by itself; for commands `configure` writes JSON lines into XANH_HOME/log, a file a day.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import structlog

from xanh.language.harmless import mask_personal

if TYPE_CHECKING:
    from structlog.typing import EventDict

    from xanh.loading.claims import Claimed
    from xanh.settings import Settings

Owner = TypeVar("Owner")
Rest = ParamSpec("Rest")
Result = TypeVar("Result")
Method = Callable[Concatenate[Owner, "Claimed", Rest], Result]


class DayFile(logging.FileHandler):
    """The file that `configure` has put in place; there is one at a time."""


def about_submission(method: Method[Owner, Rest, Result]) -> Method[Owner, Rest, Result]:
    """Binds the submission that a method works on, its first argument, to every line that is logged meanwhile."""

    @functools.wraps(method)
    def bound(self: Owner, claimed: Claimed, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Result:
        with about(claimed.submission_id, claimed.department, claimed.sha256):
            return method(self, claimed, *args, **kwargs)

    return bound


def about(submission_id: int, department: str, sha256: str) -> AbstractContextManager[None]:
    """Every line that is logged within says which submission it is about."""
    return structlog.contextvars.bound_contextvars(
        submission_id=submission_id, department=department, sha256=sha256[:12]
    )


def configure(settings: Settings, command: str) -> None:
    """Lets the library's log lines, from INFO on, be written to log/xanh-<day>.jsonl as JSON."""
    settings.log.mkdir(parents=True, exist_ok=True)
    path = settings.log / f"xanh-{datetime.now(UTC):%Y-%m-%d}.jsonl"
    handler = DayFile(path, encoding="utf-8", delay=True)
    handler.setFormatter(_formatter())
    logger = logging.getLogger("xanh")
    for other in [each for each in logger.handlers if isinstance(each, DayFile)]:
        logger.removeHandler(other)
        other.close()
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    structlog.contextvars.bind_contextvars(command=command)


def _formatter() -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
    )


def _mask(logger: Any, name: str, event: EventDict) -> EventDict:
    """Personal numbers in messages and tracebacks, masked as everywhere else."""
    return {key: mask_personal(value) if isinstance(value, str) else value for key, value in event.items()}
