"""The words of the feedback that belong to no rule: verdicts, advice, and the reasons that a clerk may choose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from xanh.catalog.strict import Entry, read_yaml
from xanh.model import Verdict


class VerdictWords(Entry):
    """A verdict in plain words, and what the clerk does next."""

    title_vi: str
    sentence_vi: str
    title_en: str


class Reason(Entry):
    """Why a value that looks wrong is right."""

    code: str
    text_vi: str
    text_en: str


class FeedbackWords(Entry):
    """The file feedback.yaml of the catalogue."""

    verdicts: Mapping[Verdict, VerdictWords]
    advice_vi: str
    """How to correct the marked workbook itself; {submission_id}."""
    reasons: tuple[Reason, ...]


@lru_cache(maxsize=4)
def feedback_words(catalog: Path) -> FeedbackWords:
    """The words in the catalogue folder."""
    return read_yaml(catalog / "feedback.yaml", FeedbackWords)
