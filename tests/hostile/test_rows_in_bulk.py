"""Rows of usual cells are read in bulk, and say exactly what the handlers of the tags would have said; what those refuse is
refused, although of several faults another may be named."""

from __future__ import annotations

import random

import ooxml_kit as kit
import pytest

from xanh.limits import Limits
from xanh.parsing.formats.formulas import Formulas
from xanh.parsing.formats.grid import Budget, Grid
from xanh.parsing.formats.markup import run_expat
from xanh.parsing.formats.words import Words
from xanh.parsing.formats.xlsx_rows import BulkPass
from xanh.parsing.formats.xlsx_sheet import Context, SheetPass
from xanh.parsing.formats.xlsx_styles import Style
from xanh.parsing.unreadable import Unreadable

LIMITS = Limits(row=500, column=60, cell_count=40)
STYLES = (Style("number", None), Style("percent", ".VnTime"), Style("date", "VNI-Times"))
SHARED = ("Tổng số", "Céng", "", (("Cé", ".VnTime"), ("ng", ".VnTime")), "X·")
CELLS = (
    '<c r="{a}"><v>12</v></c>',
    '<c r="{a}" s="1"><v>0.10000000000000001</v></c>',
    '<c r="{a}" s="2"><v>45292</v></c>',
    '<c r="{a}" s="9" t="n"><v>-1e-7</v></c>',
    '<c r="{a}" t="n"></c>',
    '<c r="{a}" s="1"/>',
    '<c r="{a}" s="1" t="s"><v>{n}</v></c>',
    '<c r="{a}" t="s"><v>{n}</v></c>',
    '<c r="{a}" t="str"><f>A1&amp;"[1]x"</f><v>_x0041_ &#272;&amp;</v></c>',
    '<c r="{a}" t="inlineStr"><is><t xml:space="preserve"> S&#7889;&#128; </t></is></c>',
    '<c r="{a}" t="inlineStr"><is><t>Céng</t></is></c>',
    '<c r="{a}" t="b"><v>1</v></c>',
    '<c r="{a}" t="e"><v>#N/A</v></c>',
    '<c r="{a}"><f t="shared" ref="A1:A9" si="0">[2]S!B1</f><v>7</v></c>',
    '<c r="{a}"><f>B1</f></c>',
    '<c r="{a}"><v></v></c>',
    '<c r="{a}"><v> 5 </v></c>',
    '<c r="{a}"><v>-0.00</v></c>',
    '<c r="{a}" t="inlineStr"><is><r><rPr><rFont val=".VnTime"/></rPr><t>Céng</t></r></is></c>',
)
ODD = (
    '<c r="{a}"><v>abc</v></c>',
    '<c r="A1"><v>1</v></c>',
    '<c r="ZZ{r}"><v>1</v></c>',
    '<c r="{a}" t="s"><v>99</v></c>',
    '<c r="{a}"><v>1</c>',
    '<c r="{a}"><c r="{a}"><v>1</v></c></c>',
    '<row r="3"><c r="B3"><v>4</v></c></row>',
    '<row r="4"/>',
    "<!-- <row r='9'> -->",
    "<v>1</v>",
    "</row>",
    "\x01",
    "&#1;",
    "\ufffe",
    "\r\n",
    '<c><v>3</v></c>',
)  # fmt: skip


def sheet(random_: random.Random) -> bytes:
    """Some rows of usual cells, in half of all sheets with something odd."""
    rows = []
    is_odd = random_.random() < 0.5
    for row in sorted(random_.sample(range(1, 12), random_.randint(1, 8))):
        parts = []
        for letter in sorted(random_.sample("ABCDEFGH", random_.randint(0, 5))):
            form = random_.choice(ODD) if is_odd and random_.random() < 0.08 else random_.choice(CELLS)
            parts.append(form.format(a=f"{letter}{row}", r=row, n=random_.randint(0, 4)))
        hidden = ' hidden="1"' if random_.random() < 0.1 else ' spans="1:8"'
        rows.append(f'<row r="{row}"{hidden}>{"".join(parts)}</row>')
    return kit.sheet("".join(rows)).encode("utf-8", "surrogatepass")


def told(content: bytes, *, in_bulk: bool) -> object:
    """What the sheet holds, or why it is refused."""
    grid, budget = Grid("S"), Budget(LIMITS)
    context = Context(budget, Words(budget), SHARED, STYLES, False, Formulas(False))
    sheet: SheetPass
    try:
        if in_bulk:
            sheet = bulk = BulkPass(grid, context)
            bulk.read(content)
        else:
            sheet = SheetPass(grid, context)
            run_expat(content, LIMITS, sheet.start, sheet.end, sheet.characters)
    except Unreadable:
        return "refused"
    formulas = [position for _, position in context.formulas.numeric]
    return grid.cells, grid.hidden_rows, sheet.notes, formulas, budget._cells, budget._texts


@pytest.mark.parametrize("seed", range(20))
def test_a_row_in_bulk_says_what_its_tags_say(seed: int) -> None:
    random_ = random.Random(seed)
    for _ in range(100):
        content = sheet(random_)
        assert told(content, in_bulk=True) == told(content, in_bulk=False), content


def test_most_of_an_ordinary_sheet_is_read_in_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    start = BulkPass.start
    monkeypatch.setattr(BulkPass, "start", lambda self, name, words: (seen.append(name), start(self, name, words))[1])
    told(kit.sheet().encode(), in_bulk=True)
    assert seen == ["worksheet", "sheetData", "row", "row"]


@pytest.mark.parametrize("declared", ["windows-1252", "UTF-16"])
def test_a_sheet_in_another_encoding_is_left_to_expat(declared: str) -> None:
    content = kit.sheet('<row r="1"><c r="A1" t="str"><v>é</v></c></row>').replace("UTF-8", declared)
    encoded = content.encode("utf-16" if declared == "UTF-16" else "utf-8")
    assert told(encoded, in_bulk=True) == told(encoded, in_bulk=False)
