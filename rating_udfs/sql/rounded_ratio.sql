sign(numerator) * (
    {{ int_div('abs(numerator)', 'denominator') }}
    + case rounding_mode
        when 'half_up' then case when 2 * (abs(numerator) % denominator) >= denominator then 1 else 0 end
        when 'half_even' then
            case
                when 2 * (abs(numerator) % denominator) > denominator then 1
                when 2 * (abs(numerator) % denominator) = denominator
                    then {{ int_div('abs(numerator)', 'denominator') }} % 2
                else 0
            end
        when 'up' then case when abs(numerator) % denominator > 0 then 1 else 0 end
        when 'down' then 0
    end
)
