{#- Every interval has two ends and is not empty: from < to, half-open. -#}
{% test valid_window(model, from_column='valid_from', to_column='valid_to') %}
select *
from {{ model }}
where
    {{ from_column }} is null
    or {{ to_column }} is null
    or {{ from_column }} >= {{ to_column }}
{% endtest %}
