"""Every rule that the program or a suite names has a template, and every template can be filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xanh.catalog import load_catalog
from xanh.catalog.rules import placeholders
from xanh.feedback.words import feedback_words
from xanh.model import Verdict
from xanh.settings import ROOT
from xanh.validation import messages
from xanh.validation.suites import read_suites

CATALOG = load_catalog(ROOT / "include" / "catalog")
SUITES = read_suites(ROOT / "expectations")
_CALL = re.compile(
    r"""(?:issue|add|fail|Note|Unreadable|note|finding)\(\s*(?:[\w.]+,\s*)?["']([A-Z][A-Z0-9]*(?:-[A-Z0-9-]+)?)["']"""
)
_SHARED = {"sheet", "cell", "value", "cells"}


def rules_in_code() -> set[str]:
    """Rule ids that stand as texts in calls that make findings."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "include" / "xanh").rglob("*.py"))
    return {rule for source in sources for rule in _CALL.findall(source) if any(c.isdigit() or c == "-" for c in rule)}


def test_every_rule_that_the_code_names_has_a_template() -> None:
    named = rules_in_code()
    assert len(named) > 30
    assert sorted(named - set(CATALOG.rules)) == []


def test_every_rule_of_the_suites_has_a_template() -> None:
    named = {check.rule for suite in SUITES.values() for check in suite.checks.values()}
    assert sorted(named - set(CATALOG.rules)) == []


def test_every_check_gives_its_template_all_its_words() -> None:
    missing = {
        f"{check.check}: {sorted(needed)}"
        for suite in SUITES.values()
        if suite.frame != "indicators"
        for check in suite.checks.values()
        if (needed := placeholders(CATALOG.rules[check.rule].message_vi) - _SHARED - {"label"} - set(check.params))
    }
    assert missing == set()


@pytest.mark.parametrize("rule", sorted(CATALOG.rules))
def test_a_template_renders_in_both_languages(rule: str) -> None:
    entry = CATALOG.rules[rule]
    names = placeholders(entry.message_vi) | placeholders(entry.message_en)
    words = dict.fromkeys(names - _SHARED, "…")
    issue = messages.issue(CATALOG, rule, sheet="Bieu", cell="A1", value="1", **words)  # type: ignore[arg-type]
    assert issue.message_vi
    assert issue.message_en
    assert issue.message_vi != issue.message_en
    assert "{" not in issue.message_vi + issue.message_en


@pytest.mark.parametrize(
    "rule", sorted(r for r, e in CATALOG.rules.items() if e.severity != "info" and e.responsibility == "department")
)
def test_a_clerk_is_told_what_to_do(rule: str) -> None:
    assert re.search(r"[Đđ]ề nghị|[Nn]ếu|không phải làm gì|không cần", CATALOG.rules[rule].message_vi)


def test_every_verdict_has_words_and_the_reasons_fit_into_a_list_of_excel() -> None:
    words = feedback_words(Path(CATALOG.folder))
    assert set(words.verdicts) == set(Verdict.__args__)  # type: ignore[attr-defined]
    assert len(",".join(reason.text_vi for reason in words.reasons)) <= 253
    assert not any("," in reason.text_vi for reason in words.reasons)
