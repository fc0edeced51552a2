"""
# compute_indicators: observations become indicators

**What.** Runs once for all reference periods that `ingest` announced together (each is a partition of the asset of observations). Computes
only what changed, and publishes it if the suite `expectations/indicators.json` passes; the results are in `mart.indicator_value`.

**When it fails** it is announced again after some minutes, then ever more seldom, and at once when something else changes: failed runs
do not pile up.

**When a value is held back** the run is green: the indicator keeps its last published state, and `ops.compute_run` and
`mart.quality` say which rule held it back and why. **When it is red** our program or the database failed: read the log, clear the task.

**Safe to** clear, run by hand, run twice: it takes whatever has changed, and unchanged results write nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.sdk import DAG, FixedKeyMapper, PartitionedAssetTimetable, task
from airflow.sdk.exceptions import AirflowSkipException

from xanh_airflow.assets import INDICATORS, OBSERVATIONS
from xanh_airflow.retries import SERVICE_RETRIES

with DAG(
    "compute_indicators",
    schedule=PartitionedAssetTimetable(assets=OBSERVATIONS, default_partition_mapper=FixedKeyMapper("changes")),
    start_date=datetime(2021, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args={"owner": "data-engineering", **SERVICE_RETRIES},
    tags=["xanh", "indicators"],
    doc_md=__doc__,
) as dag:

    @task(
        outlets=[INDICATORS],
        doc_md="Computes what has changed; skipped when an earlier run took it along.",
    )
    def compute(outlet_events: dict) -> str:  # type: ignore[type-arg]
        from datetime import UTC

        from xanh.catalog import load_catalog
        from xanh.database.warehouse import connect, sql
        from xanh.indicators.compute import compute as compute_changes
        from xanh.settings import Settings
        from xanh_airflow import lineage

        settings = Settings.from_environment()
        started_at = datetime.now(UTC)
        with connect(settings, autocommit=True) as connection:
            periods = [code for (code,) in connection.execute(sql("indicators/waiting_periods")).fetchall()]
            if not periods:
                raise AirflowSkipException("an earlier run took these changes along")
            computed = compute_changes(connection, load_catalog(settings.catalog), settings)
        print(computed)
        lineage.tell_computation(settings, started_at, computed.changed_count + computed.closed_count)
        outlet_events[INDICATORS].add_partitions(periods)
        return computed.state

    compute()
