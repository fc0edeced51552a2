"""Mutations of what stands around a table: other sheets, other tables, remarks, headings that went."""

from __future__ import annotations

from decimal import Decimal

from grid import Grid
from state import State, mutation


@mutation()
def add_a_sheet_of_notes(state: State) -> bool:
    """Another sheet, before or after, with words and numbers that belong to no form."""
    other = Grid("Ghi chep", {}, [])
    for row in range(1, 9):
        other.put(row, 1, state.dice.choice(["Việc cần làm", "Liên hệ", "Bảng tính nháp", "Tổng hợp nhanh"]))
        other.put(row, 2, Decimal(state.dice.randint(1, 99999)))
    if state.dice.random() < 0.5:
        state.grids.append(other)
    else:
        state.grids.append(other)
        state.grids[0].name = state.grids[0].name[:20] + " (2)"
    return True


@mutation()
def add_a_hidden_draft(state: State) -> bool:
    """A hidden sheet with an older version of the same table: other values, never to be loaded."""
    draft = Grid.of(state.grid.sheet())
    draft.name, draft.is_visible = "Nháp", False
    _scale(draft, Decimal("0.9"))
    state.grids.append(draft)
    return True


@mutation()
def add_last_years_copy(state: State) -> bool:
    """A second sheet with last year's table, its year in every heading."""
    copy = Grid.of(state.grid.sheet())
    copy.name = "Năm trước"
    years = sorted({y for y in range(2019, 2028) if any(str(y) in c.text for c in copy.cells.values())}, reverse=False)
    for place, cell in copy.cells.items():
        text = cell.text
        for year in years:
            text = text.replace(str(year), str(year - 1))
        if cell.kind == "text" and text != cell.text:
            copy.cells[place] = cell._replace(text=text)
    _scale(copy, Decimal("0.93"))
    state.grids.append(copy)
    return bool(years)


def _scale(grid: Grid, factor: Decimal) -> None:
    for place, cell in list(grid.cells.items()):
        if cell.kind == "number" and cell.number is not None:
            grid.put(*place, cell.number * factor)


@mutation()
def add_a_table_beside(state: State) -> bool:
    """A small table of somebody's own to the right, two columns away."""
    body = state.body
    for row in range(body.first, min(body.last, body.first + 4) + 1):
        state.grid.put(row, body.right + 3, state.dice.choice(["Kiểm tra", "So lại", "Đã gọi", "Chờ"]))
        state.grid.put(row, body.right + 4, Decimal(state.dice.randint(1, 5000)))
    return True


@mutation()
def add_remarks_below(state: State) -> bool:
    """More notes under the table, with numbers in them."""
    bottom = max(r for r, _ in state.grid.cells) + 2
    state.grid.put(bottom, 1, "Ghi chú thêm: số liệu ước tính theo báo cáo nhanh, có 3 đơn vị nộp muộn 2 ngày.")
    state.grid.put(bottom + 1, 1, "Người liên hệ: 0206.385.1234")
    return True


@mutation()
def drop_the_heading(state: State) -> bool:
    """No province, no motto, no report number: only form number, title and table."""
    for row in (1, 3):
        for column in range(1, state.body.right + 1):
            state.grid.put(row, column, None)
    return state.body.header_top >= 8


@mutation()
def merge_title_differently(state: State) -> bool:
    """The title stands in another column of its row, unmerged."""
    merge = next((m for m in state.grid.merges if m.right - m.left >= 3 and m.top < state.body.header_top), None)
    if merge is None:
        return False
    state.grid.merges.remove(merge)
    target = state.dice.randint(merge.left, merge.right)
    text = state.grid.text(merge.top, merge.left)
    state.grid.put(merge.top, merge.left, None)
    state.grid.put(merge.top, target, text)
    return True
