-- No rows: enters the submissions of a synthetic history: one an area, month, form and statement, with its unit of supersession.
create temporary table bench_submission as
with forms as (
    select form_code, count(*) as measures, (row_number() over (order by form_code) - 1)::integer as form_no
    from bench_measure group by form_code
)
select
    (((m.month_no * 5000 + a.area_no) * 20 + f.form_no) * 3 + s.revision)::bigint as submission_id,
    s.revision, f.form_code, f.form_no, f.measures, a.area_code, a.area_no, a.department_code, m.month_no, m.period_code,
    m.period_start, m.period_end,
    f.form_code || '|' || a.department_code || '|' || a.area_code || '|' || m.period_code as submission_key,
    m.period_end::timestamptz + make_interval(days => 5 + 30 * (s.revision - 1)) as moment
from bench_month as m
join bench_area as a
    on
        coalesce(a.valid_to, m.period_end) >= m.period_end
        and (a.vintage = 'B' or a.valid_from <= m.period_start)
cross join forms as f
cross join generate_series(1, %(statements)s) as s (revision);

insert into intake.submission (
    submission_id, received_seq, department_code, file_name, sha256, size, received_at, state, verdict, form_code, area_code,
    period_code, period_start, period_end, revision, supersedes, reading_no, last_observation, observation_count,
    critical_count, warning_count, loaded_at, feedback_state, finished_at, catalog_hash, suites_hash, code_version
)
select
    submission_id, submission_id, department_code, 'bieu ' || form_code || ' ' || period_code || '.xlsx',
    encode(sha256(submission_id::text::bytea), 'hex'), 20000, moment, 'done', 'accepted', form_code, area_code, period_code,
    period_start, period_end, revision, case when revision > 1 then submission_id - 1 end, 1, measures, measures, 0, 0, moment,
    'written', moment, 'bench', 'bench', 'bench'
from bench_submission
order by submission_id;

insert into intake.submission_key (
    submission_id, submission_key, reading_no, form_code, area_code, period_code, period_end, semantics, amendment,
    received_seq, revision, supersedes
)
select
    submission_id, submission_key, 1, form_code, area_code, period_code, period_end, 'full', revision - 1, submission_id, revision,
    case when revision > 1 then submission_id - 1 end
from bench_submission
order by submission_id;

select
    setval(pg_get_serial_sequence('intake.submission', 'submission_id'), max(submission_id)),
    setval(pg_get_serial_sequence('intake.submission', 'received_seq'), max(submission_id))
from bench_submission;

create index on bench_submission (month_no);
analyze bench_submission;
analyze intake.submission, intake.submission_key
