-- One row per month that has published KPIs: whole months newest first, the running month last, so
-- that a page opens on the newest month that can be judged.
select month
from fct_kpi_months
where scope_kind = 'total'
group by month
order by coalesce(bool_or(quality like 'partial:%'), false), month desc
