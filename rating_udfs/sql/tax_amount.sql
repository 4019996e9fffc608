cast({{ function('rounded_ratio') }}(
    {{ wide_int('cast(net_amount as decimal(18, 2)) * 100') }}
    * {{ wide_int('cast(rate_pct as decimal(9, 4)) * 10000') }},
    {{ wide_int('1000000') }},
    'half_up'
) as decimal(16, 0)) * cast(0.01 as decimal(2, 2))
