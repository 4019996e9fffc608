-- One row per price of a rate deck, and the row of the deck it was read from.
with

landed as (
    select
        file_id,
        record_no
    from {{ source('decks', 'prices') }}
)

select * from landed
