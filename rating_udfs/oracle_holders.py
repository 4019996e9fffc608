"""Who pays and under which plan: owners, subscriptions and the days they were under a plan.

What belongs here: identifiers and subscriptions. Plan versions, cards and money do not.
"""

from datetime import date, datetime

from rating_udfs.oracle_clock import midnights, to_local
from rating_udfs.oracle_tables import Row, Rows, Tariff, version_of

LAST_DATE = date(9999, 12, 31)
LAST_INSTANT = datetime(9999, 12, 31)  # noqa: DTZ001 - all instants of the oracle are naive UTC


def owner_of(event: Row, tariff: Tariff) -> tuple[str | None, str | None]:
    """Return the subscription that pays for an event, or None and the reason it has none."""
    if event["service_type"] == "data":
        token = event["imsi_token"]
    else:
        token = event["a_token"] if event["direction"] == "out" else event["b_token"]
    owners = {
        row["subscription_id"]
        for row in tariff.identifiers
        if row["value_token"] == token and _is_within(row, event["started_at"])
    }
    if len(owners) != 1:
        return None, "ambiguous_owner" if owners else "no_owner"
    return owners.pop(), None


def holding_at(tariff: Tariff, subscription_id: str, at: datetime) -> Row | None:
    """Return the subscription's row at an instant; a terminated one is under no plan."""
    rows = [row for row in _versions(tariff, subscription_id) if _is_within(row, at)]
    return rows[0] if rows and rows[0]["status"] != "terminated" else None


def plans_during(event: Row, tariff: Tariff, until: datetime) -> list[tuple[datetime, Row]]:
    """Return the plan versions that price an event, each with the instant it begins to.

    An event follows its holder from plan to plan as long as the holder keeps the number and is
    under a plan; then the last plan goes on. Empty when there is none at the start.
    """
    subscription_id, _ = owner_of(event, tariff)
    bounds = {event["started_at"]}
    for row in [*tariff.identifiers, *_versions(tariff, subscription_id or "")]:
        bounds |= {row["valid_from"], _end(row)}
    bounds |= midnights(tariff.time_zone, event["started_at"], until)
    timeline: list[tuple[datetime, Row]] = []
    for at in sorted(bound for bound in bounds if event["started_at"] <= bound <= until):
        holder, _ = owner_of({**event, "started_at": at}, tariff)
        held = holding_at(tariff, subscription_id or "", at) if holder == subscription_id else None
        on = to_local(at, tariff.time_zone).date()
        plan = version_of(tariff.plans, held["plan_id"], on) if held else None
        if plan is None:
            break
        if not timeline or timeline[-1][1] != plan:
            timeline.append((at, plan))
    return timeline


def stretches(rows: Rows) -> list[tuple[datetime, datetime]]:
    """Return the uninterrupted stretches [from, to) that subscription rows cover together."""
    merged: list[tuple[datetime, datetime]] = []
    for row in sorted(rows, key=lambda row: row["valid_from"]):
        if merged and row["valid_from"] <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], _end(row)))
        else:
            merged.append((row["valid_from"], _end(row)))
    return merged


def start_of_stretch(rows: Rows, at: datetime, time_zone: str) -> date:
    """Return the local date on which the stretch that holds `at` began."""
    return next(_date(first, time_zone) for first, last in stretches(rows) if first <= at < last)


def days_covered(rows: Rows, first: date, last: date, time_zone: str) -> int:
    """Return how many days of [first, last) lie between joining and leaving, leaving day out."""
    return sum(
        max(0, (min(last, _date(left, time_zone)) - max(first, _date(joined, time_zone))).days)
        for joined, left in stretches(rows)
    )


def _versions(tariff: Tariff, subscription_id: str) -> list[Row]:
    return [row for row in tariff.subscriptions if row["subscription_id"] == subscription_id]


def _is_within(row: Row, at: datetime) -> bool:
    return row["valid_from"] <= at < _end(row)


def _end(row: Row) -> datetime:
    return LAST_INSTANT if row["valid_to"] is None else row["valid_to"]


def _date(instant: datetime, time_zone: str) -> date:
    return LAST_DATE if instant >= LAST_INSTANT else to_local(instant, time_zone).date()
