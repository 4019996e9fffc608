-- One row per version of a customer and billing account. No stated consent means no.
with

landed as (
    select
        file_id,
        record_no,
        api_version,
        event_id,
        effective_at,
        customer_id,
        name_token,
        status,
        party_kind,
        account_id,
        segment,
        region,
        payment_kind,
        credit_class,
        parent_account_id,
        coalesce(consent_marketing = 'yes', false) as consent_marketing,
        extra
    from {{ source('tmf', 'customer_versions') }}
)

select * from landed
