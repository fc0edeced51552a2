-- No rows: by which program and suites a computation judged its results; what it held back need not be judged by them again.
alter table ops.compute_run add column judged_by text;
comment on column ops.compute_run.judged_by is 'Hash of the program and the suites that judged the results; NULL for computations before it was kept';
