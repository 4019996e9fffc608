cast({{ function('rounded_ratio') }}(
    {{ wide_int('numerator') }}, {{ wide_int('divisor') }}, rounding_mode
) * rounding_micro as decimal(18, 0))
* cast(0.000001 as decimal(6, 6))
