"""
# ingest: what departments dropped becomes observations

**What.** Again and again: `receive` watches the drop folders, for most of a minute when nothing comes, and takes what is complete into
the archive; `process` reads and validates it, loads it into the warehouse and writes the feedback. Then `announce` names the reference
periods that changed; `compute_indicators` runs for those.

**Bad data never turn this red.** They become verdicts (`mart.submission`) with issues (`mart.issue`) and feedback to the sender.
A red task is our program or a service: the database, the disk, the share.

**When it is red.** Open the log of the red task: the last lines name the submission and the cause. Nothing is lost: the originals are in
the archive, the ledger knows how far each came, and the next run takes up whatever is not done. A file with which the
program ended twice is set aside as `unreadable`. `docs/runbook.md` has the cases.

**Safe to** clear, run by hand, run twice, kill.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.sdk import DAG, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from xanh_airflow.assets import OBSERVATIONS
from xanh_airflow.retries import SERVICE_RETRIES

WATCH_SECONDS = 50.0

with DAG(
    "ingest",
    schedule=timedelta(seconds=5),  # the watch of the one run ends, the next begins
    start_date=datetime(2021, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=55),
    default_args={"owner": "data-engineering", **SERVICE_RETRIES},
    tags=["xanh", "intake"],
    doc_md=__doc__,
) as dag:

    @task(
        doc_md="Watches the drop folders and takes complete files. Returns submission ids in lanes, a department in one of them."
    )
    def receive() -> list[list[int]]:
        from xanh.catalog import load_catalog
        from xanh.database.warehouse import connect, migrate
        from xanh.loading import lanes
        from xanh.settings import Settings
        from xanh.stack.closing import is_closing

        settings = Settings.from_environment()
        migrate(settings)
        with connect(settings, autocommit=True) as connection:
            return lanes.wait(
                settings, load_catalog(settings.catalog), connection, WATCH_SECONDS, lambda: is_closing(settings)
            )

    @task(
        doc_md="Reads, validates, loads and answers a lane, in batches, then what nobody has begun of the others. "
        "Verdicts are data: see mart.submission.",
        map_index_template="{{ label }}",
    )
    def process(lane: list[int], shared: list[list[int]]) -> int:
        from xanh.loading import lanes
        from xanh.settings import Settings
        from xanh_airflow import lineage, metrics

        settings = Settings.from_environment()
        get_current_context()["label"] = f"{len(lane)} submissions from {lane[0]}"  # type: ignore[literal-required]
        count = 0
        for outcomes in lanes.work(settings, lane, shared):  # told batch by batch: who knows how the next one ends
            for outcome in outcomes:
                print(f"{outcome.submission_id} {outcome.department} {outcome.form or '-'} {outcome.verdict}")
            done = [outcome.submission_id for outcome in outcomes]
            metrics.count_processed(settings, done)
            lineage.tell_submissions(settings, done)
            count += len(done)
        return count

    @task(outlets=[OBSERVATIONS], doc_md="Announces the reference periods whose indicators have to be computed.")
    def announce(outlet_events: dict) -> None:  # type: ignore[type-arg]
        from datetime import UTC

        from xanh.database.warehouse import connect
        from xanh.indicators.announce import take_announcements
        from xanh.settings import Settings

        with connect(Settings.from_environment()) as connection:
            periods = take_announcements(connection, datetime.now(UTC))
        if not periods:
            raise AirflowSkipException("no reference period has changed since it was announced")
        outlet_events[OBSERVATIONS].add_partitions(periods)

    lanes_of_run = receive()
    process.partial(shared=lanes_of_run).expand(lane=lanes_of_run) >> announce().as_teardown()
