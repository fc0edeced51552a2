"""
# maintain: care that nobody remembers to take

**What.** Every night at 02:30 of the province: old rows of Airflow's own database and old logs are removed, the tables get their
parts for the years to come, the warehouse is vacuumed, every archived file is read again and compared with the ledger, a backup is
written (7 days, 5 weeks and 12 months are kept), and on Sundays the newest backup is restored into a scratch server to see that it
can be.

**When it is red.** `verify`: the log names each thing that is wrong and what to type (`xanh doctor` says the same). `back_up` or `drill`:
the disk is full or the backup cannot be read: free space, then clear the task. `docs/runbook.md` has the cases. Nothing here touches
what departments sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.sdk import DAG, task
from airflow.timetables.trigger import CronTriggerTimetable

with DAG(
    "maintain",
    schedule=CronTriggerTimetable("30 2 * * *", timezone="Asia/Ho_Chi_Minh"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=4),
    default_args={"owner": "data-engineering", "retries": 1, "retry_delay": timedelta(minutes=10)},
    tags=["xanh", "care"],
    doc_md=__doc__,
) as dag:

    @task(doc_md="Removes what Airflow's own database keeps of runs older than three months.")
    def clean_metadata() -> None:
        from datetime import UTC

        from xanh.operations import maintain
        from xanh.settings import Settings

        maintain.clean_metadata(Settings.from_environment(), datetime.now(UTC))

    @task(
        doc_md="Removes logs of more than a month, shortens those that are too long, removes what killed processes left in the archive."
    )
    def rotate() -> int:
        from datetime import UTC

        from xanh.arrival.archive import Archive
        from xanh.operations.maintain import rotate_logs, shorten_logs
        from xanh.settings import Settings

        settings = Settings.from_environment()
        Archive(settings.archive).clean()
        shorten_logs(settings.log)
        return rotate_logs(settings.log, datetime.now(UTC))

    @task(doc_md="Makes the parts of the table of observations for the years to come.")
    def partition() -> list[int]:
        from xanh.operations.maintain import add_partitions
        from xanh.settings import Settings

        return add_partitions(Settings.from_environment())

    @task(doc_md="Frees dead rows and renews the planner's statistics.")
    def vacuum() -> None:
        from xanh.operations import maintain
        from xanh.settings import Settings

        maintain.vacuum(Settings.from_environment())

    @task(
        doc_md="Everything that xanh doctor looks at, and every archived file read again. Red when something is critical."
    )
    def verify() -> None:
        from datetime import UTC

        from airflow.sdk.exceptions import AirflowFailException

        from xanh.operations.alerts import tell
        from xanh.operations.doctor import examine_installation
        from xanh.settings import Settings

        settings = Settings.from_environment()
        found = examine_installation(settings, is_thorough=True)
        tell(settings, found, datetime.now(UTC))
        for finding in found:
            print(f"{finding.state} {finding.code}: {finding.text} {finding.advice}")
        critical = [finding.code for finding in found if finding.state == "critical"]
        if critical:
            raise AirflowFailException(f"critical: {', '.join(critical)}")

    @task(doc_md="Writes warehouse and archive into one file and removes the backups that are not kept.")
    def back_up() -> str:
        from datetime import UTC

        from xanh.operations.maintain import make_backup
        from xanh.settings import Settings

        return make_backup(Settings.from_environment(), datetime.now(UTC)).name

    @task(doc_md="On Sundays: restores the backup into a scratch server and counts what it gives back.")
    def drill(name: str) -> dict[str, int]:
        from airflow.sdk import get_current_context
        from airflow.sdk.exceptions import AirflowSkipException

        from xanh.operations import maintain
        from xanh.settings import Settings

        when = get_current_context()["dag_run"].run_after
        if when.isoweekday() != 6:  # the run of Sunday 02:30 local time starts on Saturday in UTC
            raise AirflowSkipException("drills are on Sundays")
        settings = Settings.from_environment()
        return maintain.drill(settings, maintain.backup_folder(settings) / name)

    clean_metadata() >> rotate() >> partition() >> vacuum() >> verify()
    drill(back_up())
