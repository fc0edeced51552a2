-- one row an observation that a fresh result uses, and as what
create temporary table link (
    result_id bigint not null,
    observation_id bigint not null,
    period_start date not null,
    role text not null
)
