case
    when charged_quantity <= drawn_quantity then 0
    else least(
        greatest(
            {{ wide_int('price_numerator') }} + {{ wide_int('setup_numerator') }} * scale,
            {{ wide_int('minimum_numerator') }} * scale
        ),
        coalesce(
            {{ wide_int('maximum_numerator') }} * scale,
            {{ wide_int('price_numerator') }} + {{ wide_int('setup_numerator') }} * scale
            + {{ wide_int('minimum_numerator') }} * scale
        )
    )
end
