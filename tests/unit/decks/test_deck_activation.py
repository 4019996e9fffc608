"""A deck becomes valid on a day: what ends, what begins, what stays, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from deck_files import LIVE, TODAY, Decks, row

from ingestion.decks import laying
from ingestion.decks.activation import NotAllowedError
from ingestion.ledger import Ledger
from ingestion.reasons import LandingError

JUNE, JULY, AUGUST = TODAY, date(2026, 7, 1), date(2026, 8, 1)
ANY = ("*any", "0.25")


def test_nothing_changes_until_a_deck_is_activated(decks: Decks) -> None:
    before = decks.newest("agreement_rates", "*")
    report = decks.send(row("France Mobile", "6", 0.03))
    assert report.notes == ["deck.csv waits until it is activated."]
    assert decks.newest("agreement_rates", "*") == before


def test_prices_change_on_the_day_and_not_before(decks: Decks) -> None:
    decks.send(row("France", "", 0.004), row("France Mobile", "6", 0.03))
    decks.activate("deck.csv", JULY)
    assert decks.prices("33612345678", "2026-06-30") == [("FR", "0.02")]
    assert decks.prices("33612345678", "2026-07-01") == [
        ("AG/FRANCE MOBILE", "0.03"), ("AG/FRANCE", "0.004"),
    ]  # fmt: skip
    # What other directions and the row for any number say is not the deck's.
    assert decks.newest("agreement_rates", "direction, rate_id", "destination_id = '*any'") == [
        ("in", "D"), ("out", "D"),
    ]  # fmt: skip


def test_a_change_in_mid_life_and_increments_of_two_steps(decks: Decks) -> None:
    decks.send(
        row("France Mobile", "6", 0.03, steps="30/6"),
        row("France Mobile", "6", 0.05, steps="30/6", begin=AUGUST),
    )
    decks.activate("deck.csv", JULY)
    assert [decks.prices("336", day)[0][1] for day in ("2026-07-31", "2026-08-01")] == [
        "0.03", "0.05",
    ]  # fmt: skip
    assert decks.newest(
        "rates", "tier_start, increment, unit_size", "rate_id = 'AG:0.05/60@30/6'"
    ) == [(0, 30, 60), (30, 6, 60)]


def test_the_next_deck_ends_moves_and_keeps(decks: Decks) -> None:
    decks.send(row("A", "1", 0.1), row("B", "2,3", 0.2), row("C", "4", 0.3), name="one.csv")
    decks.activate("one.csv", JUNE)
    decks.send(row("A", "1,3", 0.1), row("B", "2", 0.25, begin=AUGUST), name="two.csv")
    decks.activate("two.csv", JULY)
    assert decks.newest("destination_prefixes", "destination_id, prefix, valid_from, valid_to",
                        "destination_id like 'AG/%'") == [
        ("AG/A", "331", JUNE, date(9999, 12, 31)),
        ("AG/A", "333", JULY, date(9999, 12, 31)),
        ("AG/B", "332", JUNE, date(9999, 12, 31)),
        ("AG/B", "333", JUNE, JULY),
        ("AG/C", "334", JUNE, JULY),
    ]  # fmt: skip
    assert decks.newest("agreement_rates", "destination_id, rate_id, valid_from, valid_to",
                        "destination_id like 'AG/%'") == [
        ("AG/A", "AG:0.1/60@60/60", JUNE, date(9999, 12, 31)),
        ("AG/B", "AG:0.2/60@60/60", JUNE, AUGUST),
        ("AG/B", "AG:0.25/60@60/60", AUGUST, date(9999, 12, 31)),
        ("AG/C", "AG:0.3/60@60/60", JUNE, JULY),
    ]  # fmt: skip


def test_a_deck_of_what_is_listed_leaves_the_rest(decks: Decks) -> None:
    decks.profile("part", covers="listed")
    decks.send(row("A", "1", 0.1), row("B", "2", 0.2), name="one.csv")
    decks.activate("one.csv", JUNE)
    decks.send(
        row("A", "1", 0.15), row("B", "2", "", begin=AUGUST, note="closed"),
        name="two.csv", profile="part",
    )  # fmt: skip
    decks.activate("two.csv", JULY)
    assert [decks.prices("331", day)[0] for day in ("2026-06-30", "2026-07-01")] == [
        ("AG/A", "0.1"), ("AG/A", "0.15"),
    ]  # fmt: skip
    assert decks.prices("332", "2026-07-31") == [("AG/B", "0.2")]
    assert decks.prices("332", "2026-08-01") == []


def test_a_prefix_of_two_destinations_of_one_card_is_refused(decks: Decks) -> None:
    decks.profile("part", covers="listed")
    assert "row 2: 33 is priced as destination FR too" in decks.refused(
        row("France", "", 0.004), profile="part"
    )


def test_known_destinations_are_priced_by_name_or_id(decks: Decks) -> None:
    decks.profile("q", destinations="known", columns={"destination": "Destination",
                                                      "price": "Price"})  # fmt: skip
    decks.send(row("spain", "", 0.5), row("FR", "", 0.01), profile="q")
    decks.activate("deck.csv", JULY)
    assert decks.prices("34", "2026-07-01") == [("ES", "0.5")]
    assert [decks.prices("33", day) for day in ("2026-06-30", "2026-07-01")] == [
        [("FR", "0.02")], [("FR", "0.01")],
    ]  # fmt: skip


def test_a_rate_card_keeps_its_terms(decks: Decks) -> None:
    decks.profile("q", agreement=None, rate_card="RC")
    decks.send(row("A", "1", 0.1), profile="q")
    decks.activate("deck.csv", JULY)
    assert decks.newest(
        "rate_cards", "destination_id, rate_id, weight, rounding_mode, rounding_decimals, "
        "band_edge_rule, currency, tax_class, valid_from", "destination_id like 'RC/%'",
    ) == [
        ("RC/A", "RC:0.1/60@60/60", 10, "up", 3, "started_block", "EUR", "standard", JULY)
    ]  # fmt: skip


def test_the_changes_against_the_live_deck(decks: Decks) -> None:
    decks.send(row("A", "1", 0.1), row("B", "2", 0.2), row("C", "4", 0.3), row("D", "5", 0.4),
               row("F", "7", 0.6), name="one.csv")  # fmt: skip
    decks.activate("one.csv", JUNE)
    decks.send(row("A", "1", 0.12), row("B", "2", 0.15, begin=JULY), row("C", "4", 0.3),
               row("E", "51", 0.5), row("F", "7", 0.6, steps="1/1"), name="two.csv")  # fmt: skip
    assert decks.changes("two.csv") == [
        ("unchanged", "*any", JUNE, Decimal("0.250000"), Decimal("0.250000"), Decimal("0.00")),
        ("up", "331", JUNE, Decimal("0.100000"), Decimal("0.120000"), Decimal("20.00")),
        ("down", "332", JULY, Decimal("0.200000"), Decimal("0.150000"), Decimal("-25.00")),
        ("unchanged", "334", JUNE, Decimal("0.300000"), Decimal("0.300000"), Decimal("0.00")),
        ("ended", "335", JUNE, Decimal("0.400000"), None, None),
        # A new code was priced until now as the shorter one it begins with.
        ("new", "3351", JUNE, Decimal("0.400000"), Decimal("0.500000"), Decimal("25.00")),
        ("terms", "337", JUNE, Decimal("0.600000"), Decimal("0.600000"), Decimal("0.00")),
    ]


def test_the_ledger_says_who_when_and_which_file(decks: Decks) -> None:
    decks.send(row("A", "1", 0.1))
    assert decks.activate("deck.csv", JULY).is_new
    seq = decks.newest("rates", "max(landed_seq)")
    assert not decks.activate("deck.csv", JULY).is_new
    assert decks.newest("rates", "max(landed_seq)") == seq
    decks.land()
    path = decks.home.landing / "ledger" / "deck_activations.parquet"
    with Ledger(decks.home) as ledger:
        (file_id,) = ledger.query("select file_id from files where file_name = 'deck.csv'")[0]
    decks.send(row("Z", "1", 0.1), name="other.csv")
    assert duckdb.sql(
        f"select file_id, profile, card_id, from_day, activated_by, is_retroactive, "
        f"withdrawn_at is null from read_parquet('{path}')"
    ).fetchall() == [(file_id, "p", "AG", JULY, "ana", False, True)]
    with pytest.raises(NotAllowedError, match="active from 2026-07-01 already"):
        decks.activate("deck.csv", AUGUST)


def test_a_day_before_today_must_be_asked_for(decks: Decks) -> None:
    decks.send(row("France", "", 0.004))
    with pytest.raises(NotAllowedError, match=r"2026-05-31 lies before today \(2026-06-01\)"):
        decks.activate("deck.csv", date(2026, 5, 31))
    assert decks.prices("33", "2026-06-15") == [("FR", "0.02")]
    assert decks.activate("deck.csv", date(2026, 5, 31), retroactive=True).is_retroactive
    assert decks.prices("33", "2026-05-31") == [("AG/FRANCE", "0.004")]


def test_rows_that_could_not_be_read_hold_a_deck_back(decks: Decks) -> None:
    decks.send(row("A", "1", 0.1), row("B", "2", "free"))
    with pytest.raises(NotAllowedError, match=r"1 row\(s\) of deck.csv could not be read"):
        decks.activate("deck.csv", JULY)
    assert decks.activate("deck.csv", JULY, despite_quarantine=True).is_new


def test_a_profile_may_activate_by_the_dates_of_the_deck(decks: Decks) -> None:
    decks.profile("auto", activation="on_landing")
    report = decks.send(row("A", "1", 0.1, begin=AUGUST), profile="auto")
    assert report.notes == ["deck.csv is active from 2026-06-01, each row from its own date on."]
    assert decks.prices("331", "2026-07-31") == [("FR", "0.02")]
    assert decks.prices("331", "2026-08-01") == [("AG/A", "0.1")]


def test_a_newer_base_table_keeps_the_deck(decks: Decks) -> None:
    decks.send(row("France", "", 0.004))
    decks.activate("deck.csv", JULY)
    decks.live(rates=LIVE["rates"] + "NEW,0,1,60,60,0,0\n")
    assert {rate for (rate,) in decks.newest("rates", "rate_id")} == {
        "D", "F", "NEW", "AG:0.004/60@60/60",
    }  # fmt: skip
    assert decks.prices("33", "2026-07-01") == [("AG/FRANCE", "0.004")]


def test_withdrawing_restores_what_stood_before(decks: Decks) -> None:
    plain = "* exclude (file_id, landed_seq, record_no)"
    dated = plain + (
        " replace (coalesce(valid_from, '1900-01-01') as valid_from, "
        "coalesce(valid_to, '9999-12-31') as valid_to)"
    )
    tables = {"agreement_rates": dated, "destination_prefixes": dated, "rates": plain,
              "destinations": plain}  # fmt: skip
    before = [decks.newest(table, columns) for table, columns in tables.items()]
    decks.send(row("France", "", 0.004))
    decks.activate("deck.csv", JULY)
    assert [decks.newest(table, columns) for table, columns in tables.items()] != before
    assert decks.withdraw("deck.csv").is_new
    assert [decks.newest(table, columns) for table, columns in tables.items()] == before
    assert not decks.withdraw("deck.csv").is_new


def test_what_has_priced_days_is_not_withdrawn_by_accident(decks: Decks) -> None:
    decks.send(row("France", "", 0.004))
    decks.activate("deck.csv", JUNE)
    with pytest.raises(NotAllowedError, match="lies before today"):
        decks.withdraw("deck.csv", today=JULY)
    assert decks.withdraw("deck.csv", today=JULY, retroactive=True).is_retroactive


def test_a_newer_table_that_names_the_deck_s_destination_gives_way(decks: Decks) -> None:
    decks.send(row("France", "", 0.004))
    decks.activate("deck.csv", JULY)
    taken = LIVE["destination_prefixes"] + "AG/FRANCE,33,2026-07-05,2026-07-10\n"
    decks.live(destination_prefixes=taken)
    assert decks.prices("33", "2026-07-07") == [("AG/FRANCE", "0.004")]


def test_a_kill_before_the_tables_are_registered_is_made_good(
    decks: Decks, monkeypatch: pytest.MonkeyPatch
) -> None:
    decks.send(row("France", "", 0.004))

    def killed(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(laying, "commit_batch", killed)
        with pytest.raises(KeyboardInterrupt):
            decks.activate("deck.csv", JULY)
    assert decks.prices("33", "2026-07-01") == [("FR", "0.02")]
    decks.land()
    assert decks.prices("33", "2026-07-01") == [("AG/FRANCE", "0.004")]


def test_an_unknown_deck_is_an_error(decks: Decks) -> None:
    with pytest.raises(LandingError, match=r"no landed deck is 'none\.csv'"):
        decks.activate("none.csv", JULY)
