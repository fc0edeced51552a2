-- No rows: the share of the measure with every indicator value.
alter table core.indicator_value add column measure_share numeric;
comment on column core.indicator_value.measure_share is 'Share of the province''s output that the counted units make, 0 to 1; NULL where it is not known';
