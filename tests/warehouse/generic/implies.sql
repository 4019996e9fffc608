{#- Where the condition holds, the expression holds as well; an unknown (null) expression fails. -#}
{% test implies(model, condition, expression) %}
select *
from {{ model }}
where ({{ condition }}) and not coalesce({{ expression }}, false)
{% endtest %}
