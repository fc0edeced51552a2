"""What one DAG makes and another waits for. x-: a scheme for which no provider is imported."""

from __future__ import annotations

from airflow.sdk import Asset

OBSERVATIONS = Asset("x-xanh://warehouse/observations")
INDICATORS = Asset("x-xanh://warehouse/indicators")
