"""Mutations of rows: blank ones, sections, parts, other orders, one gone, one twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grid import Grid
from state import State, mutation

from xanh.model import Merge


def number_in(grid: Grid, row: int, column: int) -> Decimal | None:
    """The number in a cell, if there is one."""
    cell = grid.cells.get((row, column))
    return cell.number if cell and cell.kind == "number" else None


def numbers_in(state: State, row: int) -> list[Decimal]:
    """All numbers of a row behind its label."""
    found = (number_in(state.grid, row, c) for c in list(state.body.columns)[2:])
    return [n for n in found if n is not None]


@mutation()
def insert_a_blank_row(state: State) -> bool:
    """An empty row inside the body."""
    at = state.dice.choice(list(state.body.rows)[1:])
    state.grid.insert_rows(at)
    state.body = replace(state.body, last=state.body.last + 1)
    return True


@mutation()
def insert_a_section(state: State) -> bool:
    """A row with a Roman numeral and a title, no values."""
    body = state.body
    at = state.dice.choice(list(body.rows))
    state.grid.insert_rows(at)
    state.grid.put(at, body.left, state.dice.choice(["IV", "V", "VI"]))
    state.grid.put(at, body.left + 1, state.dice.choice(["KHU VỰC PHÍA ĐÔNG", "CÁC ĐƠN VỊ KHÁC", "NHÓM BỔ SUNG"]))
    state.body = replace(body, last=body.last + 1)
    return True


@mutation()
def insert_a_part_row(state: State) -> bool:
    """A row "Trong đó" with half of the row above: part of it, never a value of its own."""
    body = state.body
    rows = [
        r for r in body.rows if isinstance(number_in(state.grid, r, body.right - 1), Decimal) or numbers_in(state, r)
    ]
    if len(rows) < 3:
        return False
    above = state.dice.choice(rows[:-1])
    state.grid.insert_rows(above + 1)
    state.grid.put(above + 1, body.left, "-")
    state.grid.put(
        above + 1,
        body.left + 1,
        state.dice.choice(["  Trong đó: phần trong tỉnh", "Trong đó: Hàng xuất khẩu", "  Chia ra: quý trước"]),
    )
    for column in list(body.columns)[2:]:
        number = number_in(state.grid, above, column)
        if number is not None:
            state.grid.put(above + 1, column, number / 2)
    state.body = replace(body, last=body.last + 1)
    return True


@mutation()
def swap_two_rows(state: State) -> bool:
    """Two rows change places; ditto marks are written out first."""
    body = state.body
    spell_out_ditto(state)
    rows = [r for r in body.rows if numbers_in(state, r) and state.grid.text(r, body.left).isdigit()]
    if len(rows) < 2:
        return False
    one, two = state.dice.sample(rows, 2)
    if any(state.grid.text(r + 1, body.left) == "-" for r in (one, two)):
        return False
    order = {one: two, two: one}
    state.grid.move(lambda p: (order.get(p[0], p[0]), p[1]))
    return True


def spell_out_ditto(state: State) -> bool:
    """Every ditto mark becomes the words above it."""
    found = False
    for column in state.body.columns:
        above = ""
        for row in state.body.rows:
            text = state.grid.text(row, column)
            if text == '"':
                state.grid.put(row, column, above)
                found = True
            elif text:
                above = text
    return found


@mutation(may_lose=True)
def delete_a_row(state: State) -> bool:
    """A row is gone; the total does not fit any more, which is a warning."""
    body = state.body
    rows = [r for r in body.rows if numbers_in(state, r) and state.grid.text(r, body.left).isdigit()]
    if len(rows) < 3:
        return False
    spell_out_ditto(state)
    row = state.dice.choice(rows)
    parts = 1 + (state.grid.text(row + 1, body.left) == "-")
    for _ in range(parts):
        state.grid.delete_row(row)
    state.body = replace(body, last=body.last - parts)
    return True


@mutation(is_readable=False)
def repeat_a_row(state: State) -> bool:
    """The same row twice with other values: nobody knows which is right."""
    body = state.body
    rows = [r for r in body.rows if numbers_in(state, r) and state.grid.text(r, body.left).isdigit()]
    if not rows:
        return False
    spell_out_ditto(state)
    row = state.dice.choice(rows)
    state.grid.insert_rows(row + 1)
    for column in body.columns:
        number, text = number_in(state.grid, row, column), state.grid.text(row, column)
        state.grid.put(row + 1, column, number + 1 if number is not None else text or None)
    state.body = replace(body, last=body.last + 1)
    return True


@mutation()
def merge_number_column_across(state: State) -> bool:
    """A remark column is merged over two rows of the body."""
    body = state.body
    rows = [
        r
        for r in body.rows
        if r + 1 in body.rows and not state.grid.text(r, body.right) and not state.grid.text(r + 1, body.right)
    ]
    if not rows:
        return False
    row = state.dice.choice(rows)
    state.grid.merges.append(Merge(row, body.right, row + 1, body.right))
    return True


@mutation()
def drop_the_code_row(state: State) -> bool:
    """The row A, B, 1, 2 is missing."""
    body = state.body
    if body.code_row is None:
        return False
    state.grid.delete_row(body.code_row)
    state.body = replace(body, code_row=None, first=body.first - 1, last=body.last - 1)
    return True
