case
    when charged_quantity <= drawn_quantity then 0
    else greatest(
        cast(price_to_charged as decimal(38, 6)) - cast(price_to_drawn as decimal(38, 6))
        + cast(setup_fee as decimal(18, 6)) * cast(unit_size as decimal(20, 0)),
        cast(minimum_charge as decimal(18, 6)) * cast(unit_size as decimal(20, 0))
    )
end
