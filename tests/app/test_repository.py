"""Queries: every one runs, is scoped, is bound, and is cached by generation and scope."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.repository import (
    EXECUTIVE_CARDS,
    QUERIES,
    Repository,
    TableCache,
    query_text,
)
from app.scope import BASES, Filters, Scope
from app.warehouse import Generation
from tests.app.publication import TABLES

OCTOBER = Filters(date(2026, 10, 1))
VALUES = {
    "kpi_ids": list(EXECUTIVE_CARDS),
    "row_limit": 50,
    "statement_id": "TRANSGLOBE-202610-USD",
    "basis_month": date(2026, 9, 1),
    "bands": ["high"],
    "only_consent": False,
    "feed": "mediation",
    "kind": "records",
    "reason_code": "missing_field",
    "status": None,
    "rating_run": "retail",
    "suspend_reason": "no_owner",
}
NAMES = sorted(path.stem for path in QUERIES.glob("*.sql"))
SCOPED = {
    "fct_customer_months": ("$scope_regions", "$scope_segments"),
    "fct_churn_scores": ("$scope_regions", "$scope_segments"),
    "fct_settlement_statements": ("$scope_partners",),
    "fct_settlement_lines": ("$scope_partners",),
    "fct_settlement_differences": ("$scope_partners",),
    "fct_settlement_legs": ("$scope_partners",),
    "fct_regulated_roaming_days": ("$scope_partners",),
    "fct_tap_exchange_rates": ("$scope_partners",),
    "fct_exceptions": ("$scope_restricted",),
}
# The list of months holds no figure.
UNSCOPED_KPIS = {"months"}


@pytest.mark.parametrize("name", NAMES)
def test_every_query_runs_and_has_rows(repository: Repository, name: str) -> None:
    rows = repository.table(name, **VALUES, **OCTOBER.parameters()).num_rows
    assert rows > 0 or name == "failed_controls"


@pytest.mark.parametrize("name", NAMES)
def test_queries_name_public_marts_only(name: str) -> None:
    text = query_text(name)
    steps = set(re.findall(r"^(\w+) as \($", text, re.MULTILINE))
    named = set(re.findall(r"\b(?:from|join)\s+([a-z_]+)\b(?!\()", text)) - steps
    assert named <= set(TABLES.split()), named


@pytest.mark.parametrize("name", NAMES)
def test_queries_on_scoped_marts_bind_the_scope(name: str) -> None:
    text = query_text(name)
    for mart, parameters in SCOPED.items():
        if re.search(rf"\bfrom {mart}\b", text):
            assert all(parameter in text for parameter in parameters), (name, mart)
    if "fct_kpi_months" in text and name not in UNSCOPED_KPIS:
        assert "$scope_" in text


def test_a_region_reader_sees_only_that_region(generation: Generation) -> None:
    scoped = Repository(generation, generation="g", scope=Scope(regions=("North",)))
    slices = scoped.slices()
    assert slices["region"] == ["North"]
    assert scoped.kpi_cards(OCTOBER)["is_available"].sum() == 0
    north = Filters(OCTOBER.month, region="North")
    assert scoped.kpi_cards(north)["is_available"].sum() > 0
    south = Filters(OCTOBER.month, region="South")
    assert scoped.kpi_cards(south)["is_available"].sum() == 0
    assert scoped.kpi_history(south, EXECUTIVE_CARDS).empty
    assert scoped.frame("roll_forward", **south.parameters()).empty
    listed = scoped.churn_list(OCTOBER, ["high", "medium", "low"], only_consent=False)
    assert set(listed.column("region").to_pylist()) == {"North"}
    assert scoped.table("exceptions", row_limit=5).num_rows == 0


def test_a_partner_reader_never_sees_another_partner(generation: Generation) -> None:
    scoped = Repository(generation, generation="g", scope=Scope(partners=("BORA",)))
    assert set(scoped.frame("statements")["partner_id"]) == {"BORA"}
    foreign = {"statement_id": "TRANSGLOBE-202610-USD"}
    for name in ("statement", "statement_lines", "statement_differences"):
        assert scoped.table(name, **foreign).num_rows == 0
    ties = scoped.frame("statement_ties", **foreign)
    assert (ties["left_value"].fillna(0) == 0).all()


def test_an_empty_scope_sees_nothing(generation: Generation) -> None:
    scoped = Repository(generation, generation="g", scope=Scope(partners=()))
    assert scoped.table("statements").num_rows == 0


@pytest.mark.parametrize("text", ["' or 1=1 --", "North'; drop table fct_exceptions; --", '"'])
def test_filter_values_are_data_never_sql(repository: Repository, text: str) -> None:
    filters = Filters(OCTOBER.month, segment=text, region=text)
    assert repository.frame("roll_forward", **filters.parameters()).empty
    assert repository.table("statement", statement_id=text).num_rows == 0
    assert repository.table("exceptions", row_limit=5).num_rows == 4


def test_a_query_is_a_file_of_ours(repository: Repository) -> None:
    for name in ("../secrets", "select 1", "no_such_query"):
        with pytest.raises(KeyError):
            repository.table(name)


def test_the_cache_is_keyed_by_generation_and_scope(generation: Generation) -> None:
    tables = TableCache(entries=2)
    everyone = Repository(generation, generation="g", tables=tables)
    partner = Repository(generation, generation="g", scope=Scope(partners=("BORA",)), tables=tables)
    assert everyone.table("statements").num_rows == 56
    assert partner.table("statements").num_rows == 14
    assert everyone.table("statements") is everyone.table("statements")
    everyone.table("months")
    assert len(tables) == 2


def test_deltas_follow_the_chosen_basis(repository: Repository) -> None:
    for basis, column in zip(BASES, ("previous", "same_month_last_year", "target"), strict=True):
        card = repository.kpi_cards(Filters(OCTOBER.month, basis=basis)).loc["arpu"]
        row = (
            repository._source.cursor()
            .execute(
                f"select actual, {column} from fct_kpi_months where kpi_id = 'arpu' "
                "and scope_kind = 'total' and month = '2026-10-01'"
            )
            .fetchone()
        )
        assert card["delta"] == row[0] - row[1]


def test_the_bridge_adds_to_the_change_of_its_mart(repository: Repository) -> None:
    bridge = repository.revenue_bridge(OCTOBER, date(2026, 9, 1))
    change = (
        repository._source.cursor()
        .execute(
            "select sum(case month when '2026-10-01' then service_revenue_amount "
            "else -service_revenue_amount end) "
            "from fct_customer_months where month in ('2026-10-01', '2026-09-01')"
        )
        .fetchone()[0]
    )
    assert sum(bridge["amount"]) == change


def test_the_roll_forward_ties(repository: Repository) -> None:
    roll = repository.frame("roll_forward", **OCTOBER.parameters())
    assert len(roll) == 13
    assert (roll["difference"] == 0).all()
