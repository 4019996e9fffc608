case decimals
    when 6 then 1
    when 5 then 10
    when 4 then 100
    when 3 then 1000
    when 2 then 10000
    when 1 then 100000
    when 0 then 1000000
end
