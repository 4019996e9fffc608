-- Only whole local months are billed.
{{ config(meta={'dagster': {'ref': {'name': 'fct_bill_lines'}}}) }}

select lines.bill_line_id
from {{ ref('fct_bill_lines') }} as lines
cross join {{ ref('int_billing__data_to') }} as data_to
where last_day(lines.bill_month) > data_to.data_to
