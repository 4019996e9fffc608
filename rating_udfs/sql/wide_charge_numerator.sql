{{ charge_of(
    wide_int('price_numerator'), 'charged_quantity', 'drawn_quantity',
    wide_int('setup_numerator'), wide_int('minimum_numerator'), wide_int('maximum_numerator')
) }}
