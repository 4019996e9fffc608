-- One row per landed resource, event or patch, and what it is about: nothing of its content.
{%- set tables = {
    'product_versions': ("'Product'", 'subscription_id'),
    'customer_versions': ("'Customer'", 'customer_id'),
    'product_order_items': ("'ProductOrder'", 'order_id'),
    'trouble_tickets': ("'TroubleTicket'", 'ticket_id'),
    'product_offerings': ("'ProductOffering'", 'offering_id'),
    'offering_prices': ("'ProductOfferingPrice'", 'price_id'),
    'usages': ("'Usage'", 'usage_ref'),
    'resources': ("regexp_replace(resource_type, 'Patch$', '')", 'resource_id'),
} %}
with

landed as (
    {%- for table, (resource_type, id) in tables.items() %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        file_id,
        record_no,
        '{{ table }}' as table_name,
        {{ resource_type }} as resource_type,
        {{ id }} as resource_id,
        event_id,
        effective_at,
        coalesce(is_patch, false) as is_patch
    from {{ source('tmf', table) }}
    {%- endfor %}
)

select distinct * from landed
