-- one row a published value that the results no longer contain as it is
create temporary table outdated (indicator_value_id bigint not null)
