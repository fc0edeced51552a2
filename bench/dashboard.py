"""The charts of the dashboard as the queries that they send, and the views that people read beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from xanh.settings import ROOT

ASSETS = ROOT / "include" / "superset"
OPERATORS = {"==": "=", "!=": "<>"}
VIEWS = {
    "newest submissions": "select * from mart.submission order by received_seq desc limit 50",
    "a commune's indicators of a year": "select * from mart.indicator_value where area_code = 'C:01273' and period = '2025'",
    "a value with its observations": "select * from mart.lineage where indicator_code = 'wa_msw_urban_pct' "
    "and area_code = 'C:01273' and period = '2025'",
    "observations of a cell over a year": "select * from mart.observation where measure_code = 'msw_gen_urban_t' "
    "and area_code = 'B:01267' and period_start >= '2025-01-01' and period_start < '2026-01-01'",
}


def queries() -> dict[str, str]:
    """The SQL of each chart by its name, and of each view."""
    datasets = {each["uuid"]: each for each in _read("datasets/*")}
    charts = {chart["slice_name"]: _sql(chart["params"], datasets[chart["dataset_uuid"]]) for chart in _read("charts")}
    return charts | VIEWS


def _read(folder: str) -> Iterator[Mapping[str, Any]]:
    for path in sorted(ASSETS.glob(f"{folder}/*.yaml")):
        yield yaml.safe_load(path.read_text(encoding="utf-8"))


def _sql(chart: Mapping[str, Any], dataset: Mapping[str, Any]) -> str:
    where = " and ".join(_condition(each) for each in chart.get("adhoc_filters", ())) or "true"
    table = f"{dataset['schema']}.{dataset['table_name']}"
    if chart.get("query_mode") == "raw":
        order = ", ".join(json.loads(each)[0] for each in chart["order_by_cols"])
        columns = ", ".join(chart["all_columns"])
        return f"select {columns} from {table} where {where} order by {order} limit {chart['row_limit']}"  # noqa: S608
    expressions = {each["metric_name"]: each["expression"] for each in dataset["metrics"]}
    keys = ", ".join([chart["x_axis"], *chart["groupby"]])
    metrics = ", ".join(expressions[each] for each in chart["metrics"])
    return f"select {keys}, {metrics} from {table} where {where} group by {keys} limit {chart['row_limit']}"  # noqa: S608


def _condition(each: Mapping[str, Any]) -> str:
    if each["comparator"] is None:
        return f"{each['subject']} {each['operator']}"
    operator = OPERATORS.get(each["operator"], each["operator"])
    return f"{each['subject']} {operator} '{each['comparator']}'"
