"""A province whose departments have reported, and one of them, or a stranger, that tries to speak for another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attempts import ATTEMPTS, HONEST, Attempt

from xanh.database.warehouse import connect
from xanh.loading import ingest
from xanh.settings import Settings


class Province:
    """The drop folders after honest reports and all attempts, and what the warehouse said before and after the attempts."""

    def __init__(self, settings: Settings, samples: Path) -> None:
        self.settings, self.samples = settings, samples
        for path in HONEST:
            self.put(path, path)
        ingest.run(settings)
        ((self.last_honest,),) = self.rows("select max(submission_id) from intake.submission")
        self.before = self.facts()
        self.folders = self.feedback()
        for attempt in ATTEMPTS:
            attempt.make(self, attempt)
        ingest.run(settings)

    def put(self, sample: str, target: str) -> Path:
        """A copy of a sample at a place below the drop folder."""
        path = self.settings.drop / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.samples / sample, path)
        return path

    def id_of(self, file_name: str, department: str) -> int:
        """The submission of a department's honest report."""
        query = "select submission_id from intake.submission where file_name = %s and department_code = %s"
        ((number,),) = self.rows(query, file_name, department)
        return int(number)

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What the warehouse says to its owner."""
        with connect(self.settings, "owner") as connection:
            return connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]

    def facts(self) -> list[tuple[Any, ...]]:
        """Everything that ever counted, of honest senders and others."""
        return self.rows(
            "select department_code, form_code, measure_code, item_code, area_code, period_code, value, submission_id, known_to"
            " from core.observation where submission_id <= %s order by observation_id",
            self.last_honest,
        )

    def feedback(self) -> dict[str, set[str]]:
        """The feedback files of each department."""
        places = self.settings.drop.rglob("_phan-hoi")
        return {place.relative_to(self.settings.drop).as_posix(): {p.name for p in place.iterdir()} for place in places}

    def verdicts(self, attempt: Attempt) -> list[tuple[str, str]]:
        """Sender and verdict of every submission that came of the attempt, known by the tail of its name."""
        query = "select department_code, verdict from intake.submission where submission_id > %s and file_name = %s"
        return [(row[0], row[1]) for row in self.rows(query, self.last_honest, attempt.file_name)]

    def values(self, attempt: Attempt) -> int:
        """How many values came of the attempt."""
        query = "select count(*) from core.observation where submission_id > %s and source_file = %s"
        ((count,),) = self.rows(query, self.last_honest, attempt.file_name)
        return int(count)


@pytest.fixture(scope="package")
def province(own_samples: Any, fresh_settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """One run of honest reports and one of all attempts at once."""
    with fresh_settings(tmp_path_factory.mktemp("province")) as settings:
        yield Province(settings, own_samples[0])
