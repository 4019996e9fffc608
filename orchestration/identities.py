"""Identities that the published tables prove by themselves, with no warehouse and no dbt.

Each is one SELECT that returns the rows that break it; a table that is not published makes it `not
evaluated`, never passed.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from orchestration.table_hashes import columns_of


@dataclass(frozen=True)
class Identity:
    """One identity: the columns it needs per table, and the query for what breaks it."""

    name: str
    needs: dict[str, tuple[str, ...]]
    broken: str


@dataclass(frozen=True)
class Evaluation:
    """What an identity said; `broken` counts the rows that break it."""

    name: str
    is_evaluated: bool
    broken: int
    example: str

    @property
    def is_passed(self) -> bool:
        """Whether it was evaluated and nothing breaks it."""
        return self.is_evaluated and self.broken == 0

    def line(self) -> str:
        """Return one line for a person."""
        if not self.is_evaluated:
            return f"identity {self.name}: not evaluated, {self.example}"
        if self.is_passed:
            return f"identity {self.name}: holds"
        return f"identity {self.name}: {self.broken} row(s) break it, first {self.example}"


IDENTITIES = (
    Identity(
        "bill net = sum of its lines",
        {"fct_bills": ("bill_id", "net_amount"), "fct_bill_lines": ("bill_id", "net_amount")},
        "select coalesce(bill.bill_id, line.bill_id), bill.net_amount, line.net_amount "
        "from {fct_bills} as bill full join (select bill_id, sum(net_amount) as net_amount "
        "from {fct_bill_lines} group by all) as line on bill.bill_id = line.bill_id "
        "where coalesce(bill.net_amount, 0) <> coalesce(line.net_amount, 0)",
    ),
    Identity(
        "bill total = net + tax",
        {"fct_bills": ("bill_id", "net_amount", "tax_amount", "total_amount")},
        "select bill_id, total_amount, net_amount + tax_amount from {fct_bills} "
        "where total_amount <> net_amount + tax_amount",
    ),
    Identity(
        "bill net = recurring + usage + commitments + adjustments",
        {
            "fct_bills": (
                "bill_id",
                "net_amount",
                "recurring_amount",
                "usage_amount",
                "commitment_amount",
                "adjustment_amount",
            )
        },
        "select bill_id, net_amount, "
        "recurring_amount + usage_amount + commitment_amount + adjustment_amount "
        "from {fct_bills} where net_amount "
        "<> recurring_amount + usage_amount + commitment_amount + adjustment_amount",
    ),
    Identity(
        "adjustment = new - old",
        {"fct_rating_adjustments": ("adjustment_id", "old_amount", "new_amount", "delta_amount")},
        "select adjustment_id, delta_amount, new_amount - old_amount from {fct_rating_adjustments} "
        "where delta_amount <> new_amount - old_amount",
    ),
    Identity(
        "counted + shortfall = committed, where a commitment is short",
        {
            "fct_commitments": (
                "commitment_id",
                "committed_amount",
                "counted_usage_amount",
                "counted_fee_amount",
                "exact_shortfall_amount",
            )
        },
        "select commitment_id, committed_amount, counted_usage_amount + counted_fee_amount, "
        "exact_shortfall_amount from {fct_commitments} where exact_shortfall_amount <> "
        "greatest(committed_amount - counted_usage_amount - counted_fee_amount, 0)",
    ),
    Identity(
        "bill line net = exact + rounding",
        {"fct_bill_lines": ("bill_line_id", "exact_amount", "rounding_amount", "net_amount")},
        "select bill_line_id, net_amount, exact_amount + rounding_amount from {fct_bill_lines} "
        "where net_amount <> exact_amount + rounding_amount",
    ),
    Identity(
        "bill total = paid + open",
        {"fct_bills": ("bill_id", "total_amount", "paid_amount", "open_amount")},
        "select bill_id, total_amount, paid_amount + open_amount from {fct_bills} "
        "where total_amount <> paid_amount + open_amount",
    ),
    Identity(
        "bill paid = sum of allocations",
        {
            "fct_bills": ("bill_id", "paid_amount"),
            "fct_payment_allocations": ("bill_id", "allocated_amount"),
        },
        "select bill.bill_id, bill.paid_amount, paid.amount from {fct_bills} as bill left join "
        "(select bill_id, sum(allocated_amount) as amount from {fct_payment_allocations} "
        "group by all) as paid on bill.bill_id = paid.bill_id "
        "where bill.paid_amount <> coalesce(paid.amount, 0)",
    ),
    Identity(
        "receivables closing = opening + billed - paid",
        {
            "fct_ar_months": (
                "account_id",
                "month",
                "opening_amount",
                "billed_amount",
                "paid_amount",
                "closing_amount",
            )
        },
        "select account_id, month, closing_amount, opening_amount + billed_amount - paid_amount "
        "from {fct_ar_months} where closing_amount <> opening_amount + billed_amount - paid_amount",
    ),
    Identity(
        "settlement statement = sum of its lines",
        {
            "fct_settlement_statements": ("statement_id", "receivable_amount", "payable_amount"),
            "fct_settlement_lines": ("statement_id", "direction", "net_amount"),
        },
        "select statement.statement_id, statement.receivable_amount, line.receivable_amount, "
        "statement.payable_amount, line.payable_amount "
        "from {fct_settlement_statements} as statement "
        "left join (select statement_id, "
        "coalesce(sum(net_amount) filter (where direction not in ('out', 'roamers')), 0) "
        "as receivable_amount, "
        "coalesce(sum(net_amount) filter (where direction in ('out', 'roamers')), 0) "
        "as payable_amount "
        "from {fct_settlement_lines} group by all) as line "
        "on statement.statement_id = line.statement_id "
        "where statement.receivable_amount <> coalesce(line.receivable_amount, 0) "
        "or statement.payable_amount <> coalesce(line.payable_amount, 0)",
    ),
    Identity(
        "settlement line = sum of its legs",
        {
            "fct_settlement_lines": (
                "partner_id",
                "period_month",
                "direction",
                "service_type",
                "destination_id",
                "band_id",
                "rate_id",
                "line_kind",
                "exact_amount",
            ),
            "fct_settlement_legs": ("partner_id", "period_month", "amount", "status"),
        },
        "select partner_id, period_month, direction, service_type, destination_id, band_id, "
        "rate_id, sum(line_amount), sum(leg_amount) from ("
        "select partner_id, period_month, direction, service_type, destination_id, band_id, "
        "rate_id, exact_amount as line_amount, 0 as leg_amount from {fct_settlement_lines} "
        "where line_kind = 'usage' union all by name "
        "select partner_id, period_month, direction, service_type, destination_id, band_id, "
        "rate_id, 0 as line_amount, amount as leg_amount from {fct_settlement_legs} "
        "where status = 'rated') as both_sides group by all "
        "having sum(line_amount) <> sum(leg_amount)",
    ),
    Identity(
        "settlement adjustment = sum of deltas",
        {
            "fct_settlement_lines": (
                "partner_id",
                "period_month",
                "usage_month",
                "currency",
                "line_kind",
                "exact_amount",
            ),
            "fct_rating_adjustments": (
                "partner_id",
                "bill_month",
                "usage_month",
                "currency",
                "rating_run",
                "delta_amount",
            ),
        },
        "select partner_id, month, usage_month, currency, sum(line_amount), sum(delta_amount) "
        "from (select partner_id, period_month as month, usage_month, currency, "
        "exact_amount as line_amount, 0 as delta_amount from {fct_settlement_lines} "
        "where line_kind = 'adjustment' union all by name "
        "select partner_id, bill_month as month, usage_month, currency, 0 as line_amount, "
        "delta_amount from {fct_rating_adjustments} where rating_run <> 'retail') as both_sides "
        "group by all having sum(line_amount) <> sum(delta_amount)",
    ),
    Identity(
        "ours - theirs = sum of classified differences",
        {
            "fct_settlement_statements": ("statement_id", "difference_amount"),
            "fct_settlement_differences": ("statement_id", "direction", "difference_amount"),
        },
        # A statement nets what they owe us less what we owe them; so do its differences.
        "select statement.statement_id, statement.difference_amount, classified.amount "
        "from {fct_settlement_statements} as statement inner join (select statement_id, "
        "sum(case when direction in ('out', 'roamers') then -1 else 1 end * difference_amount) "
        "as amount from {fct_settlement_differences} group by all) as "
        "classified on statement.statement_id = classified.statement_id "
        "where statement.difference_amount <> classified.amount",
    ),
    Identity(
        "KPI total = sum of its segments",
        {
            "fct_kpi_months": ("kpi_id", "scope_kind", "month", "numerator"),
            "dim_kpis": ("kpi_id", "additive"),
        },
        "select kpi.kpi_id, kpi.month, sum(kpi.numerator), any_value(total.numerator) "
        "from {fct_kpi_months} as kpi inner join {dim_kpis} as definition "
        "on kpi.kpi_id = definition.kpi_id inner join {fct_kpi_months} as total "
        "on kpi.kpi_id = total.kpi_id and kpi.month = total.month and total.scope_kind = 'total' "
        "where kpi.scope_kind = 'segment' "
        "and definition.additive = 'additive' "
        "group by kpi.kpi_id, kpi.month "
        "having sum(kpi.numerator) <> any_value(total.numerator)",
    ),
    Identity(
        "a control passes only within its tolerance",
        {
            "fct_control_results": (
                "control_id",
                "expected_value",
                "actual_value",
                "difference_value",
                "tolerance_value",
                "is_passed",
            )
        },
        "select control_id, expected_value, actual_value, difference_value, tolerance_value "
        "from {fct_control_results} where is_passed "
        "and abs(difference_value) > coalesce(tolerance_value, 0)",
    ),
)


def check_identities(connection: duckdb.DuckDBPyConnection, database: str) -> list[Evaluation]:
    """Evaluate every identity on the tables of `database`.main."""
    results = []
    for identity in IDENTITIES:
        missing = []
        for table, needed in identity.needs.items():
            known = {name for name, _ in columns_of(connection, database, table)}
            missing += [f"{table}.{column}" for column in needed if column not in known]
        if missing:
            results.append(
                Evaluation(identity.name, False, 0, f"{', '.join(missing)} not published")
            )
            continue
        names = {table: f"{database}.main.{table}" for table in identity.needs}
        rows = connection.execute(identity.broken.format(**names)).fetchall()
        example = ", ".join(str(value) for value in rows[0]) if rows else ""
        results.append(Evaluation(identity.name, True, len(rows), example))
    return results
