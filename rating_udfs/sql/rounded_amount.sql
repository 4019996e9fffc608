{{ function('usage_charge') }}(amount, 1, rounding_decimals, rounding_mode)
