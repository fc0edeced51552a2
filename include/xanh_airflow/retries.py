"""What is tried again: only what time can cure."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

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
