"""Values as SDMX-CSV 2.0, with a code list for every dimension and attribute that has codes."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from xanh.publishing.columns import as_text
from xanh.publishing.facts import Facts, Row

AGENCY, FLOW, VERSION = "XANH", "DF_SCP_INDICATOR", "1.0"
DIMENSIONS = ("FREQ", "INDICATOR", "SERIES", "GEOGRAPHY", "REF_AREA", "TIME_PERIOD")
ATTRIBUTES = (
    "UNIT_MEASURE", "OBS_STATUS", "DERIVATION", "PROGRESS", "COVERAGE", "NUMERATOR", "DENOMINATOR", "TARGET_LOW",
    "TARGET_HIGH", "COMMENT_OBS",
)  # fmt: skip
HEADER = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)
FREQUENCIES = {"M": ("M", "Tháng", "Monthly"), "Q": ("Q", "Quý", "Quarterly"), "H": ("S", "6 tháng", "Half-yearly"),
               "A": ("A", "Năm", "Annual")}  # fmt: skip
"""Our frequency: the SDMX code with its names. Half years are S in SDMX."""
_FIXED = {
    "OBS_STATUS": (("A", "Chính thức", "Normal value"), ("E", "Ước tính", "Estimated value"),
                   ("P", "Sơ bộ", "Provisional value"), ("M", "Thiếu", "Missing value")),
    "DERIVATION": (("exact", "Chính xác", "Exact"), ("estimated", "Ước tính", "Estimated"),
                   ("not_derivable", "Không suy ra được", "Not derivable")),
    "PROGRESS": (("met", "Đạt", "Met"), ("on_track", "Đúng tiến độ", "On track"),
                 ("off_track", "Chưa đạt tiến độ", "Off track"), ("no_data", "Chưa đủ số liệu", "No data"),
                 ("not_applicable", "Không đánh giá", "Not assessed")),
}  # fmt: skip


def code(text: str) -> str:
    """An SDMX identifier of a code: letters, digits and _ only. C:01273 becomes C_01273, triệu đồng TRIEU_DONG, % PT."""
    if re.fullmatch(r"[A-Za-z0-9_]+", text):
        return text
    if re.fullmatch(r"[A-Z]+:\d+", text):
        return text.replace(":", "_")
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D").replace("%", " PT "))
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^A-Za-z0-9]+", "_", ascii_only).strip("_").upper()


def time_period(period: str, frequency: str, start: date) -> str:
    """The SDMX form of a period: 2024, 2024-S1, 2024-Q3, 2024-06."""
    return f"{start.year}-S{1 if start.month == 1 else 2}" if frequency == "H" else period


def write_sdmx(folder: Path, facts: Facts) -> None:
    """values.csv and codelists/CL_*.csv."""
    with (folder / "values.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(HEADER)
        writer.writerows(_line(row) for row in facts["value"])
    lists = folder / "codelists"
    lists.mkdir()
    for name, entries in code_lists(facts).items():
        with (lists / f"CL_{name}.csv").open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(("id", "name_vi", "name_en"))
            writer.writerows(entries)


def _line(row: Row) -> list[str]:
    values: Mapping[str, Any] = {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": f"{AGENCY}:{FLOW}({VERSION})",
        "ACTION": "I",
        "FREQ": FREQUENCIES[row["frequency"]][0],
        "INDICATOR": code(row["indicator_code"]),
        "SERIES": code(row["series_code"]),
        "GEOGRAPHY": row["geography"],
        "REF_AREA": code(row["area_code"]),
        "TIME_PERIOD": time_period(row["period"], row["frequency"], row["period_start"]),
        "OBS_VALUE": row["value"],
        "UNIT_MEASURE": code(row["unit_code"]),
        "OBS_STATUS": row["obs_status"],
        "DERIVATION": row["derivation"],
        "PROGRESS": row["progress"],
        "COVERAGE": row["coverage"],
        "NUMERATOR": row["numerator"],
        "DENOMINATOR": row["denominator"],
        "TARGET_LOW": row["target_low"],
        "TARGET_HIGH": row["target_high"],
        "COMMENT_OBS": row["footnote_vi"],
    }
    return [as_text(values[column]) for column in HEADER]


def code_lists(facts: Facts) -> dict[str, list[tuple[str, str, str]]]:
    """Each list with id and names in both languages."""
    units = sorted({row["unit_code"] for row in facts["value"]})
    return {
        "FREQ": list(FREQUENCIES.values()),
        "INDICATOR": _named(facts["indicator"]),
        "SERIES": _named(facts["series"]),
        "GEOGRAPHY": _named(facts["geography"]),
        "REF_AREA": _named(facts["area"]),
        "UNIT_MEASURE": [(code(unit), unit, unit) for unit in units],
        **{name: list(entries) for name, entries in _FIXED.items()},
    }


def _named(rows: Iterable[Row]) -> list[tuple[str, str, str]]:
    return [(code(row["code"]), row["name_vi"], row["name_en"]) for row in rows]
