cast({{ function('rounded_ratio') }}(
    {{ wide_int('cast(amount as decimal(38, 6)) * 1000000') }}
    * {{ wide_int('cast(rate as decimal(38, 8)) * 100000000') }},
    {{ wide_int('1000000000000') }},
    'half_up'
) as decimal(16, 0)) * cast(0.01 as decimal(2, 2))
