-- one row a series of an indicator
select distinct series_code as code, series_name_vi as name_vi, series_name_en as name_en
from mart.indicator_series
order by series_code
