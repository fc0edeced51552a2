-- One row: a content that the ledger names.
select distinct sha256 from intake.submission
