-- takes what is computed off the list of indicators and periods that are held back: they are judged anew
delete from ops.held_back as h
using asked as a
where a.indicator_code = h.indicator_code and a.period_code = h.period_code
