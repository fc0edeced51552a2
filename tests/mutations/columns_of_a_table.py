"""Mutations of columns and headers: moved, swapped, added, gone, unmerged, hidden, further right or down."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grid import spread_header
from rows_of_a_table import number_in
from state import State, mutation


def _shift_body(state: State, rows: int = 0, columns: int = 0) -> None:
    b = state.body
    state.body = replace(
        b,
        header_top=b.header_top + rows,
        header_bottom=b.header_bottom + rows,
        code_row=b.code_row and b.code_row + rows,
        first=b.first + rows,
        last=b.last + rows,
        left=b.left + columns,
        right=b.right + columns,
    )


@mutation()
def insert_rows_above(state: State) -> bool:
    """Empty rows above the heading or above the table."""
    at = state.dice.choice([1, 4, state.body.header_top])
    count = state.dice.randint(1, 4)
    state.grid.insert_rows(at, count)
    _shift_body(state, rows=count)
    return True


@mutation()
def insert_columns_left(state: State) -> bool:
    """The whole sheet stands further right."""
    count = state.dice.randint(1, 3)
    state.grid.insert_columns(1, count)
    _shift_body(state, columns=count)
    return True


@mutation()
def move_a_column(state: State) -> bool:
    """One column stands somewhere else, its heading and its group with it."""
    body = state.body
    spread_header(state.grid, body)
    columns = list(body.columns)
    start = columns.index(state.dice.choice(columns[2:]))
    moved = columns.copy()
    column = moved.pop(start)
    moved.insert(state.dice.randint(2, len(moved)), column)
    state.grid.permute_columns({old: new for new, old in zip(columns, moved, strict=True)})
    return True


@mutation()
def swap_two_columns(state: State) -> bool:
    """Two columns change places with their headings."""
    body = state.body
    spread_header(state.grid, body)
    one, two = state.dice.sample(list(body.columns)[1:], 2)
    state.grid.permute_columns({one: two, two: one})
    return True


@mutation()
def insert_an_empty_column(state: State) -> bool:
    """A narrow empty column inside the table, as offices use for spacing."""
    at = state.dice.randint(state.body.left + 1, state.body.right)
    state.grid.insert_columns(at)
    state.body = replace(state.body, right=state.body.right + 1)
    return True


@mutation()
def insert_an_unknown_column(state: State) -> bool:
    """A column that the form does not know, with numbers of its own."""
    body = state.body
    spread_header(state.grid, body)
    at = state.dice.randint(body.left + 2, body.right)
    state.grid.insert_columns(at)
    state.grid.put(
        body.header_top, at, state.dice.choice(["Số lao động (người)", "Người phụ trách", "Xếp loại", "Vốn đầu tư"])
    )
    for row in body.rows:
        if state.grid.text(row, body.left + 1):
            state.grid.put(row, at, Decimal(state.dice.randint(2, 900)))
    state.body = replace(body, right=body.right + 1)
    return True


@mutation(may_lose=True, is_readable=False)
def delete_a_column(state: State) -> bool:
    """A column is gone: fewer values, or a refusal where it was mandatory."""
    column = state.dice.choice(list(state.body.columns)[1:])
    state.grid.delete_column(column)
    state.body = replace(state.body, right=state.body.right - 1)
    return True


@mutation()
def unmerge_the_header(state: State) -> bool:
    """Headings are not merged any more; a group's words stand above its first column only."""
    body = state.body
    before = len(state.grid.merges)
    state.grid.merges = [m for m in state.grid.merges if not body.header_top <= m.top <= body.header_bottom]
    return len(state.grid.merges) < before


@mutation()
def repeat_the_group_words(state: State) -> bool:
    """Headings are not merged any more; a group's words stand above each of its columns."""
    before = len(state.grid.merges)
    spread_header(state.grid, state.body)
    return len(state.grid.merges) < before


@mutation()
def hide_lines(state: State) -> bool:
    """A hidden row or column: still part of the report, to be noted."""
    if state.dice.random() < 0.5:
        state.grid.hidden_columns.add(state.dice.choice(list(state.body.columns)[2:]))
    else:
        state.grid.hidden_rows.add(state.dice.choice(list(state.body.rows)))
    return True


@mutation(is_readable=False)
def add_a_hidden_twin_column(state: State) -> bool:
    """An older version of a column, hidden, under the same heading: read twice, so nobody knows."""
    body = state.body
    spread_header(state.grid, body)
    column = state.dice.choice(list(body.columns)[2:])
    state.grid.insert_columns(column)
    for row in [*body.header, *body.rows]:
        number = number_in(state.grid, row, column + 1)
        state.grid.put(row, column, number * 2 if number is not None else state.grid.text(row, column + 1) or None)
    state.grid.hidden_columns.add(column)
    state.body = replace(body, right=body.right + 1)
    return True


@mutation()
def split_headings_over_rows(state: State) -> bool:
    """The words of long headings stand in two rows, unmerged, as statistics write them."""
    body = state.body
    spread_header(state.grid, body)
    state.grid.insert_rows(body.header_bottom + 1)
    found = False
    for column in body.columns:
        words = state.grid.text(body.header_bottom, column).split(" ")
        if len(words) >= 3 and "(" not in " ".join(words):
            half = len(words) // 2
            state.grid.put(body.header_bottom, column, " ".join(words[:half]))
            state.grid.put(body.header_bottom + 1, column, " ".join(words[half:]))
            found = True
    code = body.code_row and body.code_row + 1
    state.body = replace(
        body, header_bottom=body.header_bottom + 1, code_row=code, first=body.first + 1, last=body.last + 1
    )
    return found
