case
    when quantity <= 0 then 0
    else least(
        next_tier_start,
        tier_start + {{ function('started_units') }}(quantity - tier_start, increment)
    )
end
