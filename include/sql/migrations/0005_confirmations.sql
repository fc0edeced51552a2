-- One revision: what a clerk confirms in the column "Xác nhận" of a marked workbook.

create table intake.confirmation (
    confirmation_id bigint generated always as identity primary key,
    submission_id bigint not null references intake.submission,
    corrects bigint not null references intake.submission,
    department_code text not null,
    form_code text not null,
    period_code text not null,
    rule text not null,
    sheet text not null,
    cell text not null,
    value text not null,
    reason_code text not null,
    words text not null,
    who text not null,
    confirmed_at timestamptz not null,
    unique (submission_id, rule, sheet, cell)
);
create index confirmation_cell on intake.confirmation (department_code, form_code, period_code, rule);
comment on table intake.confirmation is
'One row: a finding that the sender says is no mistake; it silences that rule for that value in that cell of that report only';

grant select, insert on intake.confirmation to xanh_loader;
