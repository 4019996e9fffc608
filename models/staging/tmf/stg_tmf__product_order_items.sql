-- One row per version of an order item, as delivered.
with

landed as (
    select
        file_id,
        record_no,
        api_version,
        event_id,
        effective_at,
        coalesce(is_partial, false) as is_partial,
        order_id,
        order_item_id,
        action,
        order_state,
        item_state,
        ordered_at,
        completed_at,
        requested_at,
        channel,
        customer_id,
        subscription_id,
        plan_id,
        parent_item_id,
        extra
    from {{ source('tmf', 'product_order_items') }}
)

select * from landed
