-- One row: when the first lane of a stretch of time began (seconds since 1970), and how many runs of ingest had lanes (in Airflow's database).
select extract(epoch from min(start_date))::float8 as began_at, count(distinct run_id) as run_count
from task_instance
where dag_id = 'ingest' and task_id = 'process' and start_date between to_timestamp(%(dropped)s) and to_timestamp(%(answered)s)
