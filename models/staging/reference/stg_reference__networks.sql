-- The newest landed list of mobile networks, whoever published it.
with

landed as (
    select
        plmn,
        mcc,
        mnc,
        country,
        iso_code,
        calling_code,
        brand,
        operator,
        network_type,
        status,
        bands,
        notes,
        record_no,
        file_id
    from {{ newest_snapshot(source('reference', 'networks')) }}
)

select * from landed
