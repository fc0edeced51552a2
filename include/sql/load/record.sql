-- One row: what the archive keeps beside the file, so that it alone can rebuild the warehouse.
select
    s.submission_id, s.received_seq, s.department_code as department, s.file_name, s.relative_path, s.sha256, s.size,
    s.received_at, s.verdict, s.corrects, s.finished_at, s.withdrawn_at, s.withdrawn_by, s.withdrawn_reason,
    (
        select coalesce(json_agg(json_build_object(
            'reading_no', r.reading_no, 'read_at', r.read_at, 'verdict', r.verdict, 'reason', r.reason,
            'catalog_hash', r.catalog_hash, 'suites_hash', r.suites_hash, 'code_version', r.code_version
        ) order by r.reading_no), '[]'::json)
        from intake.reading as r where r.submission_id = s.submission_id
    ) as readings
from intake.submission as s
where s.submission_id = any(%(submission_ids)s)
