"""
# watch: is the flow alive, and does anybody have to come?

**What.** Every five minutes: sets the gauges of `xanh metrics` in StatsD or OpenTelemetry (where Airflow's `[metrics]` section has one
on), and looks for what needs an engineer: a scan that stands still, a submission or a computation that is stuck, feedback that could not
be delivered, a growing quarantine, a failed gate, a full disk, an old backup, a certificate that ends, a warehouse of another version.
`ops.alert` remembers what was found since when.

**When it is red** an alert has begun, or a critical one has lasted for another day: the log names it and what to type,
`docs/runbook.md` has the rest. While it lasts the following runs are green, so that a red one is always news. `xanh alerts` lists what
stands. The same goes as e-mail to the engineers (`XANH_HOME/outbox`, or the mail server behind the connection `xanh_smtp`), never to a
department.

**Nobody watches from inside** whether Airflow itself runs: `make status`, or `xanh doctor` from a timer of the system, does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.sdk import DAG, task

with DAG(
    "watch",
    schedule=timedelta(minutes=5),
    start_date=datetime(2021, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=10),
    default_args={"owner": "data-engineering", "retries": 1, "retry_delay": timedelta(seconds=30)},
    tags=["xanh", "care"],
    doc_md=__doc__,
) as dag:

    @task(doc_md="Sets the gauges, looks for alerts, sends their messages. Red when something critical has begun.")
    def look() -> list[str]:
        from contextlib import suppress
        from datetime import UTC

        from airflow.sdk.exceptions import AirflowFailException
        from psycopg import OperationalError

        from xanh.database.postgres import PostgresError
        from xanh.database.warehouse import SchemaUnknown, migrate
        from xanh.operations import alerts
        from xanh.settings import Settings
        from xanh_airflow import metrics, post

        settings = Settings.from_environment()
        with suppress(OperationalError, PostgresError, SchemaUnknown):  # then that is what the look finds
            migrate(settings)
        told = alerts.look(settings, datetime.now(UTC))
        for alert in told:
            print(f"{alert.state} {alert.code}: {alert.text} {alert.advice}")
        if all(alert.code != "warehouse_down" for alert in told):
            metrics.show_state(settings)
        post.post_outbox(settings)
        critical = [alert.code for alert in told if alert.state == "critical"]
        if critical:
            raise AirflowFailException(f"needs an engineer: {', '.join(critical)}")
        return [alert.code for alert in told]

    look()
