-- No rows: keeps what a later revision, a reprocessing or a withdrawal changed, with both values.
insert into intake.difference (
    submission_id, reading_no, cause, submission_key, kind, form_code, measure_code, item_code, item_name, area_code,
    period_code, period_start, period_end, flow, unit_code, value_before, value_after, obs_status_before, obs_status_after,
    source_sheet, source_cell, observation_before, observation_after, known_from
)
select
    %(submission_id)s, %(reading_no)s, %(cause)s, c.submission_key, c.kind, c.form_code, c.measure_code, c.item_code,
    c.item_name, c.area_code, c.period_code, c.period_start, c.period_end, c.flow, c.unit_code, o.value, c.value,
    o.obs_status, c.obs_status, coalesce(c.source_sheet, o.source_sheet), coalesce(c.source_cell, o.source_cell),
    c.open_id, c.new_id, %(moment)s
from load_change as c
left join core.observation as o on o.observation_id = c.open_id and o.period_start = c.period_start
where c.kind in ('added', 'changed', 'removed')
    and (%(cause)s <> 'loaded' or exists (
        select from intake.submission_key as k
        where k.submission_key = c.submission_key and k.submission_id <> %(submission_id)s
    ))
order by c.submission_key, c.ordinal, c.cell
