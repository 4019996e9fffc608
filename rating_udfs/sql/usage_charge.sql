{{ amount_or_null(rounded_quotient('numerator', 'divisor', 'rounding_mode') ~ ' * rounding_micro') }}
