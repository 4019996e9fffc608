"""What a deck may not say: refused whole, with the offending rows."""

from __future__ import annotations

from datetime import date

import pytest
from deck_files import LIVE, Decks, Row, row

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


# RF-8
@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row("X", "1", 0.1), row("X", "1", 0.2)],
         "deck.csv row 2 and 3: 331 is priced from the day of activation twice, expected that the "
         "first ends where the second begins [X,33,1,0.1 | X,33,1,0.2]"),
        ([row("X", "1", 0.1, begin=JULY, end=AUGUST), row("X", "1", 0.2, begin=AUGUST)],
         "row 2 and 3: 331 is priced from 2026-07-01 to before 2026-08-02 and again from "
         "2026-08-01"),
        ([row("X", "1-3", 0.1), row("Y", "2", 0.2)], "row 2 and 3: 332 is priced"),
        ([row("X", "1", 0.1, end=date(2026, 7, 15)), row("X", "1", 0.2, begin=AUGUST)],
         "331 has no price from 2026-07-16 to before 2026-08-01, expected that the second begins"),
        ([row("X", "1", 0.1), row("X", "2", 0.2)],
         "row 2 and 3: destination AG/X has the prices AG:0.1/60@60/60 and AG:0.2/60@60/60"),
        ([row("X", "1", 0.1, steps="0/60")], "row 2: the increment is 0/60, expected above 0"),
        ([row("X", "1", 0.1, steps="60/0")], "the increment is 60/0"),
        ([row("X", "1", -0.1)], "the price is -0.100000, expected"),
        ([row("X", "1", 0.1, begin=AUGUST, end=JULY)],
         "it is valid from 2026-08-01 to before 2026-07-02, expected an end after the start"),
        ([row("X", "a", 0.1)], "no row can be read"),
    ],
)  # fmt: skip
def test_a_deck_that_contradicts_itself(decks: Decks, rows: list[Row], says: str) -> None:
    reason = decks.refused(*rows)
    assert reason.startswith("schema: ")
    assert says in reason
    assert not list((decks.home.landing / "decks" / "prices").glob("*-0000.parquet"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"agreement": "NO"}, "agreement 'NO' is unknown, expected one of the live tariff"),
        ({"currency": "USD"}, "currency is 'USD', expected EUR"),
        ({"agreement": None, "rate_card": "NO"}, "rate card 'NO' with a row for voice out is"),
        ({"agreement": None, "rate_card": "RC", "service_type": "sms"}, "a row for sms out is"),
        ({"destinations": "known"}, "row 2: destination 'X' is unknown, expected a destination_id"),
        ({"activation": "on_landing"}, "it has no date to be valid from"),
        ({"columns": {"destination": "Destination", "codes": "Codes", "price": "Price",
                      "band": "Note"}}, "band 'night' is unknown"),
        ({"colour": "red"}, "'colour' is no key of a deck profile"),
        ({"covers": "some"}, "covers is 'some', expected everything, listed"),
        ({"columns": {"prize": "Price"}}, "columns is {'prize': 'Price'}, expected"),
        ({"heading_row": 0}, "numbers from 1, because there is no heading row"),
        ({"unit_size": "60"}, "unit_size is '60', expected a whole number"),
        ({"increment": "none"}, "increment is 'none', expected units"),
    ],
)  # fmt: skip
def test_a_deck_that_does_not_fit_the_tariff(
    decks: Decks, changes: dict[str, object], says: str
) -> None:
    decks.profile("q", **changes)
    assert says in decks.refused(row("X", "1", 0.1, note="night"), profile="q")


# RF-7
def test_periods_that_follow_on_are_no_overlap(decks: Decks) -> None:
    report = decks.send(
        row("X", "1", 0.1, end=date(2026, 7, 31)),
        row("X", "1", 0.2, begin=AUGUST),
        row("X", "2", 0.1, end=date(2026, 7, 31)),
        row("X", "2", 0.2, begin=AUGUST),
    )
    assert report.refused == 0


def test_a_prefix_that_joins_early_may_not_pull_the_new_price_forward(decks: Decks) -> None:
    decks.send(row("X", "1", 0.1), name="old.csv")
    decks.activate("old.csv", date(2026, 6, 1))
    reason = decks.refused(row("X", "1", 0.2, begin=AUGUST), row("X", "2", 0.2, begin=JULY))
    assert "331 would change its price on 2026-07-01, not on 2026-08-01 as its row says" in reason


def test_a_deck_and_its_agreement_may_come_in_one_landing(decks: Decks) -> None:
    table = LIVE["agreements"] + "NEW,P,EUR,STD,line,2,half_up,,\n"
    path = decks.home.inbox / "reference" / "agreements.csv"
    path.write_text(table, encoding="utf-8")
    decks.profile("q", agreement="NEW")
    assert decks.send(row("X", "1", 0.1), profile="q").refused == 0
