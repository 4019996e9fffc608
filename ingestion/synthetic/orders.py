"""Product orders: the request behind every activation, plan change and termination.

Each order is announced when it is placed and again when it is done; products are in `tmf`.
"""

from __future__ import annotations

import numpy as np

from ingestion.synthetic.calendar import local_text
from ingestion.synthetic.catalogue import PLAN_IDS
from ingestion.synthetic.ids import customer_id, subscription_id
from ingestion.synthetic.population import ATTRIBUTE, CREATE, STATE, TERMINATED, Population

_CHANNELS = ("shop", "web", "phone", "partner")
_ACTION = {CREATE: "add", ATTRIBUTE: "modify", STATE: "delete"}
MAX_WAIT_DAYS = 4
OrderEvent = tuple[str, int, dict[str, object], str]


def _placed(at: np.ndarray, who: np.ndarray, floor: int) -> np.ndarray:
    """Return when each order was placed: up to three days before it was done."""
    wait = (who * 7_919 + at // 3600) % 72 * 3600 + (who * 104_729) % 3600
    return np.maximum(at - wait, np.minimum(floor, at))


def _body(population: Population, row: int, placed: int, done: bool) -> dict[str, object]:
    versions = population.versions
    who, at, kind = (int(one[row]) for one in (versions.subscription, versions.at, versions.kind))
    state = "completed" if done else "acknowledged"
    body: dict[str, object] = {
        "id": f"OR{at}{who + 1:07d}",
        "orderDate": local_text(placed),
        "requestedCompletionDate": local_text(at),
        "state": state,
        "channel": [{"name": _CHANNELS[(who * 31 + at // 86_400) % len(_CHANNELS)]}],
        "relatedParty": [
            {
                "id": customer_id(int(population.block.subscriptions.customer[who])),
                "role": "customer",
            }
        ],
        "productOrderItem": [
            {
                "id": "1",
                "action": _ACTION[kind],
                "state": state,
                "product": {
                    "id": subscription_id(who),
                    "productOffering": {"id": PLAN_IDS[int(versions.plan[row])]},
                },
            }
        ],
    }
    if done:
        body["completionDate"] = local_text(at)
    return body


def day_orders(population: Population, first: int, end: int, world_start: int) -> list[OrderEvent]:
    """Return the events of [first, end) as (event type, instant, order, event id), by time.

    Args:
        population: the world; orders behind suspensions do not exist.
        first: epoch second of the day's start.
        end: epoch second after its end.
        world_start: no order is placed before this second.
    """
    versions = population.versions
    ordered = (versions.kind != STATE) | (versions.status == TERMINATED)
    placed = _placed(versions.at, versions.subscription, world_start)
    rows: list[OrderEvent] = []
    for done, moments in ((False, placed), (True, versions.at)):
        kind = "ProductOrderStateChangeEvent" if done else "ProductOrderCreateEvent"
        for row in np.flatnonzero(ordered & (moments >= first) & (moments < end)):
            body = _body(population, int(row), int(placed[row]), done)
            rows.append((kind, int(moments[row]), body, f"O-{body['id']}-{int(done)}"))
    return sorted(rows, key=lambda one: (one[1], one[3]))
