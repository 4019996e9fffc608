{#- Files of a roaming feed as they land, in the shape that TAP, RAP and NRTRDE share. -#}
{% macro landed_roaming_files(landed) -%}
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
    from {{ landed }}
{%- endmacro %}
