"""What is tried again: only what time can cure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy

PAUSE = timedelta(seconds=15)


class ServiceFaults(RetryPolicy):
    """Tries again when the database was away; anything else stays broken until somebody looks.

    Airflow's own rules import the driver whenever a DAG file is read; this one when a task has failed.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Any | None = None
    ) -> RetryDecision:
        """The decision for a failed task."""
        from psycopg import OperationalError

        if isinstance(exception, OperationalError):
            return RetryDecision.retry(PAUSE, "the database restarts or the network is away: time cures it")
        return RetryDecision.fail("not a fault of a service: the same would happen again")


SERVICE_RETRIES = {"retries": 3, "retry_delay": PAUSE, "retry_policy": ServiceFaults()}
"""`default_args` of DAGs whose tasks need the database and nothing else that may be away."""
