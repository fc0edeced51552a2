"""The Superset assets: linked by uuid, only columns that the mart has, and no password."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import yaml

from xanh.settings import ROOT

FOLDER = ROOT / "include" / "superset"


def assets(kind: str) -> dict[str, dict[str, Any]]:
    return {
        path.relative_to(FOLDER).as_posix(): yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((FOLDER / kind).rglob("*.yaml"))
    }


def test_the_database_has_no_password_and_reads_as_the_reader() -> None:
    (database,) = assets("databases").values()
    address = database["sqlalchemy_uri"]
    assert address.startswith("postgresql+psycopg2://xanh_reader@")
    assert not database["allow_dml"]


def test_charts_datasets_and_dashboard_are_linked() -> None:
    (database,) = assets("databases").values()
    datasets = {d["uuid"]: d for d in assets("datasets").values()}
    charts = {c["uuid"]: c for c in assets("charts").values()}
    assert {d["database_uuid"] for d in datasets.values()} == {database["uuid"]}
    assert {c["dataset_uuid"] for c in charts.values()} <= set(datasets)
    (dashboard,) = assets("dashboards").values()
    shown = {p["meta"]["uuid"] for p in dashboard["position"].values() if isinstance(p, dict) and p["type"] == "CHART"}
    assert shown == set(charts)


@pytest.mark.parametrize("name", sorted(assets("datasets")))
def test_a_dataset_has_exactly_the_columns_of_its_view_with_their_comments_and_vietnamese_labels(
    conn: psycopg.Connection[Any], name: str
) -> None:
    dataset = assets("datasets")[name]
    rows = conn.execute(
        "select attname, col_description(attrelid, attnum) from pg_attribute"
        " where attrelid = ('mart.' || %s)::regclass and attnum > 0 and not attisdropped",
        [dataset["table_name"]],
    ).fetchall()
    assert [(c["column_name"], c["description"]) for c in dataset["columns"]] == rows
    assert all(c["verbose_name"] for c in dataset["columns"])
