-- one row a result of a baseline year, for the results of other years
create temporary table baseline (
    indicator_code text not null,
    series_code text not null,
    geography text not null,
    area_code text not null,
    value numeric
)
