"""The order-management feeds as TM Forum JSON lines: customers, products, orders and tickets.

On the first day the resources as they stand; then one file per API and day with its events.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from ingestion.synthetic.calendar import local_day, local_text
from ingestion.synthetic.catalogue import PLAN_IDS
from ingestion.synthetic.churn import REASONS
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.ids import account_id, customer_id, subscription_id
from ingestion.synthetic.network_plan import CELL_IDS, CELL_REGION, REGIONS
from ingestion.synthetic.orders import day_orders
from ingestion.synthetic.population import ACTIVE, ATTRIBUTE, CREATE, STATE, TERMINATED, Population
from ingestion.synthetic.tickets import KINDS, SEVERITIES

Json = dict[str, object]
_STATUS = ("active", "suspended", "terminated")
_EVENT = {
    CREATE: "ProductCreateEvent",
    ATTRIBUTE: "ProductAttributeValueChangeEvent",
    STATE: "ProductStateChangeEvent",
}
_CREDIT = ("A", "B", "C")


def _named(values: dict[str, str]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in values.items() if value]


def product(
    population: Population, who: int, plan: int, status: int, contract: tuple[int, int]
) -> Json:
    """Return one TMF637 product as it stands after a change.

    Args:
        population: the world.
        who: subscription index.
        plan: its plan index.
        status: 0 active, 1 suspended, 2 terminated.
        contract: first day and end day as date ordinals, 0 = none.
    """
    people = population.block.subscriptions
    fixed = bool(people.fixed[who])
    cell = int(people.cell[who])
    body: Json = {
        "id": subscription_id(who),
        "name": PLAN_IDS[plan],
        "status": _STATUS[status],
        "startDate": local_text(int(people.start[who])),
        "productOffering": {"id": PLAN_IDS[plan]},
        "billingAccount": {"id": account_id(int(people.account[who]))},
        "relatedParty": [{"id": customer_id(int(people.customer[who])), "role": "customer"}],
        "productCharacteristic": _named(
            {
                "msisdn": str(people.number[who]),
                "imsi": "" if fixed else str(people.imsi[who]),
                "contractStart": date.fromordinal(contract[0]).isoformat() if contract[0] else "",
                "contractEnd": date.fromordinal(contract[1]).isoformat() if contract[1] else "",
                "homeCell": "" if fixed else CELL_IDS[cell],
                "region": REGIONS[CELL_REGION[cell]],
                "terminationReason": REASONS[int(people.reason[who])]
                if status == TERMINATED
                else "",
                "serviceKind": "fixed" if fixed else "mobile",
            }
        ),
    }
    if status == TERMINATED:
        body["terminationDate"] = local_text(int(people.end[who]))
    return body


def customer(population: Population, who: int) -> Json:
    """Return one TMF629 customer with its billing account, segment and hierarchy."""
    block = population.block
    business = bool(block.customers.business[who])
    # Customers and accounts are made in pairs; a holding's subsidiaries are customers of their own.
    parent = int(block.accounts.parent[who])
    return {
        "id": customer_id(who),
        "name": f"Firm {who + 1:07d}" if business else f"Person {who + 1:07d}",
        "status": "active",
        "engagedParty": {
            "id": f"PA{who + 1:07d}",
            "@referredType": "Organization" if business else "Individual",
        },
        "validFor": {"startDateTime": local_text(int(block.customers.since[who]))},
        "account": [{"id": account_id(who), "name": "Billing account"}],
        "characteristic": _named(
            {
                "segment": "business" if business else "consumer",
                "region": REGIONS[int(block.customers.region[who])],
                "paymentKind": "prepaid" if block.accounts.prepaid[who] else "postpaid",
                "creditClass": _CREDIT[int(block.customers.credit[who])],
                "parentAccount": account_id(parent) if parent >= 0 else "",
                "consentMarketing": "yes" if block.customers.consent[who] else "no",
            }
        ),
    }


def _event(kind: str, at: int, name: str, body: Json, number: str) -> Json:
    return {
        "eventId": number,
        "eventTime": local_text(at),
        "eventType": kind,
        "event": {name: body},
    }


def _product_events(population: Population, first: int, end: int) -> list[Json]:
    versions = population.versions
    rows = np.flatnonzero((versions.at >= first) & (versions.at < end))
    return [
        _event(
            _EVENT[int(versions.kind[row])],
            int(versions.at[row]),
            "product",
            product(
                population,
                int(versions.subscription[row]),
                int(versions.plan[row]),
                int(versions.status[row]),
                (int(versions.contract_start[row]), int(versions.contract_end[row])),
            ),
            f"P-{versions.at[row]}-{versions.subscription[row] + 1}-{versions.kind[row]}",
        )
        for row in rows
    ]


def _customer_events(population: Population, first: int, end: int) -> list[Json]:
    since = population.block.customers.since
    new = np.flatnonzero((since >= first) & (since < end))
    return [
        _event(
            "CustomerCreateEvent",
            int(since[who]),
            "customer",
            customer(population, int(who)),
            f"C-{int(who) + 1}",
        )
        for who in new[np.argsort(since[new], kind="stable")]
    ]


def _ticket_events(population: Population, first: int, end: int) -> list[Json]:
    tickets = population.tickets
    rows: list[tuple[int, Json]] = []
    for kind, moments in (
        ("TroubleTicketCreateEvent", tickets.created),
        ("TroubleTicketResolvedEvent", tickets.resolved),
    ):
        done = kind.endswith("ResolvedEvent")
        for row in np.flatnonzero((moments >= first) & (moments < end)):
            body: Json = {
                "id": f"TT{int(row) + 1:07d}",
                "creationDate": local_text(int(tickets.created[row])),
                "status": "resolved" if done else "acknowledged",
                "severity": SEVERITIES[int(tickets.severity[row])],
                "ticketType": KINDS[int(tickets.kind[row])],
                "relatedEntity": [
                    {"id": subscription_id(int(tickets.subscription[row])), "role": "product"}
                ],
            }
            if done:
                body["resolutionDate"] = local_text(int(tickets.resolved[row]))
            at = int(moments[row])
            rows.append(
                (at, _event(kind, at, "troubleTicket", body, f"T-{int(row) + 1}-{int(done)}"))
            )
    return [body for _, body in sorted(rows, key=lambda pair: (pair[0], str(pair[1]["eventId"])))]


def _first_products(population: Population, begin: int) -> list[Json]:
    people = population.block.subscriptions
    length = population.first_contracts
    return [
        product(
            population,
            int(who),
            int(people.first_plan[who]),
            ACTIVE,
            (int(length[0][who]), int(length[1][who])),
        )
        for who in np.flatnonzero(people.start < begin)
    ]


def _write(folder: Path, name: str, rows: list[Json]) -> int:
    if not rows:
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(
        json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows
    )
    (folder / name).write_text(text, encoding="utf-8")
    return 1


def write_day(config: SimulationConfig, population: Population, day: date, out: Path) -> int:
    """Write the day's TMF files under `out/tmf/<api>/` and return how many."""
    span = local_day(day)
    folder = out / "tmf"
    files = 0
    if day == config.start:
        base = np.flatnonzero(population.block.customers.since < span.start)
        customers = [customer(population, int(who)) for who in base]
        files += _write(folder / "629", f"customers_{day:%Y%m%d}.jsonl", customers)
        files += _write(
            folder / "637", f"products_{day:%Y%m%d}.jsonl", _first_products(population, span.start)
        )
    makers: dict[str, Callable[[Population, int, int], list[Json]]] = {
        "629": _customer_events,
        "637": _product_events,
        "621": _ticket_events,
    }
    for api, make in makers.items():
        files += _write(
            folder / api, f"events_{day:%Y%m%d}.jsonl", make(population, span.start, span.end)
        )
    orders = [
        _event(kind, at, "productOrder", body, number)
        for kind, at, body, number in day_orders(
            population, span.start, span.end, local_day(config.start).start
        )
    ]
    files += _write(folder / "622", f"events_{day:%Y%m%d}.jsonl", orders)
    return files
