-- Which band of each set holds in a moment.
with

signatures as (
    select
        moment_id,
        min(signature) as signature
    from {{ ref('int_rating__moment_spans') }}
    group by moment_id
),

parts as (
    select
        moment_id,
        unnest(string_split(signature, {{ list_separator() }})) as part
    from signatures
    where signature <> ''
),

moment_bands as (
    select
        moment_id,
        split_part(part, {{ field_separator() }}, 1) as band_set_id,
        split_part(part, {{ field_separator() }}, 2) as band_id,
        cast(split_part(part, {{ field_separator() }}, 3) as integer) as starts_s
    from parts
)

select * from moment_bands
