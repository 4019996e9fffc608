{{ amount_or_null(
    function('rounded_ratio') ~ '(' ~ wide_int('numerator') ~ ', ' ~ wide_int('divisor')
    ~ ', rounding_mode) * rounding_micro'
) }}
