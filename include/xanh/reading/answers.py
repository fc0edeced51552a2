"""The answers that a form knows: words such as Có, Tạm ngừng, Chợ that decide what a row gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from xanh.catalog.forms import FormTable
from xanh.reading.phrases import bare_all


def known_answers(table: FormTable) -> Mapping[str, frozenset[str]]:
    """The bare answers by the code of their column."""
    found: dict[str, set[str]] = defaultdict(set)
    for emission in table.observations:
        for condition in emission.when:
            found[condition.column].update(bare_all(condition.equals))
        if emission.values and len(emission.columns) == 1:
            found[emission.columns[0]].update(bare_all(tuple(emission.values)))
    for column in table.columns:
        found[column.code].update(bare_all(column.answers))
    return {code: frozenset(answers) for code, answers in found.items() if answers}
