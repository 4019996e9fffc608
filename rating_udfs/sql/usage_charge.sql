cast({{ function('rounded_ratio') }}(
    {{ wide_int('cast(numerator as decimal(38, 6)) * 1000000') }},
    {{ wide_int('unit_size') }} * {{ function('micro_per_unit') }}(rounding_decimals),
    rounding_mode
) * {{ function('micro_per_unit') }}(rounding_decimals) as decimal(18, 0))
* cast(0.000001 as decimal(6, 6))
