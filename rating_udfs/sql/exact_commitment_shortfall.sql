cast({{ function('rounded_ratio') }}(
    greatest(
        {{ wide_int('cast(amount_days as decimal(38, 2)) * 1000000') }}
        - {{ wide_int('cast(counted_amount as decimal(38, 6)) * 1000000') }}
        * {{ wide_int('period_days') }},
        {{ wide_int('0') }}
    ),
    {{ wide_int('period_days') }},
    'half_up'
) as decimal(18, 0)) * cast(0.000001 as decimal(6, 6))
