"""The DAG files: they load, they only wire, and a data engineer on call finds what to do."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xanh.settings import ROOT

DAGS = ROOT / "dags"
HEAVY = ("pandas", "great_expectations", "pyarrow", "openpyxl", "psycopg", "boto3", "xanh")
LOOK = """
import json, sys, warnings
from airflow.utils.deprecation_tools import DeprecatedImportWarning
warnings.simplefilter("error", DeprecatedImportWarning)
from airflow.dag_processing.dagbag import DagBag
before = set(sys.modules)
bag = DagBag(dag_folder=sys.argv[1])
loaded = sorted(set(sys.modules) - before)
from psycopg.errors import AdminShutdown, UndefinedColumn
policy = bag.dags["ingest"].get_task("process").retry_policy
failures = (AdminShutdown(), UndefinedColumn(), KeyError())
mapper = bag.dags["compute_indicators"].timetable.default_partition_mapper
print(json.dumps({
    "errors": bag.import_errors,
    "loaded": loaded,
    "decisions": {type(each).__name__: policy.evaluate(each, 1, 3).action.value for each in failures},
    "run_of": {period: mapper.to_downstream(period) for period in ("2025-06", "2025-Q2", "2026")},
    "dags": {
        dag.dag_id: {
            "doc": dag.doc_md, "tags": sorted(dag.tags), "catchup": dag.catchup, "runs": dag.max_active_runs,
            "timeout": str(dag.dagrun_timeout), "deadline": bool(dag.deadline), "start": str(dag.start_date),
            "tasks": {t.task_id: {"owner": t.owner, "retries": t.retries, "doc": t.doc_md} for t in dag.tasks},
        }
        for dag in bag.dags.values()
    },
}))
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "include"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "no-plugins"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(DAGS)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_dag_file_loads_without_an_error(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}
    assert {"ingest", "compute_indicators"} <= set(bag["dags"])


def test_loading_a_dag_file_imports_nothing_heavy(bag: dict[str, Any]) -> None:
    heavy = [name for name in bag["loaded"] if name.split(".")[0] in HEAVY]
    assert heavy == []


def test_each_dag_says_what_it_does_and_what_to_do_when_it_is_red(bag: dict[str, Any]) -> None:
    for dag_id, dag in bag["dags"].items():
        assert dag["doc"], dag_id
        assert "red" in dag["doc"], dag_id
        assert "xanh" in dag["tags"], dag_id


def test_each_dag_is_bounded_and_never_catches_up(bag: dict[str, Any]) -> None:
    for dag_id, dag in bag["dags"].items():
        assert dag["timeout"] != "None", dag_id
        assert not dag["catchup"], dag_id
        assert not dag["deadline"], f"{dag_id}: deadlines break dag.test in this Airflow"


def test_only_one_scan_runs_at_a_time(bag: dict[str, Any]) -> None:
    assert bag["dags"]["ingest"]["runs"] == 1


def test_periods_that_are_announced_together_are_computed_by_one_run(bag: dict[str, Any]) -> None:
    assert len(set(bag["run_of"].values())) == 1
    assert bag["dags"]["compute_indicators"]["runs"] == 1


def test_each_task_has_an_owner_and_retries_what_time_can_cure(bag: dict[str, Any]) -> None:
    for dag_id, dag in bag["dags"].items():
        for task_id, task in dag["tasks"].items():
            assert task["owner"] != "airflow", f"{dag_id}.{task_id}"
            assert task["retries"] > 0, f"{dag_id}.{task_id}"
            assert task["doc"], f"{dag_id}.{task_id}"


def test_only_a_database_that_was_away_is_tried_again(bag: dict[str, Any]) -> None:
    assert bag["decisions"] == {"AdminShutdown": "retry", "UndefinedColumn": "fail", "KeyError": "fail"}


def test_the_library_never_imports_airflow() -> None:
    guilty = []
    for path in (ROOT / "include" / "xanh").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            guilty += [f"{path}:{node.lineno}" for name in names if name.split(".")[0] == "airflow"]
    assert guilty == []


def test_plugins_hold_nothing_but_plugin_classes() -> None:
    for path in (ROOT / "plugins").glob("**/*.py"):
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        assert any(base.id == "AirflowPlugin" for c in classes for base in c.bases if isinstance(base, ast.Name)), path
        assert path.stem.endswith("_plugin"), f"{path}: its stem becomes a module name everywhere"
