-- One row per version of a customer and billing account. No stated consent means no, but not in a
-- part of a customer.
with

landed as (
    select
        file_id,
        record_no,
        api_version,
        event_id,
        effective_at,
        coalesce(is_partial, false) as is_partial,
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
        case
            when consent_marketing is not null or not coalesce(is_partial, false)
                then coalesce(consent_marketing = 'yes', false)
        end as consent_marketing,
        extra
    from {{ source('tmf', 'customer_versions') }}
)

select * from landed
