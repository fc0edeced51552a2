"""
# compute_indicators: observations become indicators

**What.** Runs once for each reference period that `ingest` announced (one asset partition a period). Computes only what changed, and
publishes it if the suite `expectations/indicators.json` passes; the results are in `mart.indicator_value`.

**When it fails** it is announced again after some minutes, then ever more seldom, and at once when something else changes: failed runs
do not pile up.

**When a value is held back** the run is green: the indicator keeps its last published state, and `ops.compute_run` and
`mart.quality` say which rule held it back and why. **When it is red** our program or the database failed: read the log, clear the task.

**Safe to** clear, run by hand for a period (REST: `partition_key`), run twice: unchanged results write nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.sdk import DAG, PartitionedAssetTimetable, task
from airflow.sdk.exceptions import AirflowSkipException

from xanh_airflow.assets import INDICATORS, OBSERVATIONS
from xanh_airflow.retries import SERVICE_RETRIES

with DAG(
    "compute_indicators",
    schedule=PartitionedAssetTimetable(assets=OBSERVATIONS),
    start_date=datetime(2021, 1, 1),
    catchup=False,
    max_active_runs=2,
    dagrun_timeout=timedelta(minutes=30),
    default_args={"owner": "data-engineering", **SERVICE_RETRIES},
    tags=["xanh", "indicators"],
    doc_md=__doc__,
) as dag:

    @task(
        outlets=[INDICATORS],
        doc_md="Computes what has changed; a run whose period is up to date already finds nothing to do.",
    )
    def compute(outlet_events: dict, dag_run: object = None) -> str:  # type: ignore[type-arg]
        from datetime import UTC

        from xanh.catalog import load_catalog
        from xanh.database.warehouse import connect, sql
        from xanh.indicators.compute import compute as compute_changes
        from xanh.settings import Settings
        from xanh_airflow import lineage

        settings = Settings.from_environment()
        started_at = datetime.now(UTC)
        with connect(settings) as connection:
            if connection.execute(sql("indicators/waiting_periods")).fetchone() is None:
                raise AirflowSkipException("an earlier run took this period's changes along")
            computed = compute_changes(connection, load_catalog(settings.catalog), settings)
        print(computed)
        lineage.tell_computation(settings, started_at, computed.changed_count + computed.closed_count)
        if period := getattr(dag_run, "partition_key", None):
            outlet_events[INDICATORS].add_partitions(period)
        return computed.state

    compute()
