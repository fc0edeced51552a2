"""One machine's stack: PostgreSQL and Airflow's components, started one by one, watched, and stopped together."""
