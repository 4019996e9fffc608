cast({{ function('rounded_ratio') }}(
    greatest(
        {{ wide_int('cast(amount_days as decimal(38, 2)) * 1000000') }}
        - {{ wide_int('cast(counted_amount as decimal(38, 6)) * 1000000') }}
        * {{ wide_int('period_days') }},
        {{ wide_int('0') }}
    ),
    {{ wide_int('period_days') }} * {{ wide_int('10000') }},
    'half_up'
) as decimal(16, 0)) * cast(0.01 as decimal(2, 2))
