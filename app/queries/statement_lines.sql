-- One row per line of one statement: usage in the order of the line key, then adjustments.
select *
from fct_settlement_lines
where
    statement_id = $statement_id
    and ($scope_partners is null or list_contains($scope_partners::varchar[], partner_id))
order by line_kind desc, usage_month, direction, service_type, destination_id, band_id, rate_id, settlement_line_id
