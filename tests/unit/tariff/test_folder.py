"""Tariff folders: defaults, types, aliases, line numbers, and what is refused before any rule."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tariff_files import TABLES, load, write

from ingestion.tariff.findings import TariffRefusedError
from ingestion.tariff.folder import load_folder
from ingestion.tariff.tables import REQUIRED, relation


def test_every_table_is_there_with_every_column_and_its_defaults(tmp_path: Path) -> None:
    con, tariff = load(write(tmp_path))
    assert tariff.subjects_are_plans
    for table in REQUIRED:
        con.execute(f"from {relation(table)}")
    row = con.execute(
        "select service_type, direction, origin_zone, rounding_mode, maximum_charge, "
        "maximum_charge_policy, band_edge_rule, valid_from, valid_to "
        "from stg_reference__rate_cards limit 1"
    ).fetchone()
    assert row == (
        "voice", "out", "*any", "half_up", None, "free", "exact",
        dt.date(1900, 1, 1), dt.date(9999, 12, 31),
    )  # fmt: skip
    kinds = dict(con.execute("select column_name, column_type from (describe stg_reference__rates)")
                 .fetchall())  # fmt: skip
    assert (kinds["unit_price"], kinds["record_no"]) == ("DECIMAL(18,6)", "BIGINT")


def test_rows_keep_the_order_of_the_file(tmp_path: Path) -> None:
    con, _ = load(write(tmp_path))
    rows = con.execute(
        "select record_no, prefix from stg_reference__destination_prefixes order by record_no"
    ).fetchall()
    assert rows == [(2, "33"), (3, "336")]


def test_parquet_files_do_as_well(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "rates.csv").unlink()
    with duckdb.connect() as con:
        con.execute(
            "copy (select 'PEAK' as rate_id, 0 as tier_start, 0.3::decimal(18, 6) as unit_price, "
            "60 as unit_size, 60 as increment union all select 'OFF', 0, 0.1, 60, 1) "
            f"to '{tmp_path / 'rates.parquet'}' (format parquet)"
        )
    con, _ = load(tmp_path)
    found = con.execute("select unit_price, setup_fee from stg_reference__rates").fetchone()
    assert found == (Decimal("0.3"), Decimal(0))


def test_subjects_become_profiles_in_utc(tmp_path: Path) -> None:
    subjects = (
        "tenant,category,subject,plan_id,valid_from,valid_to\n"
        "acme,call,*any,P,,\nacme,call,7,P,2026-01-01T00:00:00+01:00,\n"
    )
    con, tariff = load(write(tmp_path, subjects=subjects))
    assert not tariff.subjects_are_plans
    assert con.execute(
        "select subject, plan_ids, cast(valid_from as varchar), cast(valid_to as varchar) "
        "from rating_profiles order by record_no"
    ).fetchall() == [
        ("*any", "P", "1900-01-01 00:00:00", "9999-12-31 00:00:00"),
        ("7", "P", "2025-12-31 23:00:00", "9999-12-31 00:00:00"),
    ]


@pytest.mark.parametrize(
    ("table", "text", "says"),
    [
        ("plans", None, "plans.csv or plans.parquet is missing"),
        ("plans", "plan_id\nP\n", "plans.csv: the column 'rate_card_id' is missing"),
        ("plans", "plan_id,rate_card_id\nP,\n", "plans.csv line 2: rate_card_id is ''"),
        ("rates", TABLES["rates"] + "X,0,1e-1,60,60\n", "rates.csv line 5: unit_price is '1e-1'"),
        ("rates", TABLES["rates"] + "X,0,-,60,60\n", "expected a plain number"),
        ("rates", TABLES["rates"] + "\n\nX,0,a,60,60\n", "rates.csv line 7: unit_price is 'a'"),
        ("rates", TABLES["rates"] + "X,0\n", "rates.csv line 5: Expected Number of Columns"),
        ("plans", "plan_id,rate_card_id,valid_from\nP,C,soon\n", "expected a date YYYY-MM-DD"),
        ("time_bands", TABLES["time_bands"] + "STD,x,*any,8am,1\n", "expected HH:MM or HH:MM:SS"),
        ("subjects", "tenant,category,subject,plan_id,valid_from\na,c,s,P,2026-01-01T00:00:00\n",
         "expected an instant with offset"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, table: str, text: str | None, says: str
) -> None:
    with pytest.raises(TariffRefusedError) as refused:
        load(write(tmp_path, **{table: text}))
    assert says in str(refused.value)


def test_a_table_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    with duckdb.connect() as con:
        con.execute(f"copy (select 1 as plan_id) to '{tmp_path / 'plans.parquet'}'")
        with pytest.raises(TariffRefusedError, match="as CSV and as Parquet"):
            load_folder(con, tmp_path)


def test_what_no_rule_reads_is_named(tmp_path: Path) -> None:
    plans = "plan_id,rate_card_id,colour\nP,C,blue\n"
    promised = "plan_id,commitment_amount\nP,10\n"
    write(tmp_path, plans=plans, allowance="a,b\n1,2\n", taxes="tax_class\nS\n",
          minimum_commitments=promised)  # fmt: skip
    _, tariff = load(tmp_path)
    assert tariff.notes == [
        "allowance.csv is no table of a tariff and was not read.",
        "plans.csv: columns colour were not read.",
        "minimum_commitments.csv was checked and is not charged: a bill owes it, no event does.",
    ]
