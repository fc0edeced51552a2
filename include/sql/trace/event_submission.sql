-- One row: a submission as a lineage event tells it: what was read, and what became of it.
select
    s.submission_id,
    s.reading_no,
    s.sha256,
    s.size,
    s.department_code,
    s.form_code,
    s.area_code,
    s.period_code,
    s.verdict,
    s.catalog_hash,
    s.code_version,
    coalesce(s.claimed_at, s.received_at) as started_at,
    coalesce(s.finished_at, s.received_at) as ended_at,
    coalesce(s.observation_count, 0) as observation_count,
    (
        select coalesce(jsonb_object_agg(found.severity, found.times), '{}')
        from (
            select i.severity, count(*) as times
            from intake.issue as i
            where i.submission_id = s.submission_id and i.reading_no = s.reading_no
            group by i.severity
        ) as found
    ) as severities,
    (
        select coalesce(jsonb_object_agg(found.rule, jsonb_build_array(found.severity, found.times)), '{}')
        from (
            select i.rule, min(i.severity) as severity, count(*) as times
            from intake.issue as i
            where i.submission_id = s.submission_id and i.reading_no = s.reading_no
            group by i.rule
        ) as found
    ) as rules
from intake.submission as s
where s.submission_id = any(%(submission_ids)s) and s.state = 'done'
order by s.submission_id
