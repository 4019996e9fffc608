-- The newest landed list of TADIG codes.
with

landed as (
    select
        tadig_code,
        country_letters,
        record_no,
        file_id
    from {{ newest_snapshot(source('reference', 'tadig_codes')) }}
)

select * from landed
