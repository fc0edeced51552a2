"""
# publish_report: exchange files and the report on the plan

**What.** On the 21st of each month at 06:00 of the province, a day after the monthly forms are due: writes
`XANH_HOME/publish/<stamp>/` with Parquet, CSV, SDMX-CSV, Data Package, Open SDG, DCAT and the report in Vietnamese (HTML and
.xlsx), all of one moment, and makes `publish/latest` lead to it. Trigger it by hand before the half-yearly report is signed.

**All or nothing.** The folder gets its name by one rename when it is complete; a run that fails leaves nothing behind, and folders
that exist are never changed. Running it again makes another folder of the same facts.

**When it is red.** The database did not answer or the disk is full: clear the task. It reads as the reader role only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, task
from airflow.timetables.trigger import CronTriggerTimetable

with DAG(
    "publish_report",
    schedule=CronTriggerTimetable("0 6 21 * *", timezone="Asia/Ho_Chi_Minh"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=60),
    default_args={"owner": "plan-officer", "retries": 3, "retry_delay": timedelta(minutes=2)},
    tags=["xanh", "publishing"],
    doc_md=__doc__,
) as dag:

    @task(doc_md="Writes one publication and returns its folder.")
    def publish() -> str:
        from xanh import publishing
        from xanh.catalog import load_catalog
        from xanh.database.warehouse import migrate
        from xanh.settings import Settings
        from xanh_airflow import lineage

        settings = Settings.from_environment()
        started_at = datetime.now(UTC)
        migrate(settings)
        published = publishing.publish(settings, load_catalog(settings.catalog))
        print(f"{published.value_count} values in {published.file_count} files; the report is {published.report}")
        lineage.tell_publication(settings, published.folder.name, started_at, published.file_count)
        return str(published.folder)

    publish()
