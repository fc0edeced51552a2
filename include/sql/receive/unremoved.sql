-- one row a file of the department that is in the archive and the ledger, but perhaps still lies in the folder
select
    file.file_id,
    file.path_bytes,
    file.ino,
    file.size,
    file.mtime_ns,
    file.ctime_ns,
    file.original_name,
    file.path,
    submission.submission_id,
    submission.received_seq,
    submission.sha256,
    submission.received_at,
    submission.verdict
from intake.file
inner join intake.submission using (submission_id)
where
    file.department_code = %(department)s
    and file.state = 'received'
    and file.removed_at is null
order by submission.received_seq
