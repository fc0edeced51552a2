-- Views of indicators. mart.indicator_history is the base: one row a value of a series as it was known in some interval.

create or replace view mart.indicator_history as
select
    v.indicator_code,
    i.name_vi,
    i.name_en,
    v.area_code,
    a.name_vi as area_name,
    v.geography,
    v.period_code as period,
    v.period_start,
    v.period_end,
    case when v.is_small_count and i.small_count_action = 'suppress' then null else v.value end as value,
    v.unit_code,
    case when v.is_small_count and i.small_count_action = 'suppress' then null else v.numerator end as numerator,
    case when v.is_small_count and i.small_count_action = 'suppress' then null else v.denominator end as denominator,
    v.baseline_value,
    v.target_low,
    v.target_high,
    v.progress,
    v.coverage,
    v.reporting_units_reported,
    v.reporting_units_expected,
    v.obs_status,
    v.derivation,
    v.known_from as computed_at,
    v.frequency,
    v.progress_compound,
    v.path_value,
    v.baseline_year,
    v.baseline_version,
    v.is_below_coverage,
    v.is_small_count,
    v.is_break,
    nullif(concat_ws(
        '; ',
        case when v.value is null and i.source_status <> 'form' then 'Chưa có biểu báo cáo nào cung cấp số liệu' end,
        case when v.value is null and v.progress = 'no_data' and v.method = '' and i.source_status = 'form' then 'Chưa có số liệu' end,
        case when v.method = 'series_only' then 'Không gộp được các sản phẩm khác đơn vị: xem từng chuỗi' end,
        case when v.method = 'no_baseline' then format('Thiếu số liệu năm gốc %s', v.baseline_year) end,
        case when v.derivation = 'not_derivable' and v.method <> 'series_only' then 'Không suy ra được cho địa bàn, kỳ hoặc tổng này' end,
        case when v.derivation = 'estimated' then 'Quy đổi địa giới, ước tính theo số xã cũ' end,
        case when v.obs_status in ('E', 'P') and v.derivation = 'exact' then 'Có số ước tính' end,
        case when v.method = 'days_differ' then 'Tử số và mẫu số không cùng thời gian nên không chia' end,
        case when v.is_below_coverage then 'Độ phủ dưới mức tối thiểu' end,
        case when v.is_small_count then 'Ít đơn vị, cần thận trọng khi công bố' end,
        case when v.is_break then 'Địa giới thay đổi trong kỳ' end
    ), '') as footnote_vi,
    nullif(concat_ws(
        '; ',
        case when v.value is null and i.source_status <> 'form' then 'No form brings this yet' end,
        case when v.value is null and v.progress = 'no_data' and v.method = '' and i.source_status = 'form' then 'No data' end,
        case when v.method = 'series_only' then 'Series in different units have no total: see each series' end,
        case when v.method = 'no_baseline' then format('No data for the baseline year %s', v.baseline_year) end,
        case when v.derivation = 'not_derivable' and v.method <> 'series_only' then 'Cannot be derived for this area, period or total' end,
        case when v.derivation = 'estimated' then 'Converted between maps, estimated by number of old communes' end,
        case when v.obs_status in ('E', 'P') and v.derivation = 'exact' then 'Contains estimates' end,
        case when v.method = 'days_differ' then 'Numerator and denominator cover different days, so no ratio' end,
        case when v.is_below_coverage then 'Coverage below the minimum' end,
        case when v.is_small_count then 'Few units' end,
        case when v.is_break then 'The administrative map changed within the period' end
    ), '') as footnote_en,
    v.series_code,
    coalesce(s.name_vi, m.name_vi, it.name_vi, case v.series_code when 'total' then 'Chung' else v.series_code end) as series_name_vi,
    coalesce(s.name_en, m.name_en, it.name_en, case v.series_code when 'total' then 'Total' else v.series_code end) as series_name_en,
    i.tier,
    i.source_status,
    i.sort_order,
    v.known_from,
    v.known_to,
    v.measure_share
from core.indicator_value as v
join core.indicator as i on i.indicator_code = v.indicator_code
join core.area as a on a.area_code = v.area_code
left join core.measure as m on i.series_rule = 'product' and m.measure_code = v.series_code
left join core.item as it on i.series_rule = 'item' and it.item_code = v.series_code
left join (
    select distinct indicator_code, sector_code, name_vi, name_en from core.indicator_sector
) as s on s.indicator_code = v.indicator_code and s.sector_code = v.series_code;

create or replace view mart.indicator_value as
select
    indicator_code, name_vi, name_en, area_code, area_name, geography, period, period_start, period_end, value, unit_code,
    numerator, denominator, baseline_value, target_low, target_high, progress, coverage, reporting_units_reported,
    reporting_units_expected, obs_status, derivation, computed_at, frequency, progress_compound, path_value, baseline_year,
    baseline_version, is_below_coverage, is_small_count, is_break, footnote_vi, footnote_en,
    measure_share
from mart.indicator_history
where known_to is null and series_code = 'total';

create or replace view mart.indicator_series as
select
    indicator_code, name_vi, name_en, series_code, series_name_vi, series_name_en, area_code, area_name, geography, period,
    period_start, period_end, value, unit_code, numerator, denominator, baseline_value, target_low, target_high, progress,
    coverage, reporting_units_reported, reporting_units_expected, obs_status, derivation, computed_at, frequency,
    baseline_year, baseline_version, footnote_vi, footnote_en,
    measure_share
from mart.indicator_history
where known_to is null;

create or replace function mart.indicator_value_asof(moment timestamptz)
returns table (
    indicator_code text, name_vi text, name_en text, area_code text, area_name text, geography text, period text,
    period_start date, period_end date, value numeric, unit_code text, numerator numeric, denominator numeric,
    baseline_value numeric, target_low numeric, target_high numeric, progress text, coverage numeric,
    reporting_units_reported integer, reporting_units_expected integer, obs_status text, derivation text,
    computed_at timestamptz, frequency text, progress_compound text, path_value numeric, baseline_year integer,
    baseline_version integer, is_below_coverage boolean, is_small_count boolean, is_break boolean, footnote_vi text,
    footnote_en text, measure_share numeric
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        indicator_code, name_vi, name_en, area_code, area_name, geography, period, period_start, period_end, value, unit_code,
        numerator, denominator, baseline_value, target_low, target_high, progress, coverage, reporting_units_reported,
        reporting_units_expected, obs_status, derivation, computed_at, frequency, progress_compound, path_value, baseline_year,
        baseline_version, is_below_coverage, is_small_count, is_break, footnote_vi, footnote_en,
        measure_share
    from mart.indicator_history
    where series_code = 'total' and known_from <= moment and (known_to is null or known_to > moment)
$$;
comment on function mart.indicator_value_asof(timestamptz) is
'Chỉ số như đã biết tại một thời điểm / Indicators as they were known at a moment';

create or replace view mart.indicator as
select
    i.indicator_code as code,
    i.name_vi,
    i.name_en,
    i.sort_order,
    null::date as valid_from,
    null::date as valid_to,
    i.theme_code,
    i.theme_vi,
    i.theme_en,
    i.tier,
    i.unit_code,
    i.definition_vi,
    i.definition_en,
    i.kind,
    c.numerator,
    c.denominator,
    i.multiplier,
    i.direction,
    i.aggregate_time,
    i.aggregate_areas,
    i.aggregate_items,
    i.disaggregation,
    i.frequency,
    i.reporters_vi,
    i.legal_source,
    i.plan_sentence,
    i.plan_sentence_vi,
    i.sdg,
    i.source_status,
    case i.source_status
        when 'form' then 'Có biểu báo cáo'
        when 'planned_form' then 'Biểu đã thiết kế, chưa thu thập'
        else 'Chưa có nguồn số liệu'
    end as source_status_vi,
    i.minimum_coverage,
    i.small_count_threshold,
    i.baseline_year,
    i.baseline_version,
    p.target_low,
    p.target_high,
    p.due_date as target_date,
    p.text_vi as target_vi,
    n.national_2025_vi,
    n.national_2030_vi,
    i.status_definition,
    i.status_target,
    i.note
from core.indicator as i
left join (
    select
        indicator_code,
        string_agg(measure_code, ' + ' order by component_no) filter (where role = 'numerator') as numerator,
        string_agg(measure_code, ' + ' order by component_no) filter (where role = 'denominator') as denominator
    from core.indicator_component
    group by indicator_code
) as c on c.indicator_code = i.indicator_code
left join (
    select distinct on (indicator_code) indicator_code, low as target_low, high as target_high, due_date, text_vi
    from core.indicator_target
    where scope = 'plan'
    order by indicator_code, due_date desc
) as p on p.indicator_code = i.indicator_code
left join (
    select
        indicator_code,
        string_agg(text_vi, '; ') filter (where extract(year from due_date) = 2025) as national_2025_vi,
        string_agg(text_vi, '; ') filter (where extract(year from due_date) = 2030) as national_2030_vi
    from core.indicator_target
    where scope = 'national'
    group by indicator_code
) as n on n.indicator_code = i.indicator_code;

create or replace view mart.indicator_target as
select
    t.indicator_code, i.name_vi, i.name_en, t.scope, t.due_date, t.operator, t.low as target_low, t.high as target_high,
    t.unit_code, t.text_vi, t.is_comparable, t.path_from, t.path_value, t.source, t.status, i.sort_order
from core.indicator_target as t
join core.indicator as i on i.indicator_code = t.indicator_code;

create or replace view mart.lineage as
select v.indicator_code, v.area_code, v.period_code as period, l.observation_id, l.role, v.geography, v.series_code
from core.lineage as l
join core.indicator_value as v on v.indicator_value_id = l.indicator_value_id
where v.known_to is null;

create or replace view mart.plan_progress as
with lines as (
    select t.*, i.name_vi, i.name_en, i.reporters_vi, i.sort_order, i.baseline_year, i.baseline_version, i.source_status, p.plan_start
    from core.indicator_target as t
    join core.indicator as i on i.indicator_code = t.indicator_code
    cross join core.plan as p
    where t.scope = 'plan'
),
province as (
    select v.*, g.geography = (
        select f.geography
        from core.geography as f
        where f.valid_from is null or f.valid_from <= v.period_end
        order by f.valid_from desc nulls last
        limit 1
    ) as is_in_force
    from (select distinct l.indicator_code from lines as l) as asked
    join core.area as a on a.level = 'province'
    -- before the first map none is in force: those years are not looked at, however long the history is
    join mart.indicator_value as v
        on
            v.indicator_code = asked.indicator_code
            and v.area_code = a.area_code
            and v.period_start >= (
                select date_trunc('year', min(coalesce(f.valid_from, '-infinity')))::date from core.geography as f
            )
    join core.geography as g on g.geography = v.geography
),
newest as (
    select distinct on (l.indicator_code, v.area_code) l.indicator_code as line_code, v.*
    from lines as l
    join province as v on v.indicator_code = l.indicator_code and v.period_end <= l.due_date and v.is_in_force
    order by l.indicator_code, v.area_code, v.value is null, v.period_end desc, v.frequency = 'A' desc
),
years as (
    select
        v.indicator_code,
        v.area_code,
        max(v.value) filter (where extract(year from v.period_start) = extract(year from p.plan_start)) as value_year_1,
        max(v.value) filter (where extract(year from v.period_start) = extract(year from p.plan_start) + 1) as value_year_2,
        max(v.value) filter (where extract(year from v.period_start) = extract(year from p.plan_start) + 2) as value_year_3,
        max(v.value) filter (where extract(year from v.period_start) = extract(year from p.plan_start) + 3) as value_year_4,
        max(v.value) filter (where extract(year from v.period_start) = extract(year from p.plan_start) + 4) as value_year_5
    from province as v
    cross join core.plan as p
    where v.frequency = 'A' and v.is_in_force
    group by v.indicator_code, v.area_code
)
select
    l.sort_order,
    l.indicator_code,
    l.name_vi,
    l.name_en,
    n.area_code,
    n.area_name,
    l.text_vi as target_vi,
    l.low as target_low,
    l.high as target_high,
    l.unit_code,
    l.due_date as target_date,
    n.period,
    n.geography,
    n.value,
    n.numerator,
    n.denominator,
    n.value - case l.operator when '<=' then l.high else l.low end as distance,
    n.progress,
    case n.progress
        when 'met' then 'Đạt'
        when 'on_track' then 'Đúng tiến độ'
        when 'off_track' then 'Chưa đạt tiến độ'
        when 'no_data' then 'Chưa đủ số liệu'
        else 'Không áp dụng'
    end as progress_vi,
    n.progress_compound,
    n.path_value,
    n.coverage,
    n.reporting_units_reported,
    n.reporting_units_expected,
    n.obs_status,
    n.derivation,
    o.geography as other_geography,
    o.value as other_geography_value,
    y.value_year_1,
    y.value_year_2,
    y.value_year_3,
    y.value_year_4,
    y.value_year_5,
    l.baseline_year,
    l.baseline_version,
    i.national_2025_vi,
    i.national_2030_vi,
    l.reporters_vi,
    l.source_status,
    n.footnote_vi,
    n.footnote_en,
    n.computed_at,
    n.measure_share
from lines as l
left join newest as n on n.line_code = l.indicator_code
left join province as o
    on
        o.indicator_code = n.indicator_code
        and o.area_code = n.area_code
        and o.period = n.period
        and o.geography <> n.geography
        and o.value is distinct from n.value
        and o.value is not null
left join years as y on y.indicator_code = n.indicator_code and y.area_code = n.area_code
left join mart.indicator as i on i.code = l.indicator_code;

create or replace view mart.series as
select
    h.sort_order as indicator_order,
    h.indicator_code,
    h.name_vi as indicator_name_vi,
    h.name_en as indicator_name_en,
    i.theme_vi,
    i.theme_en,
    h.series_code,
    h.series_name_vi,
    h.series_name_en,
    g.name_vi as geography_name_vi,
    h.geography,
    a.sort_order as area_order,
    h.area_code,
    h.area_name,
    a.level as area_level,
    p.sort_order as period_order,
    h.period,
    p.name_vi as period_name_vi,
    p.name_en as period_name_en,
    extract(year from h.period_start)::integer as year,
    h.frequency,
    h.period_start,
    h.period_end,
    h.value,
    h.unit_code,
    h.numerator,
    h.denominator,
    h.progress,
    h.coverage,
    h.obs_status,
    h.derivation,
    h.footnote_vi,
    h.footnote_en,
    h.computed_at,
    h.measure_share
from mart.indicator_history as h
join core.indicator as i on i.indicator_code = h.indicator_code
join core.area as a on a.area_code = h.area_code
join core.geography as g on g.geography = h.geography
join core.period as p on p.period_code = h.period
where h.known_to is null;

create or replace view mart.fact_indicator_value as
select
    indicator_code, series_code, geography, area_code, period_code as period, unit_code, value, numerator, denominator,
    coverage, progress, obs_status, derivation, known_from as computed_at, measure_share
from core.indicator_value
where known_to is null;

create or replace view mart.geography as
select
    geography as code, name_vi, name_en, row_number() over (order by valid_from nulls first) as sort_order, valid_from, valid_to,
    vintage, unit_level
from core.geography;

create or replace view mart.crosswalk as
select
    x.geography, x.from_area, f.name_vi as from_area_name, x.to_area, t.name_vi as to_area_name, x.share, x.method,
    f.is_disputed or t.is_disputed as is_disputed
from core.crosswalk as x
join core.area as f on f.area_code = x.from_area
join core.area as t on t.area_code = x.to_area;

create or replace view mart.register_status as
select
    i.sort_order,
    i.indicator_code,
    i.name_vi as indicator_name_vi,
    i.name_en as indicator_name_en,
    v.period_code as period,
    v.period_end,
    u.unit_key as unit,
    u.name_vi as unit_name,
    u.area_code,
    case
        when u.done > 0 then 'yes'
        when u.owed = 0 then 'suspended'
        when u.done = 0 then 'no'
        else 'not_reported'
    end as state,
    case
        when u.done > 0 then 'Có'
        when u.owed = 0 then 'Tạm ngừng hoạt động'
        when u.done = 0 then 'Chưa'
        else 'Chưa báo cáo'
    end as state_vi
from core.indicator as i
join core.indicator_value as v on v.indicator_code = i.indicator_code and v.known_to is null and v.series_code = 'total'
join core.area as a on a.area_code = v.area_code and a.level = 'province'
join core.geography as g on g.geography = v.geography
-- the observations of a value are read once, not once a unit
cross join lateral (
    select
        u.unit_key, u.name_vi, u.area_code,
        max(e.value) filter (where e.role = 'numerator') as done,
        max(e.value) filter (where e.role = 'denominator') as owed
    from core.indicator_unit as u
    join core.area as ua on ua.area_code = u.area_code and ua.vintage in (g.vintage, a.vintage)
    left join (
        select l.role, o.value, case i.units_by when 'areas' then o.area_code else o.item_code end as unit_key
        from core.lineage as l
        join core.observation as o on o.observation_id = l.observation_id and o.period_start = l.period_start
        where l.indicator_value_id = v.indicator_value_id
    ) as e using (unit_key)
    where u.indicator_code = i.indicator_code and u.valid_from <= v.period_end and u.valid_to >= v.period_start
    group by u.unit_key, u.name_vi, u.area_code
) as u
where
    i.is_register
    and v.geography = (
        select f.geography
        from core.geography as f
        where f.valid_from is null or f.valid_from <= v.period_end
        order by f.valid_from desc nulls last
        limit 1
    );

create or replace view mart.quality as
select
    i.sort_order,
    v.indicator_code,
    i.name_vi,
    i.name_en,
    v.area_code,
    v.geography,
    v.period_code as period,
    v.period_end,
    v.progress,
    v.coverage,
    v.reporting_units_reported,
    v.reporting_units_expected,
    v.is_below_coverage,
    v.is_small_count,
    v.is_break,
    v.obs_status,
    v.derivation,
    coalesce(c.observation_count, 0) as observation_count,
    coalesce(c.missing_count, 0) as missing_count,
    coalesce(c.estimated_count, 0) as estimated_count,
    coalesce(c.submission_count, 0) as submission_count,
    c.newest_observation_at,
    v.known_from as computed_at
from core.indicator_value as v
join core.indicator as i on i.indicator_code = v.indicator_code
join core.area as a on a.area_code = v.area_code and a.level = 'province'
-- left out where nobody asks for its columns
left join lateral (
    select
        l.indicator_value_id,
        count(distinct o.observation_id)::integer as observation_count,
        (count(distinct o.observation_id) filter (where o.value is null))::integer as missing_count,
        (count(distinct o.observation_id) filter (where o.obs_status in ('E', 'P')))::integer as estimated_count,
        (count(distinct o.submission_id))::integer as submission_count,
        max(o.known_from) as newest_observation_at
    from core.lineage as l
    join core.observation as o on o.observation_id = l.observation_id and o.period_start = l.period_start
    where l.indicator_value_id = v.indicator_value_id
    group by l.indicator_value_id
) as c on c.indicator_value_id = v.indicator_value_id
where v.known_to is null and v.series_code = 'total';

create or replace view mart.computation as
select run_id, started_at, state, reason, scope_count, result_count, changed_count, closed_count
from ops.compute_run;

create or replace view mart.measure_share as
select
    m.sort_order, f.measure_code, m.name_vi, m.name_en, f.period, f.period_start, f.period_end, f.frequency, f.unit_code,
    f.facility_count, f.facility_value, p.province_value, round(f.facility_value / nullif(p.province_value, 0), 6) as share
from (
    select
        o.measure_code, a.forms, o.period, o.frequency, o.period_start, o.period_end, o.unit_code,
        sum(o.value) as facility_value, count(distinct o.item_code)::integer as facility_count
    from (
        select distinct c.source_measure, c.forms
        from core.indicator_component as c
        join core.indicator as i on i.indicator_code = c.indicator_code
        where i.kind in ('intensity', 'reduction') and c.role = 'denominator' and c.forms <> ''
    ) as a
    cross join lateral (
        select *
        from mart.observation as m
        where m.measure_code = a.source_measure and m.form_code = any(string_to_array(a.forms, '|'))
    ) as o
    where o.flow = 'period' and o.value is not null
    group by o.measure_code, a.forms, o.period, o.frequency, o.period_start, o.period_end, o.unit_code
) as f
join core.measure as m on m.measure_code = f.measure_code
-- the months that other forms give for the province, when they are all there
left join lateral (
    select sum(o.value) as province_value
    from mart.observation as o
    join core.area as a on a.area_code = o.area_code and a.level = 'province'
    where
        o.measure_code = f.measure_code
        and o.flow = 'period'
        and o.frequency = 'M'
        and o.unit_code = f.unit_code
        and not o.form_code = any(string_to_array(f.forms, '|'))
        and o.period_start between f.period_start and f.period_end
        and o.period_end <= f.period_end
    having count(*) = count(o.value) and sum(o.period_end - o.period_start + 1) = f.period_end - f.period_start + 1
) as p on true;
