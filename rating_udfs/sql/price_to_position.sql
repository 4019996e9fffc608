case
    when units <= 0 then 0
    else {{ wide_int('numerator_below') }} + {{ wide_int('units - tier_start') }} * price_micro
end
