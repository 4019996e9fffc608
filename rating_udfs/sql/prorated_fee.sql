cast({{ function('rounded_ratio') }}(
    {{ wide_int('cast(fee as decimal(18, 2)) * 100') }} * {{ wide_int('active_days') }},
    {{ wide_int('period_days') }},
    'half_up'
) as decimal(16, 0)) * cast(0.01 as decimal(2, 2))
