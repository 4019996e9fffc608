{{ int_div('cast(quantity as bigint) + cast(increment as bigint) - 1', 'cast(increment as bigint)') }}
* cast(increment as bigint)
