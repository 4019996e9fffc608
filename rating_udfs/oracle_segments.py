"""Cutting an event into segments: docs/reference/rating.md §3, position by position.

What belongs here: which unit has which choice. What the units cost does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from rating_udfs.oracle_choosing import Choice, NoPriceError
from rating_udfs.oracle_clock import band_edges, midnights
from rating_udfs.oracle_tables import Row, Tariff, Tier

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Piece:
    """Units [from, to) of an event that share one choice and one tier."""

    from_quantity: int
    to_quantity: int
    starts_at: datetime
    choice: Choice
    tier: Tier

    def paid_units(self, drawn: int) -> int:
        """Return the units that an allowance of the first `drawn` units leaves to be paid."""
        return max(0, self.to_quantity - max(self.from_quantity, drawn))

    def amount(self, drawn: int) -> Fraction:
        """Return the exact price of the units not drawn, in currency."""
        return Fraction(self.tier.unit_price) * self.paid_units(drawn) / self.tier.unit_size


def time_edges(event: Row, tariff: Tariff, changes: set[datetime], quantity: int) -> list[int]:
    """Return the positions in seconds, inside a voice event, at which a price may change.

    `changes` are the instants at which the holder comes under another plan. A part of a second
    counts as a whole one, so the position is never before the edge.
    """
    if event["service_type"] != "voice":
        return []
    first = event["started_at"]
    last = first + quantity * SECOND
    instants = changes | midnights(tariff.time_zone, first, last) | band_edges(tariff, first, last)
    positions = {-((first - at) // SECOND) for at in instants}
    return sorted(position for position in positions if 0 < position < quantity)


def cut(
    event: Row, quantity: int, edges: list[int], choose_at: Callable[[datetime], Choice]
) -> list[Piece]:
    """Return the pieces of an event, in order and without a gap; none for quantity 0.

    Args:
        event: its start is that of all pieces unless its units are seconds.
        quantity: units used, before any lengthening.
        edges: positions of time edges, ascending.
        choose_at: the choice at an instant; whatever it raises ends the cutting.

    Raises:
        NoPriceError: a segment finds no price.
    """
    step = SECOND if event["service_type"] == "voice" else timedelta(0)
    pieces: list[Piece] = []
    position = begun = 0
    while position < quantity:
        at = event["started_at"] + position * step
        choice = choose_at(at)
        tier = _tier_at(choice, position)
        edge = next((edge for edge in edges if edge > position), None)
        until = min(bound for bound in (quantity, edge, tier.end) if bound is not None)
        steps = -(-max(until - begun, 0) // tier.increment)
        whole = begun + steps * tier.increment
        is_exact = choice.row["band_edge_rule"] == "exact"
        is_cut = is_exact and edge is not None and edge < whole
        end = edge if is_cut and edge is not None else whole
        pieces.append(Piece(position, end, at, choice, tier))
        position, begun = end, whole
    return pieces


def _tier_at(choice: Choice, position: int) -> Tier:
    for tier in choice.tiers:
        if tier.start <= position and (tier.end is None or position < tier.end):
            return tier
    raise NoPriceError("no_rate")
