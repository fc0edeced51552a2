-- takes indicators and periods in scope off the list of those held back: they are judged anew
delete from ops.held_back as h
using scope as s
where s.indicator_code = h.indicator_code and s.period_code = h.period_code and s.is_written
