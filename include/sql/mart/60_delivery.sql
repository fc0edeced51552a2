-- One row: a report that is owed, with its state at a moment.
create or replace function mart.delivery_asof(as_of timestamptz) returns table (
    department_code text,
    form_code text,
    area_code text,
    period text,
    due_at timestamptz,
    received_at timestamptz,
    state text,
    period_start date,
    period_end date,
    due_on date,
    submission_id bigint,
    is_open boolean,
    days_late integer,
    returned_at timestamptz,
    note text,
    obligation_code text,
    sort_order integer
)
language sql stable security definer
set search_path = pg_catalog
begin atomic
    select
        d.department_code, d.form_code, d.area_code, d.period_code, d.due_at, s.received_at,
        case
            when n.kind = 'exempt' then 'exempt'
            when s.is_nil then 'nil'
            when s.received_at <= d.due_at then 'on_time'
            when s.received_at > d.due_at then 'late'
            when n.kind = 'nil' then 'nil'
            when as_of > d.due_at then 'missing'
            else 'expected'
        end,
        d.period_start, d.period_end, d.due_on, s.submission_id,
        s.submission_id is null and n.kind is null,
        case
            when n.kind = 'exempt' then 0
            when s.received_at is null and n.kind is null and as_of > d.due_at
                then ceil(extract(epoch from as_of - d.due_at) / 86400)::integer
            when s.received_at > d.due_at then ceil(extract(epoch from s.received_at - d.due_at) / 86400)::integer
            else 0
        end,
        r.received_at, n.reason, d.obligation_code, d.sort_order
    from core.delivery_due as d
    left join core.delivery_note as n
        on n.department_code = d.department_code and n.form_code = d.form_code
        and n.area_code is not distinct from d.area_code and n.period_code = d.period_code
        and n.noted_on <= as_of::date
    left join lateral (
        select
            s.submission_id, s.received_at,
            exists (
                select from core.observation as o
                where o.submission_id = s.submission_id and o.form_code = d.form_code and o.flow <> 'plan'
            ) and not exists (
                select from core.observation as o
                where
                    o.submission_id = s.submission_id and o.form_code = d.form_code and o.flow <> 'plan'
                    and o.value is distinct from 0
            ) as is_nil
        from intake.submission_key as k
        join intake.submission as s on s.submission_id = k.submission_id and s.reading_no = k.reading_no
        where
            k.form_code = d.form_code and k.period_code = d.period_code
            and split_part(k.submission_key, '|', 2) = d.department_code and s.department_code = d.department_code
            and (d.area_code is null or k.area_code = d.area_code)
            and s.verdict in ('accepted', 'accepted_with_warnings') and s.received_at <= as_of
            and (s.withdrawn_at is null or s.withdrawn_at > as_of)
        order by s.received_at, s.received_seq
        limit 1
    ) as s on true
    left join lateral (
        select max(r.received_at) as received_at
        from intake.submission as r
        where
            s.submission_id is null and r.department_code = d.department_code and r.form_code = d.form_code
            and r.period_code = d.period_code and r.verdict = 'rejected' and r.received_at <= as_of
            and (d.area_code is null or r.area_code is null or r.area_code = d.area_code)
    ) as r on true;
end;

comment on function mart.delivery_asof(timestamptz) is
'Bảng mart.delivery như tại một thời điểm / mart.delivery as it stood at that moment';

create or replace view mart.delivery as
select * from mart.delivery_asof(now());

comment on view mart.delivery is
'Báo cáo phải nộp: hạn, ngày nhận và tình trạng / Reports that are owed: due day, receipt and state';
comment on column mart.delivery.department_code is
'Mã đơn vị phải gửi, xem mart.department / Sender, see mart.department';
comment on column mart.delivery.form_code is
'Mã biểu mẫu / Form';
comment on column mart.delivery.area_code is
'Địa bàn của báo cáo; trống khi báo cáo cho toàn tỉnh / Area of the report; NULL when it covers the province';
comment on column mart.delivery.period is
'Mã kỳ báo cáo, xem mart.period / Period code, see mart.period';
comment on column mart.delivery.due_at is
'Hạn gửi: hết ngày hạn theo giờ địa phương / Due: the end of the due day by the local clock';
comment on column mart.delivery.received_at is
'Thời điểm nhận báo cáo hợp lệ đầu tiên / When the first accepted report was received';
comment on column mart.delivery.state is
'expected chưa đến hạn, on_time đúng hạn, late trễ hạn, missing quá hạn chưa gửi, nil không phát sinh, exempt được miễn / expected, on_time, late, missing, nil: nothing arose, exempt';
comment on column mart.delivery.period_start is
'Ngày đầu kỳ / First day of the period';
comment on column mart.delivery.period_end is
'Ngày cuối kỳ, tính cả ngày đó / Last day of the period, inclusive';
comment on column mart.delivery.due_on is
'Ngày hạn gửi, đã dời nếu trùng ngày nghỉ / Due day, moved off days off';
comment on column mart.delivery.submission_id is
'Hồ sơ hợp lệ đầu tiên, xem mart.submission / First accepted submission, see mart.submission';
comment on column mart.delivery.is_open is
'Còn phải gửi / Still to be sent';
comment on column mart.delivery.days_late is
'Số ngày trễ (ngày), 0 khi đúng hạn hoặc chưa đến hạn / Days late (days), 0 when not late';
comment on column mart.delivery.returned_at is
'Lần gần nhất hồ sơ bị trả lại khi chưa có hồ sơ hợp lệ / Latest rejected submission while none was accepted';
comment on column mart.delivery.note is
'Lý do miễn hoặc không phát sinh / Why it is exempt or nil';
comment on column mart.delivery.obligation_code is
'Mã nghĩa vụ báo cáo trong obligations.yaml / Obligation in obligations.yaml';
comment on column mart.delivery.sort_order is
'Thứ tự / Sort order';

-- One row: how punctual a department was with the reports due in a year.
create or replace view mart.delivery_rate as
select
    d.department_code,
    p.name_vi as department_name,
    extract(year from d.due_on)::integer as year,
    count(*) filter (where d.state in ('on_time', 'late', 'missing', 'nil'))::integer as due_count,
    count(*) filter (where d.state in ('on_time', 'nil'))::integer as on_time_count,
    count(*) filter (where d.state = 'late')::integer as late_count,
    count(*) filter (where d.state = 'missing')::integer as missing_count,
    count(*) filter (where d.state = 'exempt')::integer as exempt_count,
    round(
        100.0 * count(*) filter (where d.state in ('on_time', 'nil'))
        / nullif(count(*) filter (where d.state in ('on_time', 'late', 'missing', 'nil')), 0), 1
    ) as on_time_percent,
    min(d.sort_order) as sort_order
from mart.delivery as d
left join core.department as p on p.department_code = d.department_code
group by d.department_code, p.name_vi, extract(year from d.due_on);

comment on view mart.delivery_rate is
'Tỷ lệ gửi báo cáo đúng hạn theo đơn vị và năm / On-time rate by department and year';
comment on column mart.delivery_rate.department_code is
'Mã đơn vị, xem mart.department / Department, see mart.department';
comment on column mart.delivery_rate.department_name is
'Tên đơn vị / Name of the department';
comment on column mart.delivery_rate.year is
'Năm của hạn gửi / Year of the due day';
comment on column mart.delivery_rate.due_count is
'Số báo cáo đã đến hạn hoặc đã gửi (báo cáo) / Reports that were due or came (reports)';
comment on column mart.delivery_rate.on_time_count is
'Số báo cáo đúng hạn hoặc không phát sinh (báo cáo) / On time or nil (reports)';
comment on column mart.delivery_rate.late_count is
'Số báo cáo trễ hạn (báo cáo) / Late (reports)';
comment on column mart.delivery_rate.missing_count is
'Số báo cáo quá hạn chưa gửi (báo cáo) / Missing (reports)';
comment on column mart.delivery_rate.exempt_count is
'Số báo cáo được miễn (báo cáo) / Exempt (reports)';
comment on column mart.delivery_rate.on_time_percent is
'Tỷ lệ đúng hạn (%); trống khi chưa có báo cáo đến hạn / On-time rate (%); NULL when nothing was due';
comment on column mart.delivery_rate.sort_order is
'Thứ tự / Sort order';
