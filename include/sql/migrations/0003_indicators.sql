-- Indicators: their definitions as copied from the catalogue, their values with full history, and the edges to observations.
create table core.geography (
    geography text primary key,
    vintage text not null,
    unit_level text not null,
    name_vi text not null,
    name_en text not null,
    valid_from date,
    valid_to date
);

create table core.crosswalk (
    geography text not null references core.geography,
    from_area text not null,
    to_area text not null,
    share numeric check (share > 0 and share <= 1),
    method text not null,
    primary key (geography, from_area, to_area)
);
comment on column core.crosswalk.share is 'NULL: the part cannot be known, results are not_derivable';

create table core.indicator_item_area (
    item_code text not null,
    vintage text not null,
    area_code text not null,
    primary key (item_code, vintage)
);

create table core.indicator (
    indicator_code text primary key,
    theme_code text not null,
    theme_vi text not null,
    theme_en text not null,
    name_vi text not null,
    name_en text not null,
    sort_order integer not null,
    tier text not null,
    unit_code text not null,
    kind text not null,
    multiplier numeric not null,
    match_rule text not null,
    series_rule text not null,
    has_total boolean not null,
    counts_areas boolean not null,
    is_share boolean not null,
    is_register boolean not null,
    definition_vi text not null,
    definition_en text not null,
    direction text not null,
    aggregate_time text not null,
    aggregate_areas text not null,
    aggregate_items text not null,
    disaggregation text not null,
    frequency text not null,
    units_by text not null,
    reporters_vi text not null,
    plan_sentence text not null,
    plan_sentence_vi text not null,
    legal_source text not null,
    sdg text not null,
    source_status text not null,
    minimum_coverage numeric not null,
    small_count_threshold integer not null,
    small_count_action text not null,
    baseline_year integer not null,
    baseline_version integer not null,
    status_definition text not null,
    status_target text not null,
    note text
);

create table core.indicator_frequency (
    indicator_code text not null references core.indicator on delete cascade,
    frequency text not null,
    primary key (indicator_code, frequency)
);

create table core.indicator_component (
    indicator_code text not null references core.indicator on delete cascade,
    component_no integer not null,
    role text not null check (role in ('numerator', 'denominator')),
    measure_code text not null,
    source_measure text not null,
    derivation text not null check (derivation in ('none', 'positive', 'areas')),
    over_time text not null,
    factor_code text,
    forms text not null,
    primary key (indicator_code, component_no)
);
create index indicator_component_source on core.indicator_component (source_measure);
comment on column core.indicator_component.forms is 'Form codes that count, with | between them; empty for any';

create table core.indicator_weight (
    factor_code text not null,
    valid_from date not null,
    valid_to date not null,
    value numeric not null,
    is_estimate boolean not null,
    source text not null,
    status text not null,
    primary key (factor_code, valid_from)
);

create table core.indicator_sender (
    measure_code text not null,
    department_code text not null,
    priority integer not null,
    primary key (measure_code, department_code)
);

create table core.indicator_sector (
    indicator_code text not null references core.indicator on delete cascade,
    sector_code text not null,
    measure_code text not null,
    name_vi text not null,
    name_en text not null,
    is_in_total boolean not null,
    sort_order integer not null,
    primary key (indicator_code, sector_code, measure_code)
);

create table core.indicator_unit (
    indicator_code text not null references core.indicator on delete cascade,
    unit_key text not null,
    area_code text not null,
    name_vi text not null,
    valid_from date not null,
    valid_to date not null,
    primary key (indicator_code, unit_key, area_code)
);

create table core.indicator_target (
    indicator_code text not null references core.indicator on delete cascade,
    target_no integer not null,
    scope text not null check (scope in ('plan', 'national')),
    due_date date not null,
    operator text,
    low numeric,
    high numeric,
    unit_code text,
    text_vi text not null,
    is_comparable boolean not null,
    path_from date,
    path_value numeric,
    source text not null,
    status text not null,
    primary key (indicator_code, scope, target_no)
);

create table core.plan (
    plan_code text primary key,
    name_vi text not null,
    programme text not null,
    plan_start date not null,
    plan_end date not null,
    on_track_tolerance numeric not null,
    catalog_hash text not null
);

create table ops.compute_run (
    run_id bigint generated always as identity primary key,
    started_at timestamptz not null default now(),
    state text not null check (state in ('published', 'partly', 'refused')),
    reason text,
    scope_count integer not null default 0,
    result_count integer not null default 0,
    changed_count integer not null default 0,
    closed_count integer not null default 0
);

-- Indicators and periods whose last state stays published because their new results did not pass the suite.
create table ops.held_back (
    indicator_code text not null,
    period_code text not null,
    run_id bigint not null references ops.compute_run,
    reason text not null,
    primary key (indicator_code, period_code)
);

create table core.indicator_value (
    indicator_value_id bigint generated always as identity primary key,
    indicator_code text not null,
    series_code text not null default 'total',
    area_code text not null,
    geography text not null,
    frequency text not null,
    period_code text not null,
    period_start date not null,
    period_end date not null,
    value numeric,
    unit_code text not null,
    numerator numeric,
    denominator numeric,
    baseline_value numeric,
    baseline_year integer not null,
    baseline_version integer not null,
    target_low numeric,
    target_high numeric,
    path_value numeric,
    progress text not null check (progress in ('met', 'on_track', 'off_track', 'no_data', 'not_applicable')),
    progress_compound text check (progress_compound in ('met', 'on_track', 'off_track')),
    coverage numeric,
    is_below_coverage boolean not null default false,
    is_small_count boolean not null default false,
    is_break boolean not null default false,
    reporting_units_reported integer,
    reporting_units_expected integer,
    obs_status text not null,
    derivation text not null check (derivation in ('exact', 'estimated', 'not_derivable')),
    method text not null default '',
    lineage_hash text not null default '',
    run_id bigint,
    known_from timestamptz not null,
    known_to timestamptz,
    check (known_to is null or known_to >= known_from)
);
create unique index indicator_value_current on core.indicator_value
    (indicator_code, period_code, geography, area_code, series_code) where known_to is null;
create index indicator_value_area on core.indicator_value (geography, area_code, period_start) where known_to is null;
create index indicator_value_history on core.indicator_value (indicator_code, area_code, period_start, known_from);

create table core.lineage (
    indicator_value_id bigint not null references core.indicator_value on delete cascade,
    observation_id bigint not null,
    role text not null check (role in ('numerator', 'denominator', 'baseline')),
    primary key (indicator_value_id, observation_id, role)
);
create index lineage_observation on core.lineage (observation_id);

grant select, insert, update, delete on
    core.geography, core.crosswalk, core.indicator_item_area, core.indicator, core.indicator_frequency,
    core.indicator_component, core.indicator_weight, core.indicator_sender, core.indicator_sector, core.indicator_unit,
    core.indicator_target, core.plan
to xanh_loader;
grant select, insert, update on ops.compute_run to xanh_loader;
grant select, insert, delete on ops.held_back to xanh_loader;
grant select, insert on core.indicator_value, core.lineage to xanh_loader;
grant update (known_to) on core.indicator_value to xanh_loader;
