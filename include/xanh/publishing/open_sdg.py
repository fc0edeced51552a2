"""Annual values as Open SDG reads them: one CSV an indicator, `Year` first, `Value` last, blank breakdowns the headline."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from xanh.publishing.columns import as_cell
from xanh.publishing.facts import Facts, Row

HEADER = ("Year", "Units", "Geography", "Area", "Series", "OBS_STATUS", "Value")


def write_open_sdg(folder: Path, facts: Facts) -> None:
    """data/indicator_<id>.csv and meta/<id>.yml for every indicator with an annual value."""
    areas = {row["code"]: row for row in facts["area"]}
    names = {table: facts.names(table) for table in ("geography", "area", "series")}
    in_force = _in_force(facts)
    by_indicator: dict[str, list[list[str]]] = defaultdict(list)
    for row in facts["value"]:
        if row["frequency"] != "A" or row["value"] is None:
            continue
        year = row["period_start"].year
        is_province = areas[row["area_code"]]["level"] == "province"
        is_headline = is_province and row["geography"] == in_force(row)
        by_indicator[row["indicator_code"]].append([
            str(year),
            row["unit_code"],
            "" if is_headline else names["geography"][row["geography"]],
            "" if is_province else names["area"][row["area_code"]],
            "" if row["series_code"] == "total" else names["series"][row["series_code"]],
            row["obs_status"],
            as_cell(row["value"]),
        ])  # fmt: skip
    (folder / "data").mkdir()
    (folder / "meta").mkdir()
    for row in facts["indicator"]:
        lines = by_indicator.get(row["code"])
        if lines:
            _write(folder, row, sorted(lines, key=lambda line: (line[2:5], line[0])))


def _in_force(facts: Facts) -> Any:
    ordered = sorted(facts["geography"], key=lambda row: row["sort_order"])

    def geography(row: Row) -> str:
        valid = [g["code"] for g in ordered if g["valid_from"] is None or g["valid_from"] <= row["period_end"]]
        return str(valid[-1] if valid else ordered[0]["code"])

    return geography


def _write(folder: Path, indicator: Row, lines: list[list[str]]) -> None:
    identity = indicator["code"].replace("_", "-")
    with (folder / "data" / f"indicator_{identity}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(lines)
    meta: Mapping[str, Any] = {
        "indicator_number": identity.replace("-", "."),
        "indicator_name": indicator["name_vi"],
        "indicator_name_en": indicator["name_en"],
        "computation_units": indicator["unit_code"],
        "computation_definitions": indicator["definition_vi"],
        "computation_calculations": f"{indicator['numerator']} / {indicator['denominator'] or 1}",
        "sdg_goal": indicator["sdg"],
        "national_geographical_coverage": "Cao Bằng",
        "source_organisation_1": indicator["reporters_vi"],
        "reporting_status": "complete",
        "graph_type": "line",
    }
    text = yaml.safe_dump(dict(meta), allow_unicode=True, sort_keys=False)
    (folder / "meta" / f"{identity}.yml").write_text(text, encoding="utf-8")
