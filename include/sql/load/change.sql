-- No rows: fills change with what separates the current observations of the submission keys from what is to be current: added, changed,
-- removed, kept. late: what the submission says without becoming current; late_kept: the same where it is the current value anyway.
-- To be current is the newest full statement and what amends it, in the order of amendment number and arrival; a blank in an amending
-- file leaves the value as it was. What is new gets its number, by submission and in the order of the file.
insert into load_change (
    kind, open_id, new_id, submission_key, cell, submission_id, reading_no, ordinal, form_code, measure_code, item_code,
    item_name, area_code, period_code, period_start, period_end, frequency, period_basis, flow, obs_status, value,
    unit_code, factor, factor_version, source_sheet, source_cell, source_label, source_value, source_unit
)
with chain as (
    select
        k.submission_key, k.submission_id, s.reading_no, k.semantics,
        row_number() over (partition by k.submission_key order by k.amendment, k.received_seq) as place
    from intake.submission_key as k
    join intake.submission as s on s.submission_id = k.submission_id and s.reading_no = k.reading_no
    where k.submission_key = any(%(keys)s) and s.withdrawn_at is null
),
counting as (
    select c.*, count(*) over (partition by c.submission_key) as statements
    from chain as c
    where c.place >= coalesce((
        select max(f.place) from chain as f where f.submission_key = c.submission_key and f.semantics = 'full'
    ), 1)
),
now as not materialized (
    select
        c.place, c.semantics, c.statements, i.submission_key,
        core.cell_key(i.measure_code, i.item_code, i.item_name, i.area_code, i.period_start, i.period_end, i.flow) as cell,
        c.submission_id, c.reading_no, i.ordinal, null::bigint as observation_id,
        i.form_code, i.measure_code, i.item_code, i.item_name, i.area_code, i.period_code, i.period_start,
        i.period_end, i.frequency, i.period_basis, i.flow, i.obs_status, i.value, i.unit_code, i.factor,
        i.factor_version, i.source_sheet, i.source_cell, i.source_label, i.source_value, i.source_unit
    from counting as c
    join load_stated as i on i.submission_key = c.submission_key
    where c.submission_id = %(submission_id)s
),
said as (
    select * from now
    where statements > 1
    union all
    select
        c.place, c.semantics, c.statements, o.submission_key,
        core.cell_key(o.measure_code, o.item_code, o.item_name, o.area_code, o.period_start, o.period_end, o.flow),
        c.submission_id, c.reading_no, null, o.observation_id,
        o.form_code, o.measure_code, o.item_code, o.item_name, o.area_code, o.period_code, o.period_start,
        o.period_end, o.frequency, o.period_basis, o.flow, o.obs_status, o.value, o.unit_code, o.factor,
        o.factor_version, o.source_sheet, o.source_cell, o.source_label, o.source_value, o.source_unit
    from counting as c
    join core.observation as o
        on o.submission_id = c.submission_id and o.reading_no = c.reading_no and o.submission_key = c.submission_key
    where c.submission_id is distinct from %(submission_id)s
    union all
    select
        c.place, c.semantics, c.statements, o.submission_key,
        core.cell_key(o.measure_code, o.item_code, o.item_name, o.area_code, o.period_start, o.period_end, o.flow),
        c.submission_id, c.reading_no, null, o.observation_id,
        o.form_code, o.measure_code, o.item_code, o.item_name, o.area_code, o.period_code, o.period_start,
        o.period_end, o.frequency, o.period_basis, o.flow, o.obs_status, o.value, o.unit_code, r.factor,
        r.factor_version, r.source_sheet, r.source_cell, r.source_label, r.source_value, r.source_unit
    from counting as c
    join core.restated as r on r.submission_id = c.submission_id and r.reading_no = c.reading_no
    join core.observation as o
        on o.observation_id = r.observation_id and o.period_start = r.period_start and o.submission_key = c.submission_key
    where c.submission_id is distinct from %(submission_id)s
),
-- where nothing but this submission counts, each cell is stated once already
target as materialized (
    select * from now
    where statements = 1
    union all
    (
        select distinct on (cell collate "C", submission_key collate "C") *
        from said
        order by
            cell collate "C", submission_key collate "C", (value is null and semantics <> 'full'), place desc,
            observation_id desc
    )
),
withdrawn as materialized (
    select s.submission_id
    from intake.submission_key as k
    join intake.submission as s on s.submission_id = k.submission_id
    where k.submission_key = any(%(keys)s) and s.withdrawn_at is not null
),
standing as (
    select
        o.*, o.submission_id in (select w.submission_id from withdrawn as w) as is_withdrawn,
        core.cell_key(o.measure_code, o.item_code, o.item_name, o.area_code, o.period_start, o.period_end, o.flow) as cell
    from core.observation as o
    where o.submission_key = any(%(keys)s) and o.known_to is null
),
late as (
    select
        i.*, core.cell_key(i.measure_code, i.item_code, i.item_name, i.area_code, i.period_start, i.period_end, i.flow) as cell
    from load_stated as i
    where not exists (
        select from target as t where t.ordinal = i.ordinal
    )
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
    from target as t
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
    from late as i
    left join standing as o on o.submission_key = i.submission_key and o.cell = i.cell
),
-- the few submissions whose observations get numbers, found by their keys: however many there are in the ledger
numbered as materialized (
    select s.submission_id, s.last_observation
    from intake.submission as s
    where s.submission_id = any(array(select c.submission_id from counting as c) || %(submission_id)s::bigint)
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
left join numbered as s on s.submission_id = d.submission_id
