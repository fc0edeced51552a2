-- one row a map that series are shown in
select code, name_vi, name_en, sort_order, valid_from, valid_to
from mart.geography
order by sort_order
