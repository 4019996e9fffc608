"""Choosing the price at an instant: docs/reference/rating.md §2, card by card and row by row.

What belongs here: from a holder and a number to one rate-card row. Segments and money do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from rating_udfs.oracle_clock import Band, band_at, to_local
from rating_udfs.oracle_tables import (
    ANY,
    FRIENDS,
    Row,
    Rows,
    Tariff,
    Tier,
    holds,
    tiers_of,
    version_of,
)


class NoPriceError(Exception):
    """Nothing fits; the text is the reason code."""


@dataclass(frozen=True)
class Guide:
    """What an event is, settled at its start: whom it goes to and where it comes from."""

    has_number: bool
    prefixes: tuple[str, ...]
    decks: dict[str, tuple[str, ...]]
    is_friend: bool
    origin_zone: str | None


@dataclass(frozen=True)
class Choice:
    """The row that prices an event at an instant, and how it was found.

    `kind_of` is the destination whose kind the event has: a friend's number keeps its own.
    """

    row: Row
    destination_id: str
    kind_of: str
    matched_prefix: str | None
    band_id: str | None
    tiers: list[Tier]


def guide(event: Row, tariff: Tariff, on: date, subscription_id: str | None) -> Guide:
    """Return what the number, the friends and the origin say on the event's local date.

    `decks` gives the destinations of each matching prefix in the order of their rows.
    """
    has_number = event["service_type"] != "data" and event["direction"] == "out"
    decks: dict[str, tuple[str, ...]] = {}
    if has_number:
        for row in tariff.destination_prefixes:
            if (event["b_prefix"] or "").startswith(row["prefix"]) and holds(row, on):
                decks[row["prefix"]] = (*decks.get(row["prefix"], ()), row["destination_id"])
    is_friend = has_number and any(
        row["subscription_id"] == subscription_id
        and row["number"] == event["b_token"]
        and holds(row, on)
        for row in tariff.friends
    )
    return Guide(
        has_number=has_number,
        prefixes=tuple(sorted(decks, key=len, reverse=True)),
        decks=decks,
        is_friend=is_friend,
        origin_zone=_origin_zone(event, tariff.origin_zones, on),
    )


def _origin_zone(event: Row, zones: Rows, on: date) -> str | None:
    """Return the zone of the serving network, else of the A-number's longest prefix."""
    valid = [row for row in zones if holds(row, on)]
    for row in valid:
        if row["kind"] == "plmn" and row["value"] == event["visited_plmn"]:
            return row["origin_zone"]
    number = event["a_prefix"] or ""
    matching = [r for r in valid if r["kind"] == "prefix" and number.startswith(r["value"])]
    longest = max(matching, key=lambda row: len(row["value"]), default=None)
    return longest["origin_zone"] if longest else None


def choose(event: Row, tariff: Tariff, plan: Row, known: Guide, at: datetime) -> Choice:
    """Return the row that prices an event under a plan version at a naive UTC instant.

    Raises:
        NoPriceError: no_destination, no_rate or ambiguous_rate.
    """
    on = to_local(at, tariff.time_zone).date()
    for card in cards_of(tariff.plans, plan, on):
        offers = _active_rows(event, tariff, card, known.origin_zone, at)
        found = _destination(offers, known)
        if found:
            offered_id, prefix = found
            return _best_row(offers, offered_id, prefix, known, tariff)
    is_unknown = known.has_number and not known.prefixes
    raise NoPriceError("no_destination" if is_unknown else "no_rate")


def cards_of(plans: Rows, plan: Row, on: date) -> list[str]:
    """Return the cards in the order they are asked: the plan's own, then those it falls back to.

    A fallback plan's own fallback plans follow directly after it, `fallback_depth` levels deep.
    """
    cards = [plan["rate_card_id"]]
    for fallback in _fallbacks(plans, plan, on, plan["fallback_depth"]):
        if fallback["rate_card_id"] not in cards:
            cards.append(fallback["rate_card_id"])
    return cards


def _fallbacks(plans: Rows, plan: Row, on: date, depth: int) -> Iterator[Row]:
    if depth <= 0:
        return
    for plan_id in (plan["fallback_plan_ids"] or "").split(";"):
        version = version_of(plans, plan_id, on)
        if version is not None:
            yield version
            yield from _fallbacks(plans, version, on, depth - 1)


Offer = tuple[Row, Band | None]


def _active_rows(
    event: Row, tariff: Tariff, card: str, origin_zone: str | None, at: datetime
) -> list[Offer]:
    on = to_local(at, tariff.time_zone).date()
    offers = []
    for row in tariff.rate_cards:
        key = (row["rate_card_id"], row["service_type"], row["direction"])
        if key != (card, event["service_type"], event["direction"]) or not holds(row, on):
            continue
        band = band_at(tariff, row["band_set_id"], at)
        band_fits = row["band_id"] in (ANY, band.band_id if band else ANY)
        if row["origin_zone"] in (ANY, origin_zone) and band_fits:
            offers.append((row, band))
    return offers


def _destination(offers: list[Offer], known: Guide) -> tuple[str, str | None] | None:
    """Return the destination that decides and the prefix that led to it."""
    weights: dict[str, int] = {}
    for row, _ in offers:
        name = row["destination_id"]
        weights[name] = max(row["weight"], weights.get(name, row["weight"]))
    if known.is_friend and FRIENDS in weights:
        return FRIENDS, None
    for prefix in known.prefixes:
        offered = [name for name in known.decks[prefix] if name in weights]
        if offered:
            # Of equal weights max keeps the first, which is the order of the rows.
            return max(offered, key=lambda name: weights[name]), prefix
    return (ANY, None) if ANY in weights else None


def _best_row(
    offers: list[Offer], offered_id: str, prefix: str | None, known: Guide, tariff: Tariff
) -> Choice:
    def rank(offer: Offer) -> tuple[bool, bool, int, time]:
        row, band = offer
        is_named = row["band_id"] != ANY
        starts_at = band.starts_at if is_named and band else time.min
        return (row["origin_zone"] != ANY, is_named, row["weight"], starts_at)

    rows = [offer for offer in offers if offer[0]["destination_id"] == offered_id]
    best = max(map(rank, rows))
    equals = [offer for offer in rows if rank(offer) == best]
    if len(equals) > 1:
        raise NoPriceError("ambiguous_rate")
    row, band = equals[0]
    tiers = tiers_of(tariff.rates, row["rate_id"])
    if not tiers:
        raise NoPriceError("no_rate")
    own = known.prefixes[0] if known.prefixes else None
    named = known.decks[own][0] if own else ANY
    return Choice(
        row=row,
        # A row for any number leaves the event the destination that its number says.
        destination_id=named if offered_id == ANY else offered_id,
        kind_of=named if offered_id in (ANY, FRIENDS) else offered_id,
        matched_prefix=prefix or own,
        band_id=band.band_id if band else None,
        tiers=tiers,
    )
