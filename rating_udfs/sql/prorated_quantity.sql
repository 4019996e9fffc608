cast({{ function('rounded_ratio') }}(
    {{ wide_int('quantity') }} * {{ wide_int('active_days') }}, {{ wide_int('period_days') }}, 'half_up'
) as bigint)
