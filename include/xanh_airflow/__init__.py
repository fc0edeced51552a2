"""What the DAGs share and what needs Airflow: retries, mail, metrics, lineage. The library `xanh` knows none of it."""
