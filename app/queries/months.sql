-- One row per month that has published KPIs, newest first.
select distinct month
from fct_kpi_months
order by month desc
