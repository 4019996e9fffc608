"""RUN: Dagster definitions, the publish step and the `trunkline` command.

Nothing here holds a business rule: it calls ingestion, dbt and the app's exporters in the right
order.
"""
