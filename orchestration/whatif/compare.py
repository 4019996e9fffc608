"""Two ratings of the same usage side by side: the proof, and what would change for whom.

What belongs here: sums over `before` and `after`, in the ledger's currency per row.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.whatif.scenario import Scenario

_PROVED = "usage_id, rating_run, status, reason_code, charge_amount, currency"
# What we pay for an event; all other runs are paid to us.
_PAID = "rating_run in ('interconnect_out', 'roaming_out')"
# Where the rating of today differs from what the ledger says, event by event; a row too many or
# too few on either side is a difference too.
_DIFFERENCES = """
    select
        (
            select count(*) from rated full join ledger
                on rated.usage_id = ledger.usage_id and rated.rating_run = ledger.rating_run
            where
                rated.usage_id is null
                or ledger.usage_id is null
                or rated.status is distinct from ledger.status
                or rated.reason_code is distinct from ledger.reason_code
                or rated.charge_amount is distinct from ledger.charge_amount
                or rated.currency is distinct from ledger.currency
        ) + abs((select count(*) from rated) - (select count(*) from ledger))
"""
_CHANGES = """
create temp table changes as
select
    before.usage_id, before.rating_run, before.usage_month, before.service_type,
    before.destination_kind, before.subscription_id, before.account_id, before.customer_id,
    before.partner_id, coalesce(before.plan_id, after.plan_id) as plan_id,
    before.direction, coalesce(before.currency, after.currency) as currency,
    before.status as status_before, after.status as status_after,
    coalesce(before.charge_amount, 0) as before_amount,
    coalesce(after.charge_amount, 0) as after_amount
from before inner join after
    on before.usage_id = after.usage_id and before.rating_run = after.rating_run
"""
_SUMS = (
    "count(*) as events, cast(sum(before_amount) as decimal(38, 6)) as before_amount, "
    "cast(sum(after_amount) as decimal(38, 6)) as after_amount, "
    "cast(sum(after_amount - before_amount) as decimal(38, 6)) as change_amount, "
    "count(*) filter (where status_before = 'rated' and status_after = 'suspended') "
    "as newly_suspended"
)
TABLES = {
    "revenue_by_plan": f"select plan_id, service_type, currency, {_SUMS} from changes "
    "where rating_run = 'retail' group by all order by all",
    "revenue_by_segment": f"select coalesce(customers.segment, 'unknown') as segment, "
    f"changes.currency, {_SUMS} from changes left join (select customer_id, any_value(segment) "
    "as segment from build.main.dim_customers group by customer_id) as customers "
    "on changes.customer_id = customers.customer_id "
    "where rating_run = 'retail' group by all order by all",
    "revenue_by_destination": f"select destination_kind, service_type, currency, {_SUMS} "
    "from changes where rating_run = 'retail' group by all order by all",
    "winners_and_losers": "select account_id, currency, "
    "cast(sum(before_amount) as decimal(38, 6)) as before_amount, "
    "cast(sum(after_amount) as decimal(38, 6)) as after_amount, "
    "cast(sum(after_amount - before_amount) as decimal(38, 6)) as change_amount, "
    "case when sum(after_amount - before_amount) < 0 then 'pays less' "
    "when sum(after_amount - before_amount) > 0 then 'pays more' else 'unchanged' end as outcome "
    "from changes where rating_run = 'retail' and account_id is not null "
    "and currency is not null group by all order by change_amount desc, account_id",
    "bill_shock": "select usage_month, currency, case "
    "when change_amount <= 0 then '0: no more' when change_amount <= 1 then '1: up to 1' "
    "when change_amount <= 5 then '2: over 1 to 5' when change_amount <= 20 "
    "then '3: over 5 to 20' else '4: over 20' end as more_per_month, count(*) as accounts, "
    "cast(sum(change_amount) as decimal(38, 6)) as change_amount from (select usage_month, "
    "account_id, currency, sum(after_amount - before_amount) as change_amount from changes "
    "where rating_run = 'retail' and account_id is not null and currency is not null "
    "group by all) group by all "
    "order by all",
    "margin_by_service": "select service_type, currency, "
    f"cast(sum(case when {_PAID} then -before_amount else before_amount end) as decimal(38, 6)) "
    "as margin_before, "
    f"cast(sum(case when {_PAID} then -after_amount else after_amount end) as decimal(38, 6)) "
    "as margin_after "
    "from changes where currency is not null group by all order by all",
}
# An assumption, so it stands in a table of its own: volume moves by elasticity times the change of
# the price, both as shares.
_ELASTIC = """
with sums as (
    select
        service_type, currency,
        cast({cases} as decimal(9, 4)) as elasticity,
        cast(sum(before_amount) as decimal(38, 6)) as before_amount,
        cast(sum(after_amount) as decimal(38, 6)) as after_amount
    from changes where rating_run = 'retail' and currency is not null group by all
)
select
    *,
    cast(elasticity * (after_amount - before_amount) / nullif(before_amount, 0) as decimal(18, 9))
        as volume_change_share,
    cast(after_amount * (1 + coalesce(volume_change_share, 0)) as decimal(38, 2))
        as after_amount_if_volume_answers
from sums order by all
"""


def differences(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> int:
    """Return how many rows of the months were rated otherwise than the ledger says; 0 is proof.

    The ledger says what was stored. Of a closed month it is what rating would say, not what was
    billed.
    """
    # By the local start, which keeps other months from being read.
    period = (
        f"started_local >= date '{scenario.first_month}' "
        f"and started_local < date '{scenario.last_month}' + interval 1 month"
    )
    closed = (
        "select month from build.main.dim_closed_months "
        f"where month between date '{scenario.first_month}' and date '{scenario.last_month}'"
    )
    stored = f"from build.main.fct_rated_usage where {period}"
    if con.execute(closed).fetchall():
        # The view rates again all that it is asked for, so it is asked only when it must be.
        stored += (
            f" and usage_month not in ({closed}) union all select {_PROVED} "
            f"from build.main.int_rating__rated where {period} and usage_month in ({closed})"
        )
    con.execute(f"create or replace temp view ledger as select {_PROVED} {stored}")
    (count,) = con.execute(_DIFFERENCES).fetchall()[0]
    return int(count)


def write_comparison(
    con: duckdb.DuckDBPyConnection, scenario: Scenario, out: Path
) -> dict[str, Decimal]:
    """Write each comparison as Parquet and all of them as tables of `comparison.duckdb`.

    Args:
        con: has `before` and `after`, rated usage by the live and the changed tariff.
        scenario: its elasticity adds one more table.
        out: folder of the results, made when absent; files of the same name are replaced.

    Returns:
        The change of retail revenue by currency.
    """
    tables = dict(TABLES)
    if scenario.elasticity:
        whens = " ".join(f"when '{name}' then {one}" for name, one in scenario.elasticity.items())
        tables["revenue_if_volume_answers"] = _ELASTIC.format(
            cases=f"case service_type {whens} else 0 end"
        )
    out.mkdir(parents=True, exist_ok=True)
    database = out / "comparison.duckdb"
    database.unlink(missing_ok=True)
    con.execute(_CHANGES)
    con.execute(f"attach '{str(database).replace(chr(39), chr(39) * 2)}' as comparison")
    for name, query in tables.items():
        con.execute(f"create table comparison.main.{name} as {query}")
        target = str(out / f"{name}.parquet").replace("'", "''")
        con.execute(f"copy comparison.main.{name} to '{target}' (format parquet)")
    con.execute("detach comparison")
    rows = con.execute(
        "select currency, sum(after_amount - before_amount) from changes "
        "where rating_run = 'retail' and currency is not null group by all order by all"
    ).fetchall()
    return dict(rows)
