"""Where the columns of a table are on its sheet: one place a code, or an issue that says why not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xanh.catalog import Catalog
from xanh.catalog.forms import Column, FormTable
from xanh.reading.completeness import is_mandatory, missing_columns
from xanh.reading.findings import Findings
from xanh.reading.grid import is_figure
from xanh.reading.headings import Header
from xanh.reading.phrases import Key
from xanh.reading.recognise import FoundSheet, FoundTable
from xanh.reading.rows import Places
from xanh.reading.wordings import phrases_of

VALUE_ROLES = ("number", "percent", "tick", "number_or_text")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_TABLE = 3
"""So many headings twice, all of the second time right of the first, are two tables and no slip."""


def place_columns(found: FoundSheet, table: FoundTable, findings: Findings) -> Places | None:
    """The places of all columns that the header names. None, with critical issues, where the table cannot be read safely."""
    header = table.known_header
    columns = {code: _filled(found, table, code) for code in header.columns}
    is_safe = _report_missing(found, table.table, header, findings)
    needed = needed_columns(table.table)
    if _is_beside_another(header, columns, findings, found.sheet.name):
        return None
    places: dict[str, int] = {}
    for code, candidates in columns.items():
        if len(candidates) == 1 or (candidates and code not in needed):
            if len(candidates) == 1:
                places[code] = candidates[0]
            continue
        is_safe = False
        headings = [header.headings[column] for column in candidates]
        findings.add(
            "R01",
            found.sheet.name,
            headings[0].address,
            headings[0].text,
            together=code,
            meaning=wording(table.table.column(code)),
            headings=[f"{h.address} “{h.text}”" for h in headings],
        )
    is_safe = _report_lookalikes(found, table, header, findings) and is_safe
    _report_later_years(found, table, header, findings)
    is_safe = _report_unclear(found, table.table, header, places, needed, findings) and is_safe
    if not is_safe:
        return None
    return _with_label(table, places)


def _is_beside_another(header: Header, columns: Mapping[str, tuple[int, ...]], findings: Findings, sheet: str) -> bool:
    """Whether the header holds the table twice, one beside the other: one finding, not one for each heading."""
    twice = [candidates for candidates in columns.values() if len(candidates) > 1]
    if len(twice) < _TABLE or max(each[0] for each in twice) >= min(each[1] for each in twice):
        return False
    first, second = (header.headings[min(each[at] for each in twice)] for at in (0, 1))
    findings.add("R24", sheet, second.address, second.text, first=first.address)
    return True


def needed_columns(table: FormTable) -> frozenset[str]:
    """The columns that observations, keys and mandatory headings rest on."""
    used = {column.code for column in table.columns if column.mandatory != "never"}
    for emission in table.observations:
        used |= {*emission.columns, *(condition.column for condition in emission.when)}
        used |= {emission.unit_column} if emission.unit_column else set()
    rows = table.rows
    used |= {name for rule in rows.items for name in (rule.column, rule.key, rule.suffix) if name}
    used |= {rule.column for rule in rows.areas if rule.column}
    return frozenset({*used, rows.label, *rows.key})


def wording(column: Column) -> str:
    """The first accepted wording of a column, as a clerk would print it."""
    text = column.headings[0] if column.headings else column.code
    plain = text.replace("[", "").replace("]", "")
    names = {"{period}": "kỳ báo cáo", "{previous}": "kỳ trước", "{ytd}": "từ đầu năm", "{year}": "năm báo cáo"}
    for placeholder, meaning in names.items():
        plain = plain.replace(placeholder, meaning)
    return plain if "_" in plain else plain[:1].upper() + plain[1:]


def _filled(found: FoundSheet, table: FoundTable, code: str) -> tuple[int, ...]:
    """The sheet columns of a code; of several, those that hold anything below the header."""
    header = table.known_header
    columns = header.columns[code]
    if len(columns) < 2:
        return columns
    below = {c for row in found.grid.rows if header.bottom < row < table.stop for c in found.grid.rows[row]}
    return tuple(column for column in columns if column in below) or columns[:1]


def _report_missing(found: FoundSheet, table: FormTable, header: Header, findings: Findings) -> bool:
    missing = missing_columns(table, header, found.period)
    for code in missing:
        near = [heading for heading in header.headings.values() if heading.stated == code]
        if near:
            findings.add(
                "R02",
                found.sheet.name,
                near[0].address,
                near[0].text,
                meaning=wording(table.column(code)),
                period=found.period.code if found.period else "?",
            )
        else:
            others = [f"{h.address} “{h.text}”" for h in header.unknown if not h.stated][:6]
            findings.add("G02", found.sheet.name, column=wording(table.column(code)), unknown=others)
    return not missing


def _report_lookalikes(found: FoundSheet, table: FoundTable, header: Header, findings: Findings) -> bool:
    """Headings with numbers below them that are not understood, but share a word with a column of observations that is absent:
    leaving them out could lose values without a word."""
    observed = {code for emission in table.table.observations for code in emission.columns}
    told = missing_columns(table.table, header, found.period)
    absent = [
        column
        for column in table.table.columns
        if column.code in observed
        and column.code not in header.columns
        and (column.mandatory == "never" or is_mandatory(column, found.period))
        and not column.is_leading
    ]
    is_safe = True
    for heading in header.unknown:
        if heading.stated or not _has_numbers(found, table, heading.column):
            continue
        likely = [column for column in absent if shares_word(found.catalog, column, heading.text)]
        if not likely:
            continue
        is_safe = False
        if not any(column.code in told for column in likely):  # else the missing column was told, with this heading
            words = [wording(column) for column in likely]
            findings.add("R09", found.sheet.name, heading.address, heading.text, likely=words)
    return is_safe


def _report_later_years(found: FoundSheet, table: FoundTable, header: Header, findings: Findings) -> None:
    """Asks about columns of years after the period that the form has no use for: then the year of the title may be a slip."""
    for heading in header.unknown if found.period else ():
        years = [int(year) for year in _YEAR.findall(heading.text)]
        if years and found.period and min(years) > found.period.end.year and _has_numbers(found, table, heading.column):
            words = {"period": found.period.code, "together": heading.address}
            findings.add("W31", found.sheet.name, heading.address, heading.text, **words)


def _has_numbers(found: FoundSheet, table: FoundTable, column: int) -> bool:
    rows = (row for row in found.grid.rows if table.known_header.bottom < row < table.stop)
    cells = (found.grid.rows[row].get(column) for row in rows)
    return any(cell is not None and is_figure(cell) for cell in cells)


def shares_word(catalog: Catalog, column: Column, heading: str) -> bool:
    """Whether a heading has at least half of the words of one of the column's wordings; periods do not count."""
    phrases = phrases_of(catalog)
    said = _telling(phrases.key(heading.replace(" / ", " "), None))
    for text in column.headings:
        for key in phrases.wordings(text):
            words = _telling(key)
            shared = said & words
            is_telling = any(len(word) > 3 for word in shared) or shared == words
            if words and shared and 2 * len(shared) >= len(words) and is_telling:
                return True
    return False


def _telling(key: Key) -> set[str]:
    """The words of a key without its periods; names such as tui_nilon_kg are three words."""
    return {part for word in key if not word.startswith("@") for part in word.split("_") if part}


def _report_unclear(
    found: FoundSheet,
    table: FormTable,
    header: Header,
    places: Mapping[str, int],
    needed: frozenset[str],
    findings: Findings,
) -> bool:
    """Headings that mean two things, and optional columns whose period is another one."""
    is_safe = True
    missing = missing_columns(table, header, found.period)
    for heading in header.headings.values():
        meant = [code for code in heading.codes if code in needed]
        if len(meant) > 1:
            is_safe = False
            findings.add(
                "R01",
                found.sheet.name,
                heading.address,
                heading.text,
                meaning=" / ".join(meant),
                headings=[heading.text],
            )
        elif heading.stated in needed and heading.stated not in places and heading.stated not in missing:
            findings.add(
                "R03",
                found.sheet.name,
                heading.address,
                heading.text,
                meaning=heading.stated,
                period=found.period.code if found.period else "?",
            )
    return is_safe


def _with_label(table: FoundTable, places: dict[str, int]) -> Places:
    form_table, header = table.table, table.known_header
    roles = {column.code: column.role for column in form_table.columns}
    answers = {code for emission in form_table.observations for code in emission.columns}
    telling = {code for code in places if roles[code] in VALUE_ROLES or code in answers} - {form_table.rows.label}
    telling = telling or set(places) - {form_table.rows.label}
    values = tuple(sorted(places[code] for code in telling))
    label = form_table.rows.label
    if label in places:
        labels: tuple[int, ...] = (places[label],)
    else:
        first = min(places.values())
        labels = tuple(c for c in range(1, first) if c not in header.headings)
    counter = tuple(c for c in range(1, min(labels)) if c not in values) if labels else ()
    return Places(places, labels, values, counter)
