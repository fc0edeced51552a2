-- one row the moment whose state is published, and the newest computation
select
    now() as as_of,
    (select max(c.run_id) from mart.computation as c) as run_id,
    (select c.state from mart.computation as c order by c.run_id desc limit 1) as state,
    (select c.reason from mart.computation as c order by c.run_id desc limit 1) as reason
