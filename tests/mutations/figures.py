"""Mutations of figures: typed as text, in other units, with other signs for nothing, with guesses and errors."""

from __future__ import annotations

from decimal import Decimal

from rows_of_a_table import spell_out_ditto
from state import State, mutation

from xanh.model import Cell

UNITS = {
    "(tấn/ngày)": ("(kg/ngày)", Decimal(1000)),
    "(tấn)": ("(kg)", Decimal(1000)),
    "(lít)": ("(1000 lít)", Decimal("0.001")),
    "(kg)": ("(tấn)", Decimal("0.001")),
    "(nghìn kWh)": ("(kWh)", Decimal(1000)),
    "(m3)": ("(nghìn m3)", Decimal("0.001")),
}
ROW_UNITS = {
    "tấn": ("kg", Decimal(1000)),
    "1000 lít": ("lít", Decimal(1000)),
    "1000 viên": ("triệu viên", Decimal("0.001")),
    "tỷ đồng": ("triệu đồng", Decimal(1000)),
}


def vietnamese(number: Decimal) -> str:
    """1.234,5"""
    return f"{number:,f}".translate(str.maketrans(",.", ".,"))


def _numbers_as(state: State, columns: list[int], write) -> bool:
    found = False
    for column in columns:
        for row in state.body.rows:
            cell = state.grid.cells.get((row, column))
            if cell and cell.kind == "number" and cell.number is not None:
                state.grid.put(row, column, write(cell.number))
                found = True
    return found


def _numbers_of(state: State, column: int) -> list[Decimal]:
    cells = (state.grid.cells.get((row, column)) for row in state.body.rows)
    return [cell.number for cell in cells if cell is not None and cell.number is not None]


def _has_typed_numbers(state: State) -> bool:
    """Whether another mutation typed numbers as text, which a conversion would then leave out."""
    texts = (c.text for (row, _), c in state.grid.cells.items() if row in state.body.rows and c.kind == "text")
    return any(text[:1].isdigit() and not text.isdigit() and "/" not in text for text in texts)


def _value_columns(state: State) -> list[int]:
    return list(state.body.columns)[1:]


@mutation()
def numbers_as_vietnamese_text(state: State) -> bool:
    """Every number of the table typed as 1.234,5."""
    return _numbers_as(state, _value_columns(state), vietnamese)


@mutation()
def numbers_as_english_text(state: State) -> bool:
    """Every number of the table typed as 1,234.5."""
    return _numbers_as(state, _value_columns(state), lambda n: f"{n:,f}")


@mutation()
def numbers_with_decimal_comma(state: State) -> bool:
    """Every number typed as 1234,5, without signs for thousands."""
    return _numbers_as(state, _value_columns(state), lambda n: f"{n:f}".replace(".", ","))


@mutation()
def one_column_as_text(state: State) -> bool:
    """One column as Vietnamese text between real numbers."""
    return _numbers_as(state, [state.dice.choice(_value_columns(state))], vietnamese)


@mutation(is_readable=False)
def mixed_locales(state: State) -> bool:
    """Half of a column typed 1.234,5 and half 1,234.5: undecidable."""
    column = state.dice.choice(_value_columns(state))
    return _numbers_as(state, [column], lambda n: vietnamese(n) if state.dice.random() < 0.5 else f"{n:,f}")


@mutation(is_readable=False)
def thousands_only(state: State) -> bool:
    """A column where every number is like 12.345: thousands or decimals, nobody knows."""
    whole = [c for c in _value_columns(state) if all(n % 1 == 0 for n in _numbers_of(state, c))]
    return bool(whole) and _numbers_as(state, [state.dice.choice(whole)], vietnamese)


@mutation()
def other_sign_for_nothing(state: State) -> bool:
    """A dash of another length, or a written zero, for nothing."""
    sign = state.dice.choice(["–", " - ", "0"])
    found = False
    for column in _value_columns(state):
        if not any(
            c.kind == "number" for (r, at), c in state.grid.cells.items() if at == column and r in state.body.rows
        ):
            continue
        for row in state.body.rows:
            if state.grid.text(row, column) == "-" and state.grid.text(row, state.body.left) != "-":
                state.grid.put(row, column, Decimal(0) if sign == "0" else sign)
                found = True
    return found


@mutation()
def write_out_ditto(state: State) -> bool:
    """Every ditto mark becomes the unit."""
    return spell_out_ditto(state)


@mutation()
def other_ditto_mark(state: State) -> bool:
    """Another sign for "as above"."""
    mark = state.dice.choice(["″", "”", "nt", "''"])
    found = False
    for row in state.body.rows:
        for column in state.body.columns:
            if state.grid.text(row, column) == '"':
                state.grid.put(row, column, mark)
                found = True
    return found


@mutation()
def other_unit_in_a_heading(state: State) -> bool:
    """A heading states another unit and its numbers are converted to it."""
    places = [
        (row, column, unit)
        for row in state.body.header
        for column in state.body.columns
        for unit in UNITS
        if unit in state.grid.text(row, column)
    ]
    if not places:
        return False
    row, column, unit = state.dice.choice(places)
    word, factor = UNITS[unit]
    if _has_typed_numbers(state):
        return False
    merge = next((m for m in state.grid.merges if (m.top, m.left) == (row, column)), None)
    right = merge.right if merge else _group_end(state, row, column)
    state.grid.put(row, column, state.grid.text(row, column).replace(unit, word))
    _scale_columns(state, range(column, right + 1), factor)
    return True


def _group_end(state: State, row: int, column: int) -> int:
    """Without merges: the group goes on under cells that are empty or say the same."""
    text = state.grid.text(row, column)
    end = column
    while end + 1 in state.body.columns and row < state.body.header_bottom:
        following = state.grid.text(row, end + 1)
        below = state.grid.text(state.body.header_bottom, end + 1)
        if following not in ("", text) or not below:
            break
        end += 1
        if following == text:
            state.grid.put(row, end, None)
    return end


def _scale_columns(state: State, columns: range, factor: Decimal) -> None:
    for column in columns:
        for row in state.body.rows:
            cell = state.grid.cells.get((row, column))
            if cell and cell.kind == "number" and cell.number is not None:
                state.grid.put(row, column, (cell.number * factor).normalize())


@mutation()
def other_unit_in_a_row(state: State) -> bool:
    """A row states another unit and its quantities are converted to it."""
    column = next((c for c in state.body.columns if state.grid.text(state.body.header_top, c) == "Đơn vị tính"), None)
    if column is None:
        return False
    spell_out_ditto(state)
    rows = [r for r in state.body.rows if state.grid.text(r, column).lower() in ROW_UNITS]
    if not rows:
        return False
    if _has_typed_numbers(state):
        return False
    row = state.dice.choice(rows)
    unit, factor = ROW_UNITS[state.grid.text(row, column).lower()]
    state.grid.put(row, column, unit)
    for at in list(state.body.columns)[list(state.body.columns).index(column) + 1 :]:
        words = " ".join(state.grid.text(r, c) for r in state.body.header for c in over(state, at))
        cell = state.grid.cells.get((row, at))
        if (
            cell
            and cell.kind == "number"
            and cell.number is not None
            and "sánh" not in words.lower()
            and "%" not in words
        ):
            state.grid.put(row, at, (cell.number * factor).normalize())
    return True


def over(state: State, column: int) -> set[int]:
    """The column and the left end of the merges above it."""
    merges = [m for m in state.grid.merges if m.top in state.body.header and m.left <= column <= m.right]
    return {column, *(m.left for m in merges)}


@mutation()
def percent_as_shares(state: State) -> bool:
    """Percentages formatted as such: 0.85 shown as 85 %."""
    found = False
    for column in _value_columns(state):
        words = " ".join(state.grid.text(r, c) for r in state.body.header for c in over(state, column))
        if "%" not in words:
            continue
        for row in state.body.rows:
            cell = state.grid.cells.get((row, column))
            if cell and cell.kind == "number" and cell.number is not None:
                share = (cell.number / 100).normalize()
                state.grid.cells[row, column] = cell._replace(text=format(share, "f"), is_percent=True)
                found = True
    return found


def _a_number(state: State) -> Cell | None:
    """A number of the table's body by chance, beside its labels."""
    numbers = [
        c
        for p, c in state.grid.cells.items()
        if c.kind == "number" and p[0] in state.body.rows and p[1] > state.body.left + 2
    ]
    return state.dice.choice(numbers) if numbers else None


@mutation(may_lose=True)
def a_guess_in_words(state: State) -> bool:
    """One number becomes "khoảng 30": a warning, and no value."""
    cell = _a_number(state)
    if cell is None:
        return False
    state.grid.put(cell.row, cell.column, f"{state.dice.choice(['khoảng', 'trên', 'gần'])} {cell.text}")
    return True


@mutation(may_lose=True)
def an_error_cell(state: State) -> bool:
    """One number is #REF!: an issue, never a blank."""
    cell = _a_number(state)
    if cell is None:
        return False
    state.grid.cells[cell.row, cell.column] = cell._replace(kind="error", text="#REF!")
    return True


@mutation()
def other_unit_in_the_line(state: State) -> bool:
    """The line above the table states another unit, and the numbers that it rules are converted to it."""
    place = next((p for p, c in state.grid.cells.items() if c.text == "Đơn vị tính: tấn"), None)
    if place is None or _has_typed_numbers(state):
        return False
    state.grid.put(*place, "Đơn vị tính: kg")
    for column in state.body.columns:
        words = " ".join(state.grid.text(r, c) for r in state.body.header for c in over(state, column))
        if "(tấn" not in words and words not in ("STT", "TT"):
            _scale_columns(state, range(column, column + 1), Decimal(1000))
    return True
