-- One row per version of a product instance, as delivered.
with

landed as (
    select
        file_id,
        record_no,
        api_version,
        event_id,
        effective_at,
        coalesce(is_partial, false) as is_partial,
        subscription_id,
        plan_id,
        status,
        started_at,
        terminated_at,
        customer_id,
        account_id,
        msisdn_token,
        msisdn_prefix,
        imsi_token,
        contract_start_on,
        contract_end_on,
        home_cell_id,
        region,
        termination_reason,
        service_kind,
        extra
    from {{ source('tmf', 'product_versions') }}
)

select * from landed
