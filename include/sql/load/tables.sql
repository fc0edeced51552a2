-- No rows: the tables of this session in which a load is worked out; each load empties them first.
-- They keep their rows over a commit: to empty them there costs several milliseconds a table.
create temporary table if not exists load_stated (
    ordinal integer, submission_key text,
    form_code text, measure_code text, item_code text, item_name text, area_code text, period_code text,
    period_start date, period_end date, frequency text, period_basis text, flow text, obs_status text,
    value numeric, unit_code text, factor numeric, factor_version text, source_sheet text, source_cell text,
    source_label text, source_value text, source_unit text
) on commit preserve rows;

create temporary table if not exists load_change (
    kind text, open_id bigint, new_id bigint, submission_key text, cell text, submission_id bigint, reading_no integer,
    ordinal integer,
    form_code text, measure_code text, item_code text, item_name text, area_code text, period_code text,
    period_start date, period_end date, frequency text, period_basis text, flow text, obs_status text,
    value numeric, unit_code text, factor numeric, factor_version text, source_sheet text, source_cell text,
    source_label text, source_value text, source_unit text
) on commit preserve rows;

-- what a session has emptied row by row still takes room, and time to pass over
do $$
begin
    if greatest(pg_relation_size('pg_temp.load_stated'), pg_relation_size('pg_temp.load_change')) > 1000000 then
        truncate pg_temp.load_stated, pg_temp.load_change;
    end if;
end
$$
