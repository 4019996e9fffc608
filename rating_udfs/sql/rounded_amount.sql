{{ function('wide_usage_charge') }}(
    {{ wide_int('cast(amount as decimal(38, 6)) * 1000000') }},
    {{ function('micro_per_unit') }}(rounding_decimals),
    {{ function('micro_per_unit') }}(rounding_decimals),
    rounding_mode
)
