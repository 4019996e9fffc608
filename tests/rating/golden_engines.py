"""The engines of the golden cases: a folder in, one row per case out, in the same columns.

What belongs here: how an engine is asked and how its answer is named. What is expected does not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chain import load
from golden_world import ZONE, names_of, world_of
from sql_engine import engine_of

from rating_udfs.oracle import Charge, rate

Result = dict[str, dict[str, Any]]

SAME_NAME = (
    "status", "reason_code", "rate_card_id", "plan_id", "destination_id", "destination_kind",
    "matched_prefix", "origin_zone", "band_id", "rate_id", "charged_quantity", "free_quantity",
    "unit_price", "currency",
)  # fmt: skip
AMOUNTS = {
    "charge": "charge_amount", "gross": "gross_amount", "discount": "discount_amount",
    "allowance": "allowance_amount", "relief": "cap_amount",
}  # fmt: skip


def rated_by_oracle(folder: Path) -> Result:
    """Return what the oracle makes of each case, by its name."""
    world, names = world_of(folder), names_of(folder)
    charges = rate(world.events, world.tariff)
    return {names[usage_id]: _result(charge) for usage_id, charge in charges.items()}


def _result(charge: Charge) -> dict[str, Any]:
    """Return a charge in the columns of the golden cases; draws are `bucket@period:used/left`."""
    named = {name: getattr(charge, name) for name in (*SAME_NAME, "zero_rated_reason")}
    return named | {name: getattr(charge, column) for name, column in AMOUNTS.items()} | {
        "segments": len(charge.segments),
        "cuts": _joined(f"{one.from_quantity}-{one.to_quantity}" for one in charge.segments),
        "draws": _joined(
            f"{bucket}@{period}:{used}/{left}" for bucket, period, used, left in charge.draws
        ),
    }  # fmt: skip


def _joined(parts: Any) -> str | None:
    return ";".join(parts) or None


# A bucket's level is its place in the order of draining; units go before money.
_ANSWER = f"""
with

cuts as (
    select
        usage_id,
        count(*) as segments,
        string_agg(concat(from_quantity, '-', to_quantity), ';' order by segment_no) as cuts
    from int_rating__segment_lines
    where rating_run = 'retail'
    group by usage_id
),

levels as (
    select
        plan_id, bucket_id, service_type, valid_from, valid_to, periods_back > 0 as is_rollover,
        min(drain_level) as drain_level
    from int_rating__buckets
    group by all
),

draws as (
    select
        used.usage_id,
        string_agg(
            concat(used.bucket_id, '@', used.period_start, ':', used.used_quantity, '/',
                used.remaining_quantity),
            ';' order by used.is_money, buckets.drain_level, used.period_start
        ) as draws
    from fct_allowance_use as used
    inner join int_rating__rated as rated on used.usage_id = rated.usage_id
    inner join levels as buckets
        on
            used.plan_id = buckets.plan_id
            and used.bucket_id = buckets.bucket_id
            and rated.service_type = buckets.service_type
            and rated.usage_date >= buckets.valid_from
            and rated.usage_date < buckets.valid_to
            and used.is_rollover = buckets.is_rollover
    group by used.usage_id
)

select
    cast(rated.usage_id as varchar) as usage_id,
    {", ".join(f"rated.{name}" for name in SAME_NAME)},
    rated.non_billable_reason as zero_rated_reason,
    {", ".join(f"rated.{column} as {name}" for name, column in AMOUNTS.items())},
    coalesce(cuts.segments, 0) as segments,
    rated.segment_count,
    cuts.cuts,
    draws.draws
from int_rating__rated as rated
left join cuts on rated.usage_id = cuts.usage_id
left join draws on rated.usage_id = draws.usage_id
"""


def rated_by_sql(folder: Path) -> Result:
    """Return what the models make of each case, by its name."""
    engine, names = engine_of(ZONE), names_of(folder)
    load(engine, world_of(folder))
    engine.build()
    return {names[row.pop("usage_id")]: row for row in engine.rows(_ANSWER)}
