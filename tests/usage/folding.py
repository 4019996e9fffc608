"""The models between what landed and usage events, in the order in which one reads the other."""

from __future__ import annotations

MODELS = (
    "int_usage__repeated", "int_usage__linked", "int_usage__folded", "int_usage__filtered",
    "fct_raw_records", "int_usage__partials", "fct_usage_events",
)  # fmt: skip
RELATION = '"memory"."main".'  # as dbt writes it under the lint target
