-- No rows: fills target with what is to be current for the submission keys: the newest full statement and what amends it, in the
-- order of amendment number and arrival. A blank in an amending file leaves the value as it was.
insert into load_target (
    submission_key, cell, submission_id, reading_no, ordinal,
    form_code, measure_code, item_code, item_name, area_code, period_code, period_start, period_end, frequency,
    period_basis, flow, obs_status, value, unit_code, factor, factor_version, source_sheet, source_cell,
    source_label, source_value, source_unit
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
    select c.*
    from chain as c
    where c.place >= coalesce((
        select max(f.place) from chain as f where f.submission_key = c.submission_key and f.semantics = 'full'
    ), 1)
),
said as (
    select
        c.place, c.semantics, i.submission_key,
        core.cell_key(i.measure_code, i.item_code, i.item_name, i.area_code, i.period_start, i.period_end, i.flow) as cell,
        c.submission_id, c.reading_no, i.ordinal, null::bigint as observation_id,
        i.form_code, i.measure_code, i.item_code, i.item_name, i.area_code, i.period_code, i.period_start,
        i.period_end, i.frequency, i.period_basis, i.flow, i.obs_status, i.value, i.unit_code, i.factor,
        i.factor_version, i.source_sheet, i.source_cell, i.source_label, i.source_value, i.source_unit
    from counting as c
    join load_stated as i on i.submission_key = c.submission_key
    where c.submission_id = %(submission_id)s
    union all
    select
        c.place, c.semantics, o.submission_key,
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
        c.place, c.semantics, o.submission_key,
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
)
select distinct on (submission_key, cell)
    submission_key, cell, submission_id, reading_no, ordinal,
    form_code, measure_code, item_code, item_name, area_code, period_code, period_start, period_end, frequency,
    period_basis, flow, obs_status, value, unit_code, factor, factor_version, source_sheet, source_cell,
    source_label, source_value, source_unit
from said
order by submission_key, cell, (value is null and semantics <> 'full'), place desc, observation_id desc
