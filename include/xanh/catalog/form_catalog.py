"""All forms of the catalogue and the words that they share. Read from forms/**/*.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from xanh.catalog.forms import Form
from xanh.catalog.strict import CatalogError, Entry, read_yaml


class HeadingWords(Entry):
    """Words that all forms share; see forms/words.yaml."""

    synonyms: Mapping[str, tuple[str, ...]]
    """The word or phrase that counts, and spellings that mean the same in headings."""
    fillers: tuple[str, ...]
    """Words that change nothing in a heading."""
    totals: tuple[str, ...]
    sums: tuple[str, ...]
    """Starts of rows that add up some of the rows."""
    parts: tuple[str, ...]
    """Starts of rows that are part of the row above: Trong đó."""
    notes: tuple[str, ...]
    """Starts of remarks below a table or, now and then, between its rows: Ghi chú, Nguồn."""
    ends: tuple[str, ...]
    """Starts of lines after which a table is over: NGƯỜI LẬP BIỂU."""
    zero: tuple[str, ...]
    nothing: tuple[str, ...]
    """In a column of names (định mức, doanh nghiệp tham gia): answers that name nothing, besides those of `zero`."""
    nothing_starts: tuple[str, ...]
    """Their first words, where more may follow: chưa ban hành."""
    intended: tuple[str, ...]
    """Starts of answers about what is still to come: dự kiến ban hành tháng 8/2025."""
    subjects: tuple[str, ...]
    """Words before the subject of a document: V/v góp ý is a comment."""
    missing: tuple[str, ...]
    ticks: tuple[str, ...]
    no_ticks: tuple[str, ...]
    unit_lines: tuple[str, ...]
    cumulative: tuple[str, ...]
    """Words before the period in a title that make the numbers those from the start of the year."""
    not_groups: tuple[str, ...]
    """Starts of texts above a header that are no group of columns: the form number, the unit line, the date."""


class FormCatalog:
    """Every form by code, and the words that all of them share. Compares by identity."""

    def __init__(self, forms: Mapping[str, Form], words: HeadingWords) -> None:
        self.forms = forms
        self.words = words

    def __getitem__(self, code: str) -> Form:
        return self.forms[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.forms)


def read_forms(folder: Path) -> FormCatalog:
    """The forms below a folder (words.yaml and <department>/<FORM>.yaml). Raises CatalogError with all problems."""
    problems: list[str] = []
    forms: dict[str, Form] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        try:
            form = read_yaml(path, Form)
        except CatalogError as error:
            problems.extend(error.problems)
            continue
        if path.stem != form.code:
            problems.append(f"{path}:1: the file of form {form.code} is named {path.name}")
        forms[form.code] = form
    try:
        words = read_yaml(folder / "words.yaml", HeadingWords)
    except CatalogError as error:
        raise CatalogError([*problems, *error.problems]) from error
    if problems:
        raise CatalogError(problems)
    return FormCatalog(forms, words)
