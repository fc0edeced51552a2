-- No rows: what finds the newest indicator values among many years, and the number that tells their observations.

create index indicator_value_period on core.indicator_value (period_start) where known_to is null;
create index indicator_value_shown on core.indicator_value (area_code, geography, frequency, period_start)
where known_to is null and series_code = 'total';

update core.indicator_value as v
set lineage_hash = m.lineage_hash
from (
    select
        l.indicator_value_id,
        sum(hashint8extended(l.observation_id, case l.role when 'numerator' then 1 when 'denominator' then 2 else 3 end))::text
            as lineage_hash
    from core.lineage as l
    group by l.indicator_value_id
) as m
where m.indicator_value_id = v.indicator_value_id;
