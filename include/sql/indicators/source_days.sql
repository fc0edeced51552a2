-- one row: the first and the last day of all that is read
select min(first_day) as first_day, max(last_day) as last_day from source
