{{ charge_of(
    'price_numerator', 'charged_quantity', 'drawn_quantity',
    'setup_numerator', 'minimum_numerator', 'maximum_numerator'
) }}
