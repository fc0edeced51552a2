"""Rules of the house that a reader would otherwise have to trust: sizes, imports, names, links, words."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from xanh.settings import ROOT

MOST_LINES = 300
CODE = ("include/xanh", "include/xanh_airflow", "bench", "dags", "plugins")
WORDS = (".md", ".py", ".sql", ".yaml", ".toml", ".j2")
LINK = re.compile(r"\[[^\]]*\]\((?!#|[a-z]+:)([^)#\s]+)")
PLACES = re.compile(r"(?<![\w.$}~*])/(?:work|tmp|root|home)/\w")
"""Folders of one machine. A path in a container is no path of this machine; that is why it is not looked for there."""


def found(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    """Files of the project below the folders; nothing of what is installed or made."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and "__pycache__" not in path.parts:
                yield path


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *found("docs", suffixes=(".md",))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in found(*CODE)}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_module_is_named_after_nothing() -> None:
    assert [
        named(path) for path in found(*CODE, "tests") if re.fullmatch(r"(utils?|helpers?|misc|common)", path.stem)
    ] == []


def test_the_library_imports_no_airflow() -> None:
    importing = set()
    for path in found("include/xanh"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if any(name.partition(".")[0] == "airflow" for name in names):
                importing.add(named(path))
    assert importing == set()


def test_every_statement_begins_with_what_one_row_is() -> None:
    silent = [
        named(path)
        for path in found("include/sql", suffixes=(".sql",))
        if not path.read_text(encoding="utf-8").startswith("-- ")
    ]
    assert silent == []


@pytest.mark.parametrize("document", documents(), ids=named)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    broken = [
        target
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_the_table_of_contents_names_every_document() -> None:
    contents = ROOT / "docs" / "README.md"
    linked = {(contents.parent / target).resolve() for target in LINK.findall(contents.read_text(encoding="utf-8"))}
    assert {path.name for path in contents.parent.glob("*.md") if path not in linked} == {contents.name}


def decisions() -> list[Path]:
    return [path for path in found("docs/decisions", suffixes=(".md",)) if path.name != "README.md"]


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = Counter(path.name[:4] for path in decisions())
    assert [number for number, times in numbers.items() if times > 1 or not number.isdigit()] == []


def test_the_index_of_decisions_names_each_by_its_title() -> None:
    lines = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8").splitlines()
    expected = [
        f"- [{path.name[:4]}]({path.name}) {path.read_text(encoding='utf-8').splitlines()[0][7:]}"
        for path in decisions()
    ]
    assert sorted(line for line in lines if line.startswith("- ")) == expected


def test_every_setting_is_explained_to_who_operates_it() -> None:
    read = {
        name
        for path in found("include", suffixes=(".py",))
        for name in re.findall(r"""get\(\s*["'](XANH_[A-Z_]+)["']""", path.read_text(encoding="utf-8"))
    }
    explained = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(read) > 10
    of_tests = {"XANH_WAREHOUSE_DATABASE"}  # many databases on one embedded server
    assert sorted(name for name in read - of_tests if name not in explained) == []


def test_no_word_of_the_project_names_a_folder_of_one_machine() -> None:
    here = re.compile(re.escape(f"{ROOT}/"))
    texts = [*documents(), *found("include", "bench", "dags", "plugins", "expectations", suffixes=WORDS)]
    naming = [
        named(path)
        for path in texts
        for text in [path.read_text(encoding="utf-8")]
        if PLACES.search(text) or here.search(text)
    ]
    assert naming == []
