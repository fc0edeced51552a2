"""Proposes the catalogue entry of a form from one sample workbook; what it is unsure of is marked with `# ?`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xanh.catalog import Catalog
from xanh.codes import areas, items, units
from xanh.forms.sample import (
    LearnedColumn,
    Region,
    bare_title,
    find_region,
    form_name,
    form_number,
    form_title,
    sample_columns,
    sample_period,
    table_unit,
)
from xanh.model import Period, Workbook
from xanh.reading.grid import Grid
from xanh.reading.phrases import bare

FREQUENCIES = {"M": "month", "Q": "quarter", "H": "half", "A": "year"}
NO_MEASURE = "measure_of_"
"""Begins the placeholder of a measure that a person has still to choose or to define in measures.csv."""


class CannotLearn(ValueError):
    """The sample holds no table that could be a form."""


def learn(workbook: Workbook, catalog: Catalog, department: str, file_name: str) -> str:
    """The YAML of a form as a first proposal. Raises CannotLearn where no sheet has a header above rows of numbers."""
    found = [(grid, region) for sheet in workbook.sheets if (grid := Grid(sheet)) and (region := find_region(grid))]
    if not found:
        raise CannotLearn("no sheet has a header of words above rows of values")
    grid, region = max(found, key=lambda each: each[1].last - each[1].bottom)
    period = sample_period(grid, region, file_name)
    columns = list(sample_columns(catalog, grid, region, period))
    return "\n".join(_yaml(catalog, grid, region, department, period, columns)) + "\n"


def _yaml(
    catalog: Catalog, grid: Grid, region: Region, department: str, period: Period | None, columns: list[LearnedColumn]
) -> Iterator[str]:
    number, title = form_number(grid, region), form_title(grid, region)
    frequency = FREQUENCIES.get(period.frequency) if period else None
    label = next((column for column in columns if column.role == "text"), columns[0])
    yield "# Proposed from a sample. Lines with `# ?` are guesses: check them, then delete the mark."
    code = _form_code(number)
    yield f"code: {code}  # ?{' there is such a form already: choose another code' if code in catalog.forms else ''}"
    yield f"name_vi: {form_name(title)}  # ?"
    yield "name_en: ...  # ? translate"
    yield f"frequency: {frequency or 'month'}{'' if frequency else '  # ? the sample states no period'}"
    yield f"departments: [{department}]"
    yield "source: sample workbook (ASSUMED)"
    yield "layouts:"
    yield '  - code: "1"  # ? the year of the edition'
    yield "    recognise:"
    yield f"      numbers: [{_quoted(number)}]" if number else "      numbers: []  # ? no form number was found"
    is_loud = title is not None and title.upper() == title
    doubt = "" if is_loud else "  # ? the line that states the period"
    yield (
        f"      titles: [{_quoted(bare_title(title))}]{doubt}" if title else "      titles: []  # ? no title was found"
    )
    yield "    tables:"
    yield "      - code: main"
    yield "        rows:"
    yield f"          label: {label.code}"
    place = _place(catalog, columns, period)
    register = _register(catalog, label) if place is not label else None
    by_item = register is not None and any(item.measure for item in catalog.items_of(register))
    yield from _rows(catalog, label, place, register, period)
    yield "        columns:"
    unit = table_unit(catalog, grid, region)
    for column in columns:
        yield _column_line(column, label, unit)
    yield "        observations:"
    for column in columns:
        if column.role in ("number", "percent", "tick"):
            yield from _emission(catalog, column, by_item=by_item)
    yield from _hints(grid, region, columns)


def _rows(
    catalog: Catalog,
    label: LearnedColumn,
    place: LearnedColumn | None,
    register: str | None,
    period: Period | None,
) -> Iterator[str]:
    """The item and area rules that the texts of the sample bear out."""
    if register is not None:
        share = _share_of_items(catalog, register, label)
        yield f"          items: [{{column: {label.code}, item_register: {register}}}]  # ? {share:.0%} of the labels are in it"
    elif place is not label:
        yield f"          items: [{{column: {label.code}, unknown: accept}}]  # ? no register has these labels; name one or list `lines`"
    if place is not None:
        levels = ", ".join(_levels(catalog, place, period)) if period else ""
        rule = f"{{source: column, column: {place.code}, levels: [{levels}]}}"
        yield f"          areas: [{rule}]  # ? one rule a map, with valid_to and valid_from"
    else:
        province = next((area.key for area in catalog.areas.values() if area.level == "province"), "")
        yield f'          areas: [{{source: form, area: "{province}"}}]  # ? the values are of the whole province'


def _place(catalog: Catalog, columns: list[LearnedColumn], period: Period | None) -> LearnedColumn | None:
    """The column of administrative units, if at least half of its texts are some."""
    texts = [column for column in columns if column.role == "text" and period is not None]
    return next((column for column in texts if period and _share_of_areas(catalog, column, period) >= 0.5), None)


def _register(catalog: Catalog, label: LearnedColumn) -> str | None:
    """The register that lists at least half of the labels."""
    shares = {code: _share_of_items(catalog, code, label) for code in catalog.registers}
    best = max(shares, key=lambda code: shares[code], default=None)
    return best if best is not None and shares[best] >= 0.5 else None


def _share_of_areas(catalog: Catalog, column: LearnedColumn, period: Period) -> float:
    texts = [cell.text for cell in column.cells if cell.kind == "text"]
    return _share(areas.resolve(catalog, " ".join(text.split()), period).kind == "match" for text in texts)


def _levels(catalog: Catalog, column: LearnedColumn, period: Period) -> list[str]:
    """The levels of the places of the column, without that of its total."""
    texts = [" ".join(cell.text.split()) for cell in column.cells if cell.kind == "text"]
    found = {area.level for text in texts if (area := areas.resolve(catalog, text, period).area) is not None}
    return sorted(found - {"province"}) or sorted(found)


def _share_of_items(catalog: Catalog, register: str, column: LearnedColumn) -> float:
    texts = [cell.text for cell in column.cells if cell.kind == "text"]
    return _share(items.resolve(catalog, register, " ".join(text.split())).kind == "match" for text in texts)


def _share(hits: Iterator[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0


def _column_line(column: LearnedColumn, label: LearnedColumn, above: str | None) -> str:
    parts = [f"code: {column.code}", f"role: {column.role}"]
    if column is label or column.role in ("number", "unit"):
        parts.append("mandatory: always")
    assumed = above if column.unit is None and not _is_counted(column) else None
    if column.role == "number" and (unit := column.unit or assumed):
        parts.append(f"unit: {_quoted(unit)}")
    parts.append(f"headings: [{_quoted(column.wording)}]")
    why = "  # ? the unit above the table" if column.role == "number" and assumed else ""
    return f"          - {{{', '.join(parts)}}}{why}"


def _is_counted(column: LearnedColumn) -> bool:
    """Whether a heading begins as that of a number of things does: Tổng số hộ, Dân số, Số điểm."""
    return bare(column.wording).startswith(("tong so", "so ", "dan so"))


def _emission(catalog: Catalog, column: LearnedColumn, *, by_item: bool) -> Iterator[str]:
    if column.role == "percent" or "{last_year" in column.wording:
        yield f"          # {column.code}: taken for a comparison that is not observed; replace this line if it is more"
        return
    guess = "item" if by_item and column.role == "number" else _measure(catalog, column)
    code = guess or f"{NO_MEASURE}{column.code}"
    extra = ", value: tick, blank: zero" if column.role == "tick" else ""
    extra += ", status: E" if bare(column.wording).startswith(("uoc", "thuc hien uoc")) else ""
    flow, period = _flow(column)
    why = "closest name among the measures" if guess else "define it in codelists/measures.csv"
    why = "the measure that the register gives each item" if guess == "item" else why
    yield f"          - {{columns: [{column.code}], measure: {code}, flow: {flow}{period}{extra}}}  # ? {why}"


def _flow(column: LearnedColumn) -> tuple[str, str]:
    plain = bare(column.wording)
    if "ke hoach" in plain:
        return "plan", ", period: year"
    if "{ytd}" in column.wording or "luy ke" in plain or "cong don" in plain:
        return "ytd", ", period: year_to_date"
    if "{previous}" in column.wording:
        return "period", ", period: previous"
    return ("stock", "") if _is_counted(column) or plain.startswith("ton ") else ("period", "")


def _measure(catalog: Catalog, column: LearnedColumn) -> str | None:
    """The measure whose name shares the most words with the heading, when it shares most of them and the unit fits."""
    words = set(bare(column.wording).split()) - {"so", "tong", "cua"}
    best: tuple[float, str] | None = None
    for measure in catalog.measures.values():
        name = set(bare(measure.name_vi).split()) - {"so", "tong", "cua"}
        if not name or not words or not _unit_fits(catalog, column, measure.unit_family):
            continue
        score = len(words & name) / len(words | name)
        best = max(best or (0.0, ""), (score, measure.code))
    return best[1] if best and best[0] >= 0.6 else None


def _unit_fits(catalog: Catalog, column: LearnedColumn, family: str) -> bool:
    unit = units.resolve(catalog, column.unit).unit if column.unit else None
    return unit is None or unit.dimension == family


def _hints(grid: Grid, region: Region, columns: list[LearnedColumn]) -> Iterator[str]:
    """Checks that hold in the sample, as comments for the suite."""
    numbers = {c.code: [x.number for x in c.cells if x.number is not None] for c in columns if c.role == "number"}
    unit_of = {column.code: column.unit for column in columns}
    yield "# Candidate checks for expectations/<FORM>.json:"
    for code, values in numbers.items():
        if values and min(values) >= 0:
            yield f"# - {code} is never negative"
    for row in range(region.bottom + 1, region.last + 1):
        texts = [bare(cell.text).strip(" .:") for cell in grid.rows.get(row, {}).values() if cell.kind == "text"]
        if any(text in ("tong cong", "tong so", "cong") for text in texts):
            yield f"# - row {row} is a total: the rows add up to it"
    like = [(a, b) for a in numbers for b in numbers if a != b and unit_of[a] == unit_of[b]]
    pairs = [(a, b) for a, b in like if _always_less(numbers[a], numbers[b])]
    yield from (f"# - {a} <= {b} in every row" for a, b in pairs[:5])


def _always_less(small: list[Decimal], large: list[Decimal]) -> bool:
    return len(small) == len(large) > 2 and all(a <= b for a, b in zip(small, large, strict=True))


def _form_code(number: str | None) -> str:
    digits = re.match(r"\d+", number or "")
    return f"F{int(digits[0]):02d}" if digits else "F99"


def _quoted(text: str | None) -> str:
    return '"' + (text or "").replace("\\", "\\\\").replace('"', '\\"') + '"'
