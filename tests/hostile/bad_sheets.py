"""Workbooks in a sound container with something wrong in a sheet."""

from __future__ import annotations

import ooxml_kit as kit
from bad import bad, row, rows


def _deep(levels: int) -> str:
    return "<a>" * levels + "</a>" * levels


SHEETS = [
    bad(
        "uniqueCount of 4 thousand million",
        lambda: kit.xlsx(shared=kit.strings("a", "b", "c", counts='uniqueCount="4294967295" count="1"')),
        "U11",
    ),
    bad(
        "uniqueCount of a thousand million",
        lambda: kit.xlsx(shared=kit.strings("a", "b", "c", counts='uniqueCount="1000000000"')),
        "U11",
    ),
    bad(
        "uniqueCount that is no number",
        lambda: kit.xlsx(shared=kit.strings("a", "b", "c", counts='uniqueCount="-1"')),
        "U01",
    ),
    bad("a cell in the last corner", rows('<c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c>'), "U14", "U15"),
    bad(
        "a cell in the last row",
        lambda: kit.xlsx(
            sheet1=kit.sheet(row('<c r="A1"><v>1</v></c>') + row('<c r="A1048576"><v>1</v></c>', 1048576))
        ),
        "U14",
    ),
    bad("a cell in the last column", rows('<c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c>'), "U14"),
    bad(
        "a box of 200 million cells",
        lambda: kit.xlsx(
            sheet1=kit.sheet(row('<c r="A1"><v>1</v></c>') + row('<c r="ALL200000"><v>1</v></c>', 200000))
        ),
        "U16",
    ),
    bad("a cell twice", rows('<c r="A1"><v>1</v></c><c r="A1"><v>1000</v></c>'), "U15"),
    bad("a cell twice, other case", rows('<c r="A1"><v>1</v></c><c r="a1"><v>1000</v></c>'), "U15"),
    bad(
        "a row twice",
        lambda: kit.xlsx(sheet1=kit.sheet(row('<c r="A1"><v>1</v></c>') + row('<c r="A1"><v>2</v></c>'))),
        "U15",
    ),
    bad("a cell in the wrong row", rows('<c r="A7"><v>1</v></c>'), "U15"),
    bad("two values in a cell", rows('<c r="A1"><v>1</v><v>2</v></c>'), "U15"),
    bad("a cell in a cell", rows('<c r="A1"><v>1</v><c r="B1"><v>2</v></c></c>'), "U01"),
    bad("an address without a number", rows('<c r="A"><v>1</v></c>'), "U01"),
    bad("an address in row 0", rows('<c r="A0"><v>1</v></c>'), "U01"),
    bad("an address of four letters", rows('<c r="AAAA1"><v>1</v></c>'), "U01"),
    bad("an address with Arabic digits", rows('<c r="A١"><v>1</v></c>'), "U01"),
    bad("a row number that is a word", lambda: kit.xlsx(sheet1=kit.sheet('<row r="mot"><c><v>1</v></c></row>')), "U01"),
    bad("a row number below zero", lambda: kit.xlsx(sheet1=kit.sheet('<row r="-5"><c><v>1</v></c></row>')), "U01"),
    bad("infinity", rows('<c r="A1"><v>1e999</v></c>'), "U13"),
    bad("minus infinity", rows('<c r="A1"><v>-1e999</v></c>'), "U13"),
    bad("INF", rows('<c r="A1"><v>INF</v></c>'), "U13"),
    bad("NaN", rows('<c r="A1"><v>NaN</v></c>'), "U13"),
    bad("a hexadecimal number", rows('<c r="A1"><v>0x1F</v></c>'), "U13"),
    bad("a number with underscores", rows('<c r="A1"><v>1_000</v></c>'), "U13"),
    bad("a number with a comma", rows('<c r="A1"><v>1,5</v></c>'), "U13"),
    bad("a number of 30,000 digits", rows(f'<c r="A1"><v>{"1" * 30_000}</v></c>'), "U13"),
    bad("full-width digits", rows('<c r="A1"><v>１２</v></c>'), "U13"),
    bad("words in a number", rows('<c r="A1"><v>1; drop table</v></c>'), "U13"),
    bad("a shared text that is not there", rows('<c r="A1" t="s"><v>99</v></c>'), "U01"),
    bad("a shared text below zero", rows('<c r="A1" t="s"><v>-1</v></c>'), "U01"),
    bad("a shared text that is no number", rows('<c r="A1" t="s"><v>abc</v></c>'), "U01"),
    bad("an unknown cell type", rows('<c r="A1" t="zz"><v>1</v></c>'), "U01"),
    bad("a text of 40,000 characters", rows(f'<c r="A1" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>'), "U17"),
    bad(
        "25,000 merges",
        lambda: kit.xlsx(
            sheet1=kit.sheet(
                after="<mergeCells>"
                + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 25_001))
                + "</mergeCells>"
            )
        ),
        "U05",
    ),
    bad(
        "twenty merges over the same million cells",
        lambda: kit.xlsx(
            sheet1=kit.sheet(
                row('<c r="A1"><v>1</v></c>') + '<row r="10000"><c r="CV10000"><v>1</v></c></row>',
                after="<mergeCells>"
                + "".join(f'<mergeCell ref="A{n}:CV10000"/>' for n in range(1, 21))
                + "</mergeCells>",
            )
        ),
        "U05",
    ),
    bad(
        "a merge backwards",
        rows('<c r="A1"><v>1</v></c>', after='<mergeCells><mergeCell ref="B2:A1"/></mergeCells>'),
        "U01",
    ),
    bad(
        "a merge of nonsense",
        rows('<c r="A1"><v>1</v></c>', after='<mergeCells><mergeCell ref="here:there"/></mergeCells>'),
        "U01",
    ),
    bad(
        "a sheet with a name of a million letters", lambda: kit.xlsx(book=kit.workbook({"x" * 10**6: "visible"})), "U05"
    ),
    bad("100 levels of nesting", rows('<c r="A1"><v>1</v></c>', after=_deep(100)), "U05"),
    bad("100,000 levels of nesting", rows('<c r="A1"><v>1</v></c>', after=_deep(100_000)), "U05"),
    bad("a tag that is not closed", lambda: kit.xlsx(sheet1=kit.sheet().replace("</sheetData>", "")), "U01"),
    bad(
        "bytes that are no UTF-8",
        lambda: kit.xlsx(
            sheet1=kit.sheet(row('<c r="A1" t="str"><v>X</v></c>')).encode().replace(b">X<", b">\xff\xfe<")
        ),
        "U01",
    ),
    bad("a control character", rows('<c r="A1" t="str"><v>\x01</v></c>'), "U01"),
    bad("an undeclared entity", rows('<c r="A1" t="str"><v>&xxe;</v></c>'), "U01"),
    bad("an undeclared prefix of nothing", lambda: kit.xlsx(sheet1="not xml at all"), "U01"),
    bad("an empty sheet part", lambda: kit.xlsx(sheet1=""), "U01"),
    bad("an unknown encoding", lambda: kit.xlsx(sheet1=kit.sheet().replace("UTF-8", "UTF-77")), "U01"),
    bad(
        "a column range of words",
        rows('<c r="A1"><v>1</v></c>', before='<cols><col min="a" max="b" hidden="1"/></cols>'),
        "U01",
    ),
    bad(
        "more text than fits",
        lambda: kit.xlsx(shared=kit.strings(*[f"{n:030000d}" for n in range(2_300)])),
        "U05",
        "U12",
    ),
]
