-- Exchange rates of the TAP files of a month, those first that the basket of the SDR contradicts.
-- A file that does not say its day stands in every month: no month would show it.
select
    rates.status,
    rates.sender,
    rates.recipient,
    rates.partner_id,
    rates.sequence_no,
    rates.rate_date,
    rates.local_currency,
    rates.exchange_rate_code,
    rates.exchange_rate,
    rates.basket_rate,
    rates.difference_pct,
    rates.tolerance_pct,
    rates.events,
    rates.reason_code,
    fct_files.file_name,
    rates.file_id,
    count(*) over () as matching_rows
from fct_tap_exchange_rates as rates
left join fct_files
    on rates.file_id = fct_files.file_id
where
    coalesce(date_trunc('month', rates.rate_date) = $month, true)
    and ($scope_partners is null or list_contains($scope_partners::varchar[], rates.partner_id))
order by
    case rates.status when 'differs' then 1 when 'not_checked' then 2 else 3 end,
    abs(rates.difference_pct) desc,
    rates.rate_date,
    rates.sender,
    rates.sequence_no,
    rates.exchange_rate_code
limit $row_limit
