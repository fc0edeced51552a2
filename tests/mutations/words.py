"""Mutations of words: headings and labels in other spellings that mean the same."""

from __future__ import annotations

import re
import unicodedata

from state import State, mutation


def _edit_header(state: State, change) -> bool:
    found = False
    for row in state.body.header:
        for column in state.body.columns:
            text = state.grid.text(row, column)
            if text and (new := change(text)) != text:
                cell = state.grid.cells[row, column]
                state.grid.cells[row, column] = cell._replace(text=new)
                found = True
    return found


@mutation()
def shout_the_headings(state: State) -> bool:
    """Headings in capitals, but for their units in brackets."""
    return _edit_header(state, lambda text: re.sub(r"^[^(]+", lambda m: m.group().upper(), text))


@mutation()
def break_the_headings(state: State) -> bool:
    """Line breaks and double spaces inside headings."""
    return _edit_header(state, lambda text: text.replace(" ", state.dice.choice(["\n", "  ", " \n", "\u00a0"]), 2))


@mutation()
def decompose_the_text(state: State) -> bool:
    """All text in NFD, as a Mac or a web copy leaves it; the parser composes it again."""
    for place, cell in state.grid.cells.items():
        if cell.kind == "text":
            composed = unicodedata.normalize("NFC", unicodedata.normalize("NFD", cell.text))
            state.grid.cells[place] = cell._replace(text=composed)
    return True


@mutation()
def old_tone_places(state: State) -> bool:
    """Hoà for Hòa, thuỷ for thủy, in labels and headings."""
    pairs = {"òa": "oà", "óa": "oá", "ỏa": "oả", "ủy": "uỷ", "ũy": "uỹ", "úy": "uý", "ùy": "uỳ", "ụy": "uỵ", "òe": "oè"}
    found = False
    for place, cell in state.grid.cells.items():
        text = cell.text
        for new, old in pairs.items():
            text = re.sub(rf"(?<![qQ]){new}\b", old, text)
        if cell.kind == "text" and text != cell.text:
            state.grid.cells[place] = cell._replace(text=text)
            found = True
    return found


@mutation()
def other_words_for_headings(state: State) -> bool:
    """Wordings that mean the same."""
    words = {
        "Đơn vị tính": "ĐVT",
        "ĐVT": "Đơn vị tính",
        "Sản phẩm": "Tên sản phẩm",
        "Số hội nghị": "Số hội nghị",
        "Mã số thuế": "MST",
        "Tên cơ sở": "Cơ sở",
        "Nông thôn": "NT",
        "Đô thị": "ĐT",
        "Lũy kế": "Luỹ kế",
        "STT": "TT",
        "Kế hoạch năm": "KH năm",
        "Xã/phường": "Xã, phường",
        "Số DN, cơ sở": "Số DN",
        "Tồn đầu kỳ": "Tồn đầu",
    }
    chosen = state.dice.choice(
        [w for w in words if any(w in state.grid.text(r, c) for r in state.body.header for c in state.body.columns)]
        or [""]
    )
    return bool(chosen) and _edit_header(state, lambda text: text.replace(chosen, words[chosen], 1))


@mutation()
def stray_spaces(state: State) -> bool:
    """Spaces before and after labels, and non-breaking ones inside."""
    for row in state.body.rows:
        cell = state.grid.cells.get((row, state.body.left + 1))
        if cell and cell.kind == "text" and not cell.text.startswith(" "):
            text = cell.text.replace(" ", state.dice.choice(["\u00a0", "  ", " "]), 1)
            state.grid.cells[cell.row, cell.column] = cell._replace(text=f"{text} ")
    return True


@mutation()
def shout_the_labels(state: State) -> bool:
    """Row labels in capitals."""
    for row in state.body.rows:
        cell = state.grid.cells.get((row, state.body.left + 1))
        if cell and cell.kind == "text":
            state.grid.cells[cell.row, cell.column] = cell._replace(text=cell.text.upper())
    return True


@mutation()
def number_of_the_form_written_otherwise(state: State) -> bool:
    """BIỂU SỐ: 01/SCT - CN for Biểu số 01/SCT-CN."""
    for place, cell in state.grid.cells.items():
        if cell.text.startswith("Biểu số"):
            text = cell.text.replace("Biểu số", state.dice.choice(["Biểu số:", "BIỂU SỐ", "Biểu", "Mẫu biểu số"]))
            state.grid.cells[place] = cell._replace(text=text)
            return True
    return False
