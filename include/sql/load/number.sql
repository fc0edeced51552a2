-- No rows: gives what is new its key, by submission and in the order of the file.
with numbered as (
    select
        c.ctid as place, c.submission_id, s.last_observation + row_number() over (
            partition by c.submission_id order by c.ordinal, c.submission_key, c.cell, c.kind
        ) as number
    from load_change as c
    join intake.submission as s on s.submission_id = c.submission_id
    where c.kind in ('added', 'changed', 'late')
),
counted as (
    update intake.submission as s set last_observation = n.highest
    from (select submission_id, max(number) as highest from numbered group by submission_id) as n
    where s.submission_id = n.submission_id
)
update load_change as c set new_id = n.submission_id * 10000000 + n.number from numbered as n where c.ctid = n.place
