-- One row per landed NRTRDE file.
with

landed as (
    select
        file_id,
        record_no,
        batch_kind,
        sender,
        recipient,
        sequence_no,
        about_sequence_no,
        is_test,
        specification_version,
        release_version,
        available_at,
        cut_off_at,
        currency,
        local_currency,
        decimal_places,
        declared_records,
        declared_charge_amount,
        declared_tax_amount
    from {{ source('nrtrde_in', 'batches') }}
)

select * from landed
