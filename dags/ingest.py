"""
# ingest: what departments dropped becomes observations

**What.** Every 30 seconds: looks through the drop folders, takes what is complete into the archive, reads and validates it, loads it
into the warehouse and writes the feedback. Then announces the reference periods that changed; `compute_indicators` runs for those.

**Bad data never turn this red.** They become verdicts (`mart.submission`) with issues (`mart.issue`) and feedback to the sender.
A red task is our program or a service: the database, the disk, the share.

**When it is red.** Open the log of the red task: the last lines name the submission and the cause. Nothing is lost: the originals are in
the archive, the ledger knows how far each came, and the next run takes up whatever is not done. A file with which the
program ended twice is set aside as `unreadable`. `docs/runbook.md` has the cases.

**Safe to** clear, run by hand, run twice, kill.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.sdk import (
    DAG,
    Asset,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    get_current_context,
    task,
)
from airflow.sdk.exceptions import AirflowSkipException

OBSERVATIONS = Asset("xanh://warehouse/observations")
PATIENCE_SECONDS = 6.0
SERVICE_FAULTS = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception="psycopg.OperationalError",
            action=RetryAction.RETRY,
            retry_delay=timedelta(seconds=15),
            reason="the database restarts or the network is away: time cures it",
        ),
        RetryRule(
            exception=Exception, action=RetryAction.FAIL, reason="anything else stays broken until somebody looks"
        ),
    ]
)

with DAG(
    "ingest",
    schedule=timedelta(seconds=30),
    start_date=datetime(2021, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=55),
    default_args={
        "owner": "data-engineering",
        "retries": 3,
        "retry_delay": timedelta(seconds=15),
        "retry_policy": SERVICE_FAULTS,
    },
    tags=["xanh", "intake"],
    doc_md=__doc__,
) as dag:

    @task(doc_md="Takes complete files into archive and ledger. Returns batches of submission ids, at most 32 each.")
    def receive() -> list[list[int]]:
        from xanh.arrival.receive import receive as receive_files
        from xanh.catalog import load_catalog
        from xanh.database.warehouse import connect, migrate
        from xanh.loading import ingest
        from xanh.settings import Settings

        settings = Settings.from_environment()
        migrate(settings)
        with connect(settings, autocommit=True) as connection:
            receive_files(settings, load_catalog(settings.catalog), connection, patience_seconds=PATIENCE_SECONDS)
        return ingest.waiting(settings)

    @task(
        doc_md="Reads, validates, loads and answers a batch. Verdicts are data: see mart.submission.",
        map_index_template="{{ label }}",
    )
    def process(batch: list[int]) -> int:
        from xanh.loading.ingest import process as process_batch
        from xanh.settings import Settings

        get_current_context()["label"] = f"{len(batch)} submissions from {batch[0]}"  # type: ignore[literal-required]
        outcomes = process_batch(Settings.from_environment(), batch)
        for outcome in outcomes:
            print(f"{outcome.submission_id} {outcome.department} {outcome.form or '-'} {outcome.verdict}")
        return len(outcomes)

    @task(outlets=[OBSERVATIONS], doc_md="Announces the reference periods whose indicators have to be computed.")
    def announce(outlet_events: dict) -> None:  # type: ignore[type-arg]
        from xanh.database.warehouse import connect, sql
        from xanh.settings import Settings

        with connect(Settings.from_environment()) as connection:
            periods = [row[0] for row in connection.execute(sql("indicators/waiting_periods"))]
        if not periods:
            raise AirflowSkipException("no reference period has changed")
        outlet_events[OBSERVATIONS].add_partitions(periods)

    process.expand(batch=receive()) >> announce().as_teardown()
