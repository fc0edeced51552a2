-- notes the published values that the results no longer contain as they are
insert into outdated (indicator_value_id)
select s.indicator_value_id from standing as s
where not s.is_same
