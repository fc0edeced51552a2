"""
# check_deliveries: who owes which report, and reminders

**What.** Every morning at 07:30 of the province: compares the delivery calendar (`include/catalog/obligations.yaml`, `holidays.csv`)
with what has been accepted, and reminds: three working days before the due day, on it, one day after (with the officer in copy),
five days after (with the leader). Each step of each report goes out at most once, also after a crash or a second run:
`ops.reminder` has one row a step. A message is a page in the department's `_phan-hoi/` and an e-mail in `XANH_HOME/outbox`.

**Mail.** Without the Airflow connection `xanh_smtp` the e-mails stay in the outbox folder, where anybody can read them. With it they
are sent and moved to `outbox/sent`.

**Nobody is reminded because of us.** A department with a file that still waits, was blocked, or failed through our fault, or
whose folder does not answer, is left out and named in the log of `remind`; it is looked at again the next morning.

**When it is red.** The database, a share to which a message had to go, or the mail server did not
answer. Clear the task: it goes on where it stopped.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.sdk import DAG, task
from airflow.timetables.trigger import CronTriggerTimetable

with DAG(
    "check_deliveries",
    schedule=CronTriggerTimetable("30 7 * * *", timezone="Asia/Ho_Chi_Minh"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args={"owner": "plan-officer", "retries": 3, "retry_delay": timedelta(minutes=2)},
    tags=["xanh", "deliveries"],
    doc_md=__doc__,
) as dag:

    @task(doc_md="Plans the reminder steps that are due and writes their messages. Returns how many messages.")
    def remind() -> int:
        from datetime import UTC

        from xanh.catalog import load_catalog
        from xanh.database.warehouse import connect, migrate
        from xanh.deliveries import delivery as deliveries
        from xanh.settings import Settings

        settings = Settings.from_environment()
        migrate(settings)
        with connect(settings) as connection:
            checked = deliveries.check(settings, load_catalog(settings.catalog), connection, datetime.now(UTC))
        for department, reason in checked.held.items():
            print(f"{department} is not reminded: {reason}")
        print(f"{checked.planned} reminders in {len(checked.messages)} messages")
        return len(checked.messages)

    @task(trigger_rule="all_done", doc_md="Sends what waits in the outbox, where a mail server is configured.")
    def post() -> int:
        from xanh.settings import Settings
        from xanh_airflow.post import post_outbox

        return post_outbox(Settings.from_environment())

    remind() >> post()
