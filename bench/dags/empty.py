"""As many tasks as an ingest of one file has, and nothing in them: what Airflow itself costs."""

from __future__ import annotations

from airflow.sdk import DAG, task

with DAG("empty", schedule=None) as dag:

    @task
    def receive() -> list[int]:
        return [1]

    @task
    def process(number: int) -> int:
        return number

    @task
    def announce() -> None:
        return None

    process.expand(number=receive()) >> announce()
