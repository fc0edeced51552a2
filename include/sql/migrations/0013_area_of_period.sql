-- No rows: finds the values of an area in a period without a look at those of its other years.
drop index core.indicator_value_of_period;
create index indicator_value_of_period on core.indicator_value (period_code, area_code, geography) where known_to is null;
