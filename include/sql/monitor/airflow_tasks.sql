-- one row: a task that failed for good (a red watch is an alert, no failure), or that is not finished and not the resting scan (in Airflow's own database)
select
    task_instance.dag_id || '.' || task_instance.task_id as task,
    case when task_instance.state in ('failed', 'upstream_failed') then 'failed' else 'running' end as state
from task_instance
inner join dag_run on task_instance.dag_id = dag_run.dag_id and task_instance.run_id = dag_run.run_id
where
    (task_instance.state in ('failed', 'upstream_failed') and task_instance.dag_id <> 'watch')
    or (
        task_instance.dag_id = 'compute_indicators'
        and dag_run.state in ('queued', 'running')
        and coalesce(task_instance.state, 'none') not in ('success', 'skipped')
    )
