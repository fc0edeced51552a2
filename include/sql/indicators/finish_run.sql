-- notes how many values a computation changed
update ops.compute_run
set changed_count = %(changed)s, closed_count = %(closed)s
where run_id = %(run_id)s
