cast({{ function('rounded_ratio') }}(
    {{ shortfall_micro('amount_days', 'counted_amount', 'period_days') }},
    {{ wide_int('period_days') }},
    'half_up'
) as decimal(18, 0)) * cast(0.000001 as decimal(6, 6))
