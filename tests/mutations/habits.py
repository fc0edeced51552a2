"""Habits of people who fill in forms: totals elsewhere, marks, merged names, periods in other words, stale headings."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from figures import over
from grid import spread_header
from rows_of_a_table import numbers_in
from state import State, mutation

from xanh.model import Merge


def _total_row(state: State) -> int | None:
    return next((r for r in state.body.rows if state.grid.text(r, state.body.left + 1) == "Tổng cộng"), None)


def _items(state: State) -> list[int]:
    return [r for r in state.body.rows if state.grid.text(r, state.body.left).isdigit() and numbers_in(state, r)]


@mutation()
def total_in_the_first_column(state: State) -> bool:
    """The word for the total stands in the number column, merged with the label column."""
    row = _total_row(state)
    if row is None:
        return False
    left = state.body.left
    word = state.dice.choice(["TỔNG CỘNG", "Tổng số", "Cộng", "Tổng cộng:", "TỔNG"])
    state.grid.put(row, left, word)
    state.grid.put(row, left + 1, None)
    state.grid.merges.append(Merge(row, left, row, left + 1))
    return True


@mutation()
def total_at_the_top(state: State) -> bool:
    """The total row stands first, as in statistics."""
    row = _total_row(state)
    if row is None:
        return False
    first = state.body.first
    order = {row: first, **{r: r + 1 for r in range(first, row)}}
    state.grid.move(lambda p: (order.get(p[0], p[0]), p[1]))
    return True


@mutation()
def marks_on_labels(state: State) -> bool:
    """Footnote marks behind labels."""
    rows = _items(state)
    if not rows:
        return False
    for row in state.dice.sample(rows, min(3, len(rows))):
        cell = state.grid.cells[row, state.body.left + 1]
        mark = state.dice.choice([" (*)", "(*)", " (1)", "*", " **"])
        state.grid.cells[cell.row, cell.column] = cell._replace(text=cell.text.rstrip() + mark)
    return True


@mutation()
def marks_on_numbers(state: State) -> bool:
    """Footnote marks behind numbers, which makes them texts with a decimal comma."""
    found = False
    for row in _items(state):
        for column in list(state.body.columns)[2:]:
            cell = state.grid.cells.get((row, column))
            if cell and cell.kind == "number" and cell.number is not None and state.dice.random() < 0.05:
                state.grid.put(
                    row, column, f"{cell.number:f}".replace(".", ",") + state.dice.choice(["(*)", " (*)", "*"])
                )
                found = True
    return found


@mutation()
def thousands_with_spaces(state: State) -> bool:
    """Numbers typed as 1 234,5."""
    found = False
    for row in state.body.rows:
        for column in list(state.body.columns)[2:]:
            cell = state.grid.cells.get((row, column))
            if cell and cell.kind == "number" and cell.number is not None:
                state.grid.put(
                    row, column, f"{cell.number:,f}".replace(",", state.dice.choice([" ", "\u00a0"])).replace(".", ",")
                )
                found = True
    return found


@mutation()
def names_merged_over_their_rows(state: State) -> bool:
    """A name and its tax code stand once, merged over all rows of the facility."""
    left = state.body.left + 1
    found = False
    row = state.body.first
    if state.grid.text(state.body.header_top, left) != "Tên cơ sở":
        return False
    while row <= state.body.last:
        end = row
        while end < state.body.last and state.grid.text(end + 1, left) == state.grid.text(row, left) != "":
            end += 1
        if end > row:
            found = True
            for column in (left, left + 1):
                for below in range(row + 1, end + 1):
                    state.grid.put(below, column, None)
                state.grid.merges.append(Merge(row, column, end, column))
        row = end + 1
    return found


@mutation()
def places_without_their_kind(state: State) -> bool:
    """Hòa An for Huyện Hòa An, Thục Phán for P. Thục Phán: the period and the form say which."""
    found = False
    for row in state.body.rows:
        for column in list(state.body.columns)[1:]:
            text = state.grid.text(row, column)
            bare = re.sub(r"^(Huyện|Xã|Phường|H\.|X\.|P\.) ", "", text)
            if bare != text and state.dice.random() < 0.4:
                state.grid.put(row, column, bare)
                found = True
    return found


@mutation()
def places_in_other_short_forms(state: State) -> bool:
    """TP Cao Bằng, h. Hoà An, P.Thục Phán."""
    pairs = {
        "Thành phố ": "TP ",
        "TP. ": "Tp.",
        "Huyện ": "H.",
        "H. ": "Huyện ",
        "Xã ": "X.",
        "X. ": "xã ",
        "Phường ": "P.",
        "P. ": "phường ",
    }
    found = False
    for row in state.body.rows:
        for column in list(state.body.columns)[1:]:
            text = state.grid.text(row, column)
            start = next((s for s in pairs if text.startswith(s) and "(" not in text), None)
            if start and state.dice.random() < 0.5:
                state.grid.put(row, column, pairs[start] + text[len(start) :])
                found = True
    return found


@mutation()
def header_again_on_the_next_page(state: State) -> bool:
    """The header and its code row are repeated in the middle of the body."""
    body = state.body
    rows = _items(state)
    if len(rows) < 4 or any(state.grid.text(r, c) == '"' for r in body.rows for c in body.columns):
        return False
    at = rows[len(rows) // 2]
    copied = [*body.header, *([body.code_row] if body.code_row else [])]
    state.grid.insert_rows(at, len(copied))
    for offset, row in enumerate(copied):
        for column in body.columns:
            state.grid.put(at + offset, column, state.grid.text(row, column) or None)
    state.body = replace(body, last=body.last + len(copied))
    return True


PERIODS = (
    (r"QUÝ (IV|I{1,3}) NĂM (\d{4})", [r"QUÝ \1/\2", r"Quý \1 - \2", r"QUÝ \1 \2", r"QUÝ \1, NĂM \2"]),
    (r"6 THÁNG (ĐẦU|CUỐI) NĂM (\d{4})", [r"6 tháng \1 năm \2", r"SÁU THÁNG \1 NĂM \2", r"06 THÁNG \1 NĂM \2"]),
    (r"THÁNG (\d+) VÀ \d+ THÁNG NĂM (\d{4})", [r"THÁNG \1/\2", r"THÁNG \1 NĂM \2", r"tháng \1 và \1 tháng đầu năm \2"]),
)


@mutation()
def period_in_other_words(state: State) -> bool:
    """The period of the title in another spelling."""
    for place, cell in state.grid.cells.items():
        for pattern, others in PERIODS:
            if place[0] < state.body.header_top and re.search(pattern, cell.text):
                state.grid.cells[place] = cell._replace(text=re.sub(pattern, state.dice.choice(others), cell.text))
                return True
    return False


@mutation()
def period_on_its_own_line(state: State) -> bool:
    """The title without its period, which stands in the row below."""
    for place, cell in state.grid.cells.items():
        for pattern, _ in PERIODS:
            match = re.search(rf" ({pattern})$", cell.text)
            if match and place[0] < state.body.header_top:
                state.grid.cells[place] = cell._replace(text=cell.text[: match.start()])
                state.grid.insert_rows(place[0] + 1)
                state.grid.put(place[0] + 1, place[1], match.group(1))
                body = state.body
                state.body = replace(
                    body,
                    header_top=body.header_top + 1,
                    header_bottom=body.header_bottom + 1,
                    code_row=body.code_row and body.code_row + 1,
                    first=body.first + 1,
                    last=body.last + 1,
                )
                return True
    return False


@mutation(is_readable=False)
def last_months_headings(state: State) -> bool:
    """The headings still name last month: nobody knows whether the numbers are last month's too."""
    found = False
    for row in state.body.header:
        for column in state.body.columns:
            text = state.grid.text(row, column)
            match = re.match(r"Ước tháng (\d+)/(\d{4})$", text)
            if match and int(match.group(1)) > 1:
                state.grid.put(row, column, f"Ước tháng {int(match.group(1)) - 1}/{match.group(2)}")
                found = True
    return found


@mutation(is_readable=False)
def no_group_words(state: State) -> bool:
    """The groups above the headings are gone, so that two columns have the same words."""
    body = state.body
    if body.header_top == body.header_bottom:
        return False
    spread_header(state.grid, body)
    below = [c for c in body.columns if state.grid.text(body.header_bottom, c)]
    for column in below:
        state.grid.put(body.header_top, column, None)
    return bool(below)


@mutation(is_readable=False)
def groups_changed_about(state: State) -> bool:
    """The words of two groups are exchanged over columns that are called alike: the numbers now say something else."""
    groups = [m for m in state.grid.merges if m.top == state.body.header_top and m.right > m.left and m.top == m.bottom]
    pairs = [
        (a, b)
        for a in groups
        for b in groups
        if a.left < b.left and _names(state, a) == _names(state, b) and "(tấn/ngày)" in state.grid.text(a.top, a.left)
    ]
    if not pairs:
        return False
    one, two = state.dice.choice(pairs)
    words = state.grid.text(one.top, one.left), state.grid.text(two.top, two.left)
    if "thu gom" not in (words[0] + words[1]).lower() or "%" in words[0] + words[1]:
        return False
    state.grid.put(one.top, one.left, words[1])
    state.grid.put(two.top, two.left, words[0])
    return True


def _names(state: State, merge: Merge) -> list[str]:
    return [state.grid.text(state.body.header_bottom, c) for c in range(merge.left, merge.right + 1)]


@mutation(is_readable=False)
def the_table_twice(state: State) -> bool:
    """Under the table stands an older version of it, with other numbers."""
    body = state.body
    offset = max(r for r, _ in state.grid.cells) + 3 - body.header_top
    for row in range(body.header_top, body.last + 1):
        for column in body.columns:
            cell = state.grid.cells.get((row, column))
            if cell is None:
                continue
            if cell.kind == "number" and cell.number is not None and row in body.rows:
                state.grid.put(row + offset, column, cell.number * 2)
            else:
                state.grid.cells[row + offset, column] = cell._replace(row=row + offset)
    return True


@mutation()
def subtotals_between(state: State) -> bool:
    """A row "Cộng" in the middle that sums the rows above it."""
    rows = _items(state)
    if len(rows) < 4:
        return False
    body = state.body
    if any(state.grid.text(r, c) == '"' for r in body.rows for c in body.columns):
        return False
    at = rows[len(rows) // 2]
    state.grid.insert_rows(at)
    state.grid.put(at, body.left + 1, state.dice.choice(["Cộng", "Cộng nhóm I", "Tổng số khu vực I"]))
    for column in list(body.columns)[2:]:
        numbers = [
            c.number for r in rows if r < at and (c := state.grid.cells.get((r, column))) and c.number is not None
        ]
        words = " ".join(state.grid.text(r, c) for r in body.header for c in over(state, column))
        if numbers and "%" not in words:
            state.grid.put(at, column, sum(numbers, Decimal(0)))
    state.body = replace(body, last=body.last + 1)
    return True
