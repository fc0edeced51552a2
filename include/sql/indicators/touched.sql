-- a measure and the days in which it changed; empty until take_changes fills it
create temporary table touched (
    measure_code text not null,
    period_start date not null,
    period_end date not null
)
