"""One charge explained, and months rated again: both on a really built warehouse."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.console import Console
from orchestration.errors import PipelineError
from orchestration.explain import explain_charge
from orchestration.whatif.run import run_scenario
from orchestration.whatif.scenario import read_scenario
from tests.end_to_end.conftest import Demo

SCENARIO = "name: {name}\ntariff: deck\nfrom: 2025-10\nto: 2025-11\n"


def test_segments_and_draws_of_a_cut_call_add_up_to_its_charge(demo: Demo) -> None:
    with demo.build() as con:
        usage_id, charge, decimals = con.execute(
            "select usage_id, charge_amount, rounding_micro from fct_rated_usage "
            "inner join int_rating__segment_sums using (usage_id, rating_run) "
            "where rating_run = 'retail' and charge_amount > 0 and discount_amount = 0 "
            "and cap_amount = 0 order by usage_id limit 1"
        ).fetchall()[0]
    parts = {part.name: part for part in explain_charge(demo.home, str(usage_id))}
    segments = [
        dict(zip(parts["segments"].columns, row, strict=True)) for row in parts["segments"].rows
    ]
    retail = [row for row in segments if row["run"] == "retail"]
    fees = dict(zip(parts["fees"].columns, parts["fees"].rows[-1], strict=True))
    exact = sum(Decimal(row["amount"]) for row in retail) + Decimal(fees["set-up fee"])
    assert len(retail) > 1
    assert abs(exact - charge) <= Decimal(decimals).scaleb(-6)


def test_an_unknown_event_is_said_to_be_unknown(demo: Demo) -> None:
    with pytest.raises(PipelineError, match="No rated event"):
        explain_charge(demo.home, "00000000-0000-0000-0000-000000000000")
    with pytest.raises(PipelineError, match="expected a UUID"):
        explain_charge(demo.home, "42")


def scenario_file(folder: Path, demo: Demo, factor: str) -> Path:
    (folder / "deck").mkdir()
    with demo.build() as con:
        con.execute(
            "copy (select * exclude (file_id) replace "
            f"(cast(unit_price * {factor} as decimal(18, 6)) as unit_price) "
            f"from stg_reference__rates) to '{folder}/deck/rates.csv' (header)"
        )
    path = folder / "scenario.yml"
    path.write_text(SCENARIO.format(name=f"prices-times-{factor}"), encoding="utf-8")
    return path


def test_the_same_tariff_changes_nothing_and_twice_the_prices_raise_revenue(
    demo: Demo, tmp_path_factory: pytest.TempPathFactory
) -> None:
    changes = {}
    for factor in ("1", "2"):
        path = scenario_file(tmp_path_factory.mktemp("whatif"), demo, factor)
        result = run_scenario(demo.home, read_scenario(path), Console(as_json=True))
        assert result.replaced == ["rates"]
        changes[factor] = result.change["EUR"]
        with duckdb.connect(str(result.out / "comparison.duckdb"), read_only=True) as con:
            parts = con.execute(
                "select (select sum(change_amount) from revenue_by_plan), "
                "(select sum(change_amount) from revenue_by_segment), "
                "(select sum(change_amount) from winners_and_losers)"
            ).fetchall()[0]
            margins = con.execute(
                "select service_type, currency, margin_before from margin_by_service order by all"
            ).fetchall()
        assert set(parts) == {changes[factor]}
        with demo.build() as con:
            assert (
                margins
                == con.execute(
                    "select service_type, currency, sum(margin_amount)::decimal(38, 6) "
                    "from int_rating__margins as margins inner join (select distinct usage_id, "
                    "service_type, usage_month from fct_rated_usage) as usage using (usage_id) "
                    "where usage_month in (date '2025-10-01', date '2025-11-01') group by all "
                    "order by all"
                ).fetchall()
            )
    assert changes["1"] == 0
    assert changes["2"] > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: X Y\n", "name is 'X Y'"),
        ("name: a\ntariff: nowhere\n", "expected a folder"),
        ("name: a\ncolour: red\n", "found colour"),
        ("name: a\ntariff: .\nfrom: 2026-13\nto: 2026-10\n", "from is '2026-13'"),
        ("name: a\ntariff: .\nfrom: 2026-11\nto: 2026-10\n", "lies before"),
        ("- a\n", "found no keys"),
    ],
)
def test_a_scenario_says_what_is_wrong_with_it(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "scenario.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError, match=said):
        read_scenario(path)
