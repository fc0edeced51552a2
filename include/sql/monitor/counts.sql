-- One row: a view of mart and how many rows it has.
select 'mart.submission' as name, count(*) as row_count from mart.submission
union all
select 'mart.observation_history', count(*) from mart.observation_history
union all
select 'mart.issue', count(*) from mart.issue
union all
select 'mart.indicator_value', count(*) from mart.indicator_value
