-- No rows: puts the files back beside their submissions, and lets new submissions follow the last one.
insert into intake.file overriding system value
select k.* from kept_file as k
where k.submission_id is null or exists (select from intake.submission as s where s.submission_id = k.submission_id);
select
    setval('intake.submission_submission_id_seq', (select coalesce(max(submission_id), 0) + 1 from intake.submission), false),
    setval('intake.submission_received_seq_seq', (select coalesce(max(received_seq), 0) + 1 from intake.submission), false),
    setval('intake.file_file_id_seq', (select coalesce(max(file_id), 0) + 1 from intake.file), false)
