cast({{ function('rounded_ratio') }}(
    {{ wide_int('numerator') }} * 1000000, {{ wide_int('denominator') }}, 'half_up'
) as decimal(38, 0)) * cast(0.000000000001 as decimal(12, 12))
