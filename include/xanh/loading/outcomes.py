"""What became of the submissions of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from xanh.loading.claims import Claimed
    from xanh.model import Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission."""

    submission_id: int
    department: str
    file_name: str
    verdict: Verdict
    form: str | None
    period: str | None
    revision: int | None
    observation_count: int
    critical_count: int
    warning_count: int


class IngestError(RuntimeError):
    """The program failed on some submissions; the others of the batch are done. The causes are attached as notes."""

    def __init__(self, message: str, outcomes: Sequence[Outcome] = ()) -> None:
        super().__init__(message)
        self.outcomes = tuple(outcomes)
        """What became of the others."""


class Interrupted(psycopg.OperationalError):
    """The database refused in the middle of a batch. Time cures that. One that comes from another process is made of its text again."""

    def __init__(self, cause: object, outcomes: Sequence[Outcome] = ()) -> None:
        super().__init__(str(cause))
        self.outcomes = tuple(outcomes)
        """What had ended by then."""


def error_of(failures: Iterable[tuple[Claimed, Exception]], outcomes: Sequence[Outcome]) -> IngestError:
    """The error that tells what failed in a batch."""
    failed = list(failures)
    named = [f"{claimed.submission_id} ({claimed.department}/{claimed.file_name})" for claimed, _ in failed]
    error = IngestError(f"The program failed on submission {', '.join(named)}.", outcomes)
    for claimed, cause in failed:
        error.add_note(f"submission {claimed.submission_id}: {type(cause).__name__}: {cause}")
        error.__cause__ = cause
    return error
