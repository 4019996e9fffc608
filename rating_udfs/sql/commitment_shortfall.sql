cast({{ function('rounded_ratio') }}(
    {{ shortfall_micro('amount_days', 'counted_amount', 'period_days') }},
    {{ wide_int('period_days') }} * {{ wide_int('10000') }},
    'half_up'
) as decimal(16, 0)) * cast(0.01 as decimal(2, 2))
