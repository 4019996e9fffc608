{#- How each engine spells a dbt scalar function. DuckDB: a macro whose result is cast to the declared type. -#}
{% macro duckdb__scalar_function_create_replace_signature_sql(target_relation) %}
    create or replace function {{ target_relation.render() }}({{ formatted_scalar_function_args_sql() }}) as
{% endmacro %}

{% macro duckdb__formatted_scalar_function_args_sql() %}
    {{ model.arguments | map(attribute='name') | join(', ') }}
{% endmacro %}

{% macro duckdb__scalar_function_body_sql() %}
    (cast(({{ model.compiled_code }}) as {{ model.returns.data_type }}))
{% endmacro %}

{#- Spark: a persistent SQL function of the catalogue, without the quoting other engines want. -#}
{% macro spark__scalar_function_sql(target_relation) %}
    create or replace function {{ target_relation.render() }}({{ formatted_scalar_function_args_sql() }})
    returns {{ model.returns.data_type }}
    return {{ model.compiled_code }}
{% endmacro %}
