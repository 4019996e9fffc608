case when units <= 0 then 0 else numerator_below + (units - tier_start) * price_micro end
