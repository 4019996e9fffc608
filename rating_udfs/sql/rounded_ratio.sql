{{ rounded_quotient('numerator', 'denominator', 'rounding_mode') }}
