cast({{ rounded_quotient('numerator', 'divisor', 'rounding_mode') }} * rounding_micro
    as decimal(18, 0))
* cast(0.000001 as decimal(6, 6))
