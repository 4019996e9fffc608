case
    when units <= 0 then 0
    else cast(price_below as decimal(38, 6))
        + cast(units - tier_start as decimal(20, 0)) * cast(unit_price as decimal(18, 6))
end
