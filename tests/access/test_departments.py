"""A department reports its own forms, measures, areas and periods, whatever it puts into its folder or a file says."""

from __future__ import annotations

from pathlib import Path

import pytest
from attempts import ATTEMPTS, NATURE, REFUSE, Attempt


def test_at_least_24_kinds_of_attempts_are_made() -> None:
    assert len({attempt.name for attempt in ATTEMPTS}) == len(ATTEMPTS) >= 24


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_an_attempt_to_speak_for_another_fails(attempt: Attempt, province) -> None:
    sender = attempt.folder if attempt.folder.startswith("ubnd/") else attempt.folder.partition("/")[0]
    expected = [] if attempt.verdict is None else [(sender, attempt.verdict)]
    assert province.verdicts(attempt) == expected
    if attempt.verdict is None or not attempt.verdict.startswith("accepted"):
        assert province.values(attempt) == 0


def test_what_honest_departments_said_stays_as_it_was(province) -> None:
    assert province.facts() == province.before


def test_nobody_finds_feedback_about_an_attempt_of_another_in_the_own_folder(province) -> None:
    now = province.feedback()
    strange = {
        name
        for place, names in province.folders.items()
        if place == f"{NATURE}/_phan-hoi"
        for name in now[place] - names
    }
    assert strange == set()


def test_no_forged_confirmation_or_correction_reaches_the_submission_of_another(province) -> None:
    number = province.id_of(Path(REFUSE).name, NATURE)
    assert province.rows("select * from intake.confirmation where corrects = %s", number) == []
    assert province.rows("select * from intake.submission where corrects is not null") == []


def test_the_findings_of_an_attempt_quote_nothing_that_another_reported(province) -> None:
    """What a sender is told about a foreign file is what stands in the file itself."""
    told = province.rows(
        "select i.message_vi from intake.issue as i inner join intake.submission as s using (submission_id)"
        " where s.submission_id > %s and i.rule in ('HIST-OTHER', 'HIST-LEVEL', 'HIST-COLUMN', 'HIST-OPENING')"
        " and s.verdict = 'not_permitted'",
        province.last_honest,
    )
    assert told == []
