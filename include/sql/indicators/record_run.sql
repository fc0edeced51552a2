-- adds a computation to the log; returns its id
insert into ops.compute_run (state, reason, scope_count, result_count, judged_by)
values (%(state)s, %(reason)s, %(scope_count)s, %(result_count)s, %(judged_by)s)
returning run_id
