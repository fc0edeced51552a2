-- No rows: fills change with what separates the current observations of the submission keys from load_target: added, changed, removed,
-- kept. late: what the submission says without becoming current; late_kept: the same where it is the current value anyway. What is new
-- gets its key, by submission and in the order of the file.
insert into load_change (
    kind, open_id, new_id, submission_key, cell, submission_id, reading_no, ordinal, form_code, measure_code, item_code,
    item_name, area_code, period_code, period_start, period_end, frequency, period_basis, flow, obs_status, value,
    unit_code, factor, factor_version, source_sheet, source_cell, source_label, source_value, source_unit
)
with standing as (
    select
        o.*, s.withdrawn_at is not null as is_withdrawn,
        core.cell_key(o.measure_code, o.item_code, o.item_name, o.area_code, o.period_start, o.period_end, o.flow) as cell
    from core.observation as o
    join intake.submission as s on s.submission_id = o.submission_id
    where o.submission_key = any(%(keys)s) and o.known_to is null
),
stated as (
    select
        i.*, core.cell_key(i.measure_code, i.item_code, i.item_name, i.area_code, i.period_start, i.period_end, i.flow) as cell
    from load_stated as i
),
difference (
    kind, open_id, submission_key, cell, submission_id, reading_no, ordinal, form_code, measure_code, item_code, item_name,
    area_code, period_code, period_start, period_end, frequency, period_basis, flow, obs_status, value, unit_code, factor,
    factor_version, source_sheet, source_cell, source_label, source_value, source_unit
) as (
    select
        case
            when t.cell is null then 'removed'
            when o.cell is null then 'added'
            when t.value is not distinct from o.value and t.obs_status = o.obs_status and t.unit_code = o.unit_code
                and not o.is_withdrawn then 'kept'
            else 'changed'
        end,
        o.observation_id, coalesce(t.submission_key, o.submission_key), coalesce(t.cell, o.cell), t.submission_id, t.reading_no,
        t.ordinal,
        coalesce(t.form_code, o.form_code), coalesce(t.measure_code, o.measure_code),
        case when t.cell is null then o.item_code else t.item_code end,
        case when t.cell is null then o.item_name else t.item_name end, coalesce(t.area_code, o.area_code),
        coalesce(t.period_code, o.period_code), coalesce(t.period_start, o.period_start),
        coalesce(t.period_end, o.period_end), t.frequency, t.period_basis, coalesce(t.flow, o.flow), t.obs_status,
        t.value, coalesce(t.unit_code, o.unit_code), t.factor, t.factor_version, t.source_sheet, t.source_cell,
        t.source_label, t.source_value, t.source_unit
    from load_target as t
    full join standing as o on o.submission_key = t.submission_key and o.cell = t.cell
    union all
    select
        case
            when i.value is not distinct from o.value and i.obs_status = o.obs_status and i.unit_code = o.unit_code
                and not o.is_withdrawn then 'late_kept'
            else 'late'
        end,
        o.observation_id, i.submission_key, i.cell, %(submission_id)s, %(reading_no)s, i.ordinal,
        i.form_code, i.measure_code, i.item_code, i.item_name, i.area_code, i.period_code, i.period_start,
        i.period_end, i.frequency, i.period_basis, i.flow, i.obs_status, i.value, i.unit_code, i.factor,
        i.factor_version, i.source_sheet, i.source_cell, i.source_label, i.source_value, i.source_unit
    from stated as i
    left join standing as o on o.submission_key = i.submission_key and o.cell = i.cell
    where not exists (
        select from load_target as t
        where t.submission_key = i.submission_key and t.cell = i.cell and t.submission_id = %(submission_id)s
    )
)
select
    d.kind, d.open_id,
    case when d.kind in ('added', 'changed', 'late') then d.submission_id * 10000000 + s.last_observation + row_number() over (
        partition by d.submission_id, d.kind in ('added', 'changed', 'late') order by d.ordinal, d.submission_key, d.cell, d.kind
    ) end,
    d.submission_key, d.cell, d.submission_id, d.reading_no, d.ordinal, d.form_code, d.measure_code, d.item_code,
    d.item_name, d.area_code, d.period_code, d.period_start, d.period_end, d.frequency, d.period_basis, d.flow,
    d.obs_status, d.value, d.unit_code, d.factor, d.factor_version, d.source_sheet, d.source_cell, d.source_label,
    d.source_value, d.source_unit
from difference as d
left join intake.submission as s on s.submission_id = d.submission_id
