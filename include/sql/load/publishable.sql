-- One row: the submission if this claim still holds it; locked until the transaction ends.
select s.state, s.verdict, s.received_seq, s.revision
from intake.submission as s
where s.submission_id = %(submission_id)s and s.claim_token = %(claim_token)s
for update
