"""The pricing rules once more, slow and plain: what the SQL must equal to the last decimal.

What belongs here: the order of the steps for one event. It is written from
docs/reference/rating.md and never from the SQL; no table is read and nothing in production
imports this module.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from rating_udfs.oracle_allowances import Draw, Ledger, Use
from rating_udfs.oracle_arithmetic import exact_price, first_paid_price, rounded
from rating_udfs.oracle_choosing import Choice, NoPriceError, choose, guide
from rating_udfs.oracle_clock import to_local
from rating_udfs.oracle_holders import holding_at, owner_of, plans_during
from rating_udfs.oracle_money import MICRO, Caps, discount_pct, zero_rated_reason
from rating_udfs.oracle_segments import Piece, cut, time_edges
from rating_udfs.oracle_tables import ANY, Row, Tariff

TOO_LARGE = Decimal(10) ** 12
"""What no column of money holds: they are DECIMAL(18,6)."""


@dataclass(frozen=True)
class Segment:
    """Units [from, to) of an event at one price; `amount` is exact, before any rounding."""

    from_quantity: int
    to_quantity: int
    starts_at: datetime
    rate_card_id: str
    destination_id: str
    band_id: str | None
    rate_id: str
    unit_price: Decimal
    unit_size: int
    priced_units: int
    amount: Fraction


@dataclass
class Charge:
    """What became of one event; a suspended event has a reason and no money."""

    usage_id: str
    status: str = "suspended"
    reason_code: str | None = None
    zero_rated_reason: str | None = None
    subscription_id: str | None = None
    plan_id: str | None = None
    rate_card_id: str | None = None
    destination_id: str = ANY
    destination_kind: str = ANY
    matched_prefix: str | None = None
    origin_zone: str | None = None
    band_id: str | None = None
    rate_id: str | None = None
    quantity: int = 0
    charged_quantity: int | None = None
    free_quantity: int | None = None
    unit_price: Decimal | None = None
    gross_amount: Decimal | None = None
    discount_amount: Decimal | None = None
    allowance_amount: Decimal | None = None
    cap_amount: Decimal | None = None
    charge_amount: Decimal | None = None
    currency: str | None = None
    tax_class: str | None = None
    segments: list[Segment] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)


@dataclass
class _Run:
    """The tariff and what its buckets and caps have seen so far."""

    tariff: Tariff
    ledger: Ledger
    caps: Caps


def rate(events: Iterable[Row], tariff: Tariff) -> dict[str, Charge]:
    """Price events in the order of (started_at, usage_id).

    Args:
        events: rows with usage_id, service_type, direction, a_token, b_token, imsi_token, a_prefix,
            b_prefix, visited_plmn, access_point, started_at (naive UTC), duration_s (seconds),
            bytes_total (bytes), event_count (events) and, when it is true, is_continued.
        tariff: the tables of the contract and the holders.

    Returns:
        One charge per event, by usage_id. Amounts are in the currency of the rate card row.
    """
    run = _Run(tariff, Ledger(tariff), Caps(tariff))
    ordered = sorted(events, key=lambda event: (event["started_at"], event["usage_id"]))
    return {event["usage_id"]: _rate_one(event, run) for event in ordered}


def quantity_of(event: Row) -> int:
    """Return seconds of a voice event, bytes of a data event, else the number of messages."""
    columns = {"voice": "duration_s", "data": "bytes_total"}
    return event[columns.get(event["service_type"], "event_count")]


def _rate_one(event: Row, run: _Run) -> Charge:
    tariff, at = run.tariff, event["started_at"]
    charge = Charge(usage_id=event["usage_id"], quantity=quantity_of(event))
    subscription_id, charge.reason_code = owner_of(event, tariff)
    known = guide(event, tariff, to_local(at, tariff.time_zone).date(), subscription_id)
    charge.origin_zone = known.origin_zone
    if subscription_id is None:
        return charge
    charge.subscription_id = subscription_id
    holding = holding_at(tariff, subscription_id, at)
    charge.plan_id = holding["plan_id"] if holding else None

    is_timed = event["service_type"] == "voice"
    until = at + timedelta(seconds=charge.quantity if is_timed else 0)
    timeline = plans_during(event, tariff, until)
    if not timeline:
        charge.reason_code = "no_plan"
        return charge

    def choose_at(instant: datetime) -> Choice:
        plan = next(plan for begins, plan in reversed(timeline) if begins <= instant)
        return choose(event, tariff, plan, known, instant)

    try:
        first = choose_at(at)
        changes = {begins for begins, _ in timeline[1:]}
        edges = time_edges(event, tariff, changes, charge.quantity)
        pieces = cut(event, charge.quantity, edges, choose_at)
    except NoPriceError as reason:
        charge.reason_code = str(reason)
        return charge
    _describe(charge, first, tariff)
    use = _use_of(charge, event, tariff)
    charge.zero_rated_reason = zero_rated_reason(tariff, use, event["access_point"])
    _settle(charge, pieces, use, event, run)
    return charge


def _describe(charge: Charge, first: Choice, tariff: Tariff) -> None:
    """Fill in what the choice at the start says; an event of quantity 0 has one, too."""
    kinds = {row["destination_id"]: row["kind"] for row in tariff.destinations}
    charge.status = "rated"
    charge.rate_card_id = first.row["rate_card_id"]
    charge.destination_id = first.destination_id
    charge.destination_kind = kinds.get(first.kind_of, ANY)
    charge.matched_prefix = first.matched_prefix
    charge.band_id = first.band_id
    charge.rate_id = first.row["rate_id"]
    charge.currency = first.row["currency"]
    charge.tax_class = first.row["tax_class"]


def _use_of(charge: Charge, event: Row, tariff: Tariff) -> Use:
    holding = holding_at(tariff, charge.subscription_id or "", event["started_at"])
    return Use(
        holding=holding or {},
        started_at=event["started_at"],
        on=to_local(event["started_at"], tariff.time_zone).date(),
        service_type=event["service_type"],
        destination_id=charge.destination_id,
        destination_kind=charge.destination_kind,
        band_id=charge.band_id,
        origin_zone=charge.origin_zone,
    )


def _settle(charge: Charge, pieces: list[Piece], use: Use, event: Row, run: _Run) -> None:
    """Draw, price, round, discount, draw money, cap: in this order."""
    charge.charged_quantity = pieces[-1].to_quantity if pieces else 0
    is_free = charge.zero_rated_reason is not None
    may_draw = event["direction"] == "out" and not is_free
    if may_draw:
        charge.draws = run.ledger.draw(use, charge.charged_quantity, is_money=False)
    drawn = sum(used for _, _, used, _ in charge.draws)
    charge.free_quantity = drawn
    charge.unit_price = first_paid_price(pieces, drawn)
    charge.segments = [_segment(piece, drawn) for piece in pieces]
    exact = exact_price(pieces, drawn, is_continued=event.get("is_continued", False))
    exact = Fraction(0) if is_free else exact
    share = 1 - Fraction(discount_pct(run.tariff, use)) / 100
    gross, net = rounded(exact, pieces), rounded(exact * share, pieces)
    if gross >= TOO_LARGE:
        return _suspend(charge, "charge_too_large")
    paid = run.ledger.draw(use, int(net * MICRO), is_money=True) if may_draw else []
    charge.draws = charge.draws + paid
    charge.gross_amount, charge.discount_amount = gross, gross - net
    charge.allowance_amount = Decimal(sum(used for _, _, used, _ in paid)) / MICRO
    charge.cap_amount = run.caps.relief(use, net - charge.allowance_amount)
    charge.charge_amount = net - charge.allowance_amount - charge.cap_amount


def _suspend(charge: Charge, reason: str) -> None:
    """Take what a price found from an event; its holder, destination, segments and draws stay."""
    charge.status, charge.reason_code = "suspended", reason
    charge.rate_card_id = charge.band_id = charge.rate_id = None
    charge.currency = charge.tax_class = None
    charge.charged_quantity = charge.free_quantity = charge.unit_price = None


def _segment(piece: Piece, drawn: int) -> Segment:
    row = piece.choice.row
    return Segment(
        from_quantity=piece.from_quantity,
        to_quantity=piece.to_quantity,
        starts_at=piece.starts_at,
        rate_card_id=row["rate_card_id"],
        destination_id=piece.choice.destination_id,
        band_id=piece.choice.band_id,
        rate_id=row["rate_id"],
        unit_price=piece.tier.unit_price,
        unit_size=piece.tier.unit_size,
        priced_units=piece.paid_units(drawn),
        amount=piece.amount(drawn),
    )
