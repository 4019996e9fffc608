"""Minimum commitments: cases worked by hand, and the models against the oracle on random months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from golden_world import read_csv
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_engine import SqlEngine
from world_basics import ALWAYS, ZONE

from orchestration.rating_sql import Project, build, create_functions
from rating_udfs.oracle_clock import to_local
from rating_udfs.oracle_commitments import Charge, commitments_of
from rating_udfs.oracle_holders import LAST_DATE, LAST_INSTANT
from rating_udfs.oracle_periods import FIRST_DATE
from rating_udfs.oracle_tables import Tariff, fill_defaults

CASES = read_csv(Path(__file__).parent / "golden" / "commitments.csv")
MONTH, NEXT_MONTH = date(2026, 3, 1), date(2026, 4, 1)
GIVEN = {
    "dim_subscriptions": "subscription_id varchar, account_id varchar, customer_id varchar, "
    "plan_id varchar, status varchar, valid_from timestamp, valid_to timestamp, "
    "activated_on date, terminated_on date",
    "dim_accounts": "account_id varchar, payment_kind varchar",
    "dim_plans": "plan_id varchar, rate_card_id varchar, monthly_fee decimal(18, 2), "
    "valid_from date, valid_to date",
    "dim_rate_cards": "rate_card_id varchar, tax_class varchar, currency varchar",
    "dim_minimum_commitments": "plan_id varchar, scope varchar, counted_charges varchar, "
    "commitment_amount decimal(18, 2), valid_from date, valid_to date",
    "int_rating__usage_days": "usage_date date, account_id varchar, subscription_id varchar, "
    "plan_id varchar, status varchar, is_billable boolean, currency varchar, "
    "charge_amount decimal(38, 6)",
    "int_billing__data_to": "data_from date, data_to date",
}
Rows = list[dict[str, Any]]


def case_id(case: dict[str, str]) -> str:
    return case["case"]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_function_gives_what_was_worked_out_by_hand(
    engine: SqlEngine, case: dict[str, str]
) -> None:
    days, period = case["days"], case["period_days"]
    fee = f"exact_prorated_fee({case['fees'] or 0}::decimal(18, 2) * {days}, 1, {period})"
    amount_days = f"{case['amount']}::decimal(18, 2) * {days}"
    counted = f"{fee} + {case['usage']}::decimal(18, 6)"
    committed = f"exact_prorated_fee({amount_days}, 1, {period})"
    assert engine.value(committed) == Decimal(case["committed"])
    arguments = f"{amount_days}, {counted}, {period}"
    assert engine.value(f"exact_commitment_shortfall({arguments})") == Decimal(case["shortfall"])
    assert engine.value(f"commitment_shortfall({arguments})") == Decimal(case["line"])


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_oracle_gives_what_was_worked_out_by_hand(case: dict[str, str]) -> None:
    month = {28: date(2026, 2, 1), 30: date(2026, 6, 1), 31: date(2026, 3, 1)}
    first = month[int(case["period_days"])]
    counts = "usage_and_fees" if case["fees"] else "usage"
    tariff = tariff_of(
        [{"plan_id": "P", "monthly_fee": Decimal(case["fees"] or 0)}],
        [{"plan_id": "P", "commitment_amount": Decimal(case["amount"]), "counted_charges": counts,
          "valid_to": first + timedelta(days=int(case["days"]))}],
        [held("s", "a", "P", ALWAYS, None)],
    )  # fmt: skip
    found = commitments_of(tariff, first, [Charge("a", "s", "P", first, Decimal(case["usage"]))])
    (one,) = found.values()
    assert one.days == int(case["days"])
    assert one.committed == Decimal(case["committed"])
    assert one.shortfall == Decimal(case["shortfall"])
    assert one.line_amount == Decimal(case["line"])


def tariff_of(plans: Rows, commitments: Rows, subscriptions: Rows) -> Tariff:
    return Tariff(
        time_zone=ZONE,
        plans=fill_defaults("plans", plans),
        rates=(),
        rate_cards=(),
        identifiers=(),
        subscriptions=subscriptions,
        minimum_commitments=fill_defaults("minimum_commitments", commitments),
    )


def held(
    who: str, account: str, plan: str, begins: datetime, ends: datetime | None
) -> dict[str, Any]:
    return {
        "subscription_id": who, "account_id": account, "customer_id": "c", "plan_id": plan,
        "status": "active", "valid_from": begins, "valid_to": ends,
    }  # fmt: skip


# Around the month's ends and the change to summer time, which is on 29 March.
instants = st.builds(
    lambda day, hour: datetime.combine(day, datetime.min.time()) + timedelta(hours=hour),
    st.sampled_from([date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 11), date(2026, 3, 29),
                     date(2026, 3, 31)]),
    st.sampled_from([0, 9, 12, 21, 22, 23]),
)  # fmt: skip
days = st.sampled_from([date(2026, 2, 28), *(date(2026, 3, day) for day in (1, 2, 11, 12, 29, 31))])
amounts = st.integers(0, 6_000).map(lambda cents: Decimal(cents).scaleb(-2))


@st.composite
def lives(draw: st.DrawFn, who: str) -> Rows:
    """A subscription's versions: from plan to plan without a gap, perhaps to its end."""
    cuts = sorted(draw(st.sets(instants, min_size=1, max_size=4)))
    account = draw(st.sampled_from(["a1", "a2"]))
    rows = [
        held(who, account, draw(st.sampled_from(["P", "Q"])), begins, ends)
        for begins, ends in zip(cuts, [*cuts[1:], None], strict=True)
    ]
    if len(rows) > 1 and draw(st.booleans()):
        rows[-1] |= {"status": "terminated", "plan_id": rows[-2]["plan_id"]}
    return rows


@st.composite
def versions(draw: st.DrawFn, columns: st.SearchStrategy[dict[str, Any]], plan: str) -> Rows:
    """One row of a plan, or two with a day between them."""
    cut = draw(st.none() | days)
    if cut is None:
        return [{"plan_id": plan, **draw(columns)}]
    return [
        {"plan_id": plan, "valid_to": cut, **draw(columns)},
        {"plan_id": plan, "valid_from": cut, **draw(columns)},
    ]


fees = st.fixed_dictionaries({"monthly_fee": amounts})
terms = st.fixed_dictionaries({
    "scope": st.sampled_from(["subscription", "account"]),
    "counted_charges": st.sampled_from(["usage", "usage_and_fees"]),
    "commitment_amount": amounts,
})  # fmt: skip
charges = st.lists(
    st.builds(
        Charge,
        account_id=st.sampled_from(["a1", "a2"]),
        subscription_id=st.sampled_from(["s1", "s2", "s3"]),
        plan_id=st.sampled_from(["P", "Q"]),
        on=days,
        amount=st.integers(0, 400_000).map(lambda value: Decimal(value).scaleb(-4)),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect(":memory:", config={"threads": 1})
    con.execute("set TimeZone = 'UTC'")
    create_functions(con, Project({"time_zone": ZONE}))
    yield con
    con.close()


MODELS = Project({"time_zone": ZONE}).chain(["int_billing__commitments"], GIVEN)


@given(
    plans=st.tuples(versions(fees, "P"), versions(fees, "Q")),
    promised=st.tuples(versions(terms, "P"), st.just([]) | versions(terms, "Q")),
    people=st.tuples(lives("s1"), lives("s2"), lives("s3")),
    used=charges,
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_models_give_what_the_oracle_gives(
    con: duckdb.DuckDBPyConnection,
    plans: tuple[Rows, Rows],
    promised: tuple[Rows, Rows],
    people: tuple[Rows, Rows, Rows],
    used: list[Charge],
) -> None:
    tariff = tariff_of(
        *([row for part in parts for row in part] for parts in (plans, promised, people))
    )
    expected = {
        holder: (one.days, one.committed, one.counted, one.shortfall, one.line_amount)
        for holder, one in commitments_of(tariff, MONTH, used).items()
    }
    put(con, tariff, used)
    build(con, MODELS)
    found = con.execute(
        "select account_id, subscription_id, plan_id, committed_days, committed_amount, "
        "counted_usage_amount + counted_fee_amount, exact_shortfall_amount, shortfall_amount "
        "from int_billing__commitments where bill_month = ?",
        [MONTH],
    ).fetchall()
    assert {tuple(row[:3]): tuple(row[3:]) for row in found} == expected
    assert len(found) == len(expected)


def put(con: duckdb.DuckDBPyConnection, tariff: Tariff, used: list[Charge]) -> None:
    """Give the models the world, ends closed as reference models close them."""

    def dated(row: dict[str, Any]) -> dict[str, Any]:
        return row | {
            "valid_from": row["valid_from"] or FIRST_DATE,
            "valid_to": row["valid_to"] or LAST_DATE,
        }

    rows: dict[str, Rows] = {
        "dim_subscriptions": [life(tariff, dict(row)) for row in tariff.subscriptions],
        "dim_accounts": [{"account_id": name, "payment_kind": "postpaid"} for name in ("a1", "a2")],
        "dim_plans": [dated({**row, "rate_card_id": "C"}) for row in tariff.plans],
        "dim_rate_cards": [{"rate_card_id": "C", "tax_class": "STD", "currency": "EUR"}],
        "dim_minimum_commitments": [dated(dict(row)) for row in tariff.minimum_commitments],
        "int_rating__usage_days": [
            vars(one) | {"usage_date": one.on, "charge_amount": one.amount, "status": "rated",
                         "is_billable": True, "currency": "EUR"}
            for one in used
        ],
        "int_billing__data_to": [{"data_from": MONTH, "data_to": NEXT_MONTH}],
    }  # fmt: skip
    for table, columns in GIVEN.items():
        con.execute(f"create or replace temp table {table} ({columns})")
        names = [
            name
            for (name,) in con.execute(f"select column_name from (describe {table})").fetchall()
        ]
        if rows[table]:
            con.executemany(
                f"insert into {table} values ({', '.join('?' for _ in names)})",
                [[row.get(name) for name in names] for row in rows[table]],
            )


def life(tariff: Tariff, row: dict[str, Any]) -> dict[str, Any]:
    """Return a version with the local dates of its subscription's life, as the dimension has."""
    mine = [one for one in tariff.subscriptions if one["subscription_id"] == row["subscription_id"]]
    begins = min(one["valid_from"] for one in mine)
    ended = [one["valid_from"] for one in mine if one["status"] == "terminated"]
    return row | {
        "valid_to": row["valid_to"] or LAST_INSTANT,
        "activated_on": to_local(begins, ZONE).date(),
        "terminated_on": to_local(ended[0], ZONE).date() if ended else None,
    }
