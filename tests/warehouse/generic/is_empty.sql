{#- A model that lists what is wrong lists nothing. -#}
{% test is_empty(model) %}
select *
from {{ model }}
{% endtest %}
