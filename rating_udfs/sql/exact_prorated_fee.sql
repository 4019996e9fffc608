cast({{ function('rounded_ratio') }}(
    {{ wide_int('cast(fee as decimal(38, 2)) * 1000000') }} * {{ wide_int('active_days') }},
    {{ wide_int('period_days') }},
    'half_up'
) as decimal(18, 0)) * cast(0.000001 as decimal(6, 6))
