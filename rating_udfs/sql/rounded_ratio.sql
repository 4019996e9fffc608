{{ rounded_ratio_of('numerator', 'denominator', 'rounding_mode') }}
