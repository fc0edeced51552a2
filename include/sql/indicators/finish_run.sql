-- notes how a computation ended, and how many values it changed
update ops.compute_run
set
    state = %(state)s, reason = %(reason)s, scope_count = %(scope_count)s, result_count = %(result_count)s,
    changed_count = %(changed)s, closed_count = %(closed)s
where run_id = %(run_id)s
