"""The key's books against the files themselves, re-computed record by record in plain decimals.

A second, slow reading of the pricing rules: it shares no code with the simulator.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest

from .conftest import World
from .element_records import element_records
from .tap_records import tap_records

MADRID = ZoneInfo("Europe/Madrid")
CENT, FOUR = Decimal("0.01"), Decimal("0.0001")
Record = dict[str, str]


def rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_HALF_UP)


@dataclass
class Oracle:
    """Prices the records of the October world from its reference files."""

    world: World
    drawn: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    paid: dict[tuple[str, ...], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def __post_init__(self) -> None:
        load = self.world.reference
        self.tiers: dict[str, list[Record]] = defaultdict(list)
        for row in load("rates"):
            self.tiers[row["rate_id"]].append(row)
        self.prefixes = {
            row["prefix"]: row["destination_id"]
            for row in load("destination_prefixes")
            if row["valid_from"] <= "2025-10-01"
        }
        self.kinds = {row["destination_id"]: row["kind"] for row in load("destinations")}
        self.cards = [row for row in load("rate_cards") if row["valid_from"] <= "2025-10-01"]
        self.cards = [
            row for row in self.cards if not row["valid_to"] or row["valid_to"] > "2025-11"
        ]
        self.plans = {row["plan_id"]: row for row in load("plans") if row["valid_from"] < "2025-10"}
        self.buckets = {(row["plan_id"], row["service_type"]): row for row in load("allowances")}
        self.free = {(row["plan_id"], row["access_point"]) for row in load("zero_rated")}
        self.discounts = sorted(load("discounts"), key=lambda row: int(row["priority"]))
        self.caps = {(row["plan_id"], row["service_type"]): row for row in load("charge_caps")}
        self.ported = load("ported_numbers")
        holidays = {row["date"] for row in load("holidays")}
        self.is_holiday = lambda day: day in holidays

    def destination(self, digits: str) -> str:
        for length in range(8, 0, -1):
            if digits[:length] in self.prefixes and len(digits) >= length:
                return self.prefixes[digits[:length]]
        return "*any"

    def routed(self, record: Record) -> str:
        """Return the routing digits of the network that serves the number as the call begins."""
        at = started(record, 0).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for row in self.ported:
            ends = row["valid_to"] or "9999"
            if row["number"] == record["b_number"] and row["valid_from"] <= at < ends:
                return row["routing_prefix"]
        return record["b_number"]

    def band(self, band_set: str, start: datetime) -> str:
        if band_set == "FLAT":
            return "flat"
        free = start.isoweekday() > 5 or self.is_holiday(start.date().isoformat())
        return "offpeak" if free or not 8 <= start.hour < 20 else "peak"

    def rate_row(self, plan: str, record: Record, at: datetime) -> Record | None:
        service, direction = record["service_type"], record["direction"]
        asks = direction == "out" and service != "data"
        place = self.destination(self.routed(record)) if asks else "*any"
        if record["b_number_type"] == "short":
            return None  # no card has an *any row for calls out
        asked = [plan, *filter(None, self.plans[plan]["fallback_plan_ids"].split(";"))]
        fits = [
            row
            for card in (self.plans[one]["rate_card_id"] for one in asked)
            for row in self.cards
            if row["rate_card_id"] == card
            and (row["service_type"], row["direction"]) == (service, direction)
            and row["destination_id"] in {place, "*any"}
            and row["band_id"] in {"*any", self.band(row["band_set_id"], at)}
        ]
        return fits[0] if fits else None

    def edge_after(self, record: Record, position: int, end: int) -> int:
        """Return the first second at which the clock shows another day or band, else `end`."""
        if record["service_type"] != "voice":
            return end
        before = started(record, position)
        for second in range(position + 1, end):
            now = started(record, second)
            if now.date() != before.date() or self.band("STD", now) != self.band("STD", before):
                return second
        return end

    def segments(self, plan: str, record: Record) -> list[tuple[int, int, Record, Record]]:
        """Return (begin, end, tier, price row) as docs/reference/rating.md, section 3, has it."""
        quantity, found = quantity_of(record), []
        position = begun = 0
        while position < quantity:
            row = self.rate_row(plan, record, started(record, position))
            assert row is not None
            starts = [int(tier["tier_start"]) for tier in self.tiers[row["rate_id"]]]
            at = max(number for number, start in enumerate(starts) if start <= position)
            tier = self.tiers[row["rate_id"]][at]
            edge = self.edge_after(record, position, quantity)
            until = min([quantity, edge, *starts[at + 1 : at + 2]])
            step = int(tier["increment"])
            whole = begun + -(-max(until - begun, 0) // step) * step
            end = edge if edge < whole and edge < quantity else whole
            found.append((position, end, tier, row))
            position, begun = end, whole
        return found

    def kind(self, record: Record) -> str:
        if record["direction"] == "in" or record["service_type"] == "data":
            return "*any"
        return self.kinds[self.destination(self.routed(record))]

    def charge(self, who: str, plan: str, record: Record) -> Decimal:
        """Add up the segments: the bucket pays the first units, a cap forgives the last cents."""
        if {(plan, record["access_point"]), ("*any", record["access_point"])} & self.free:
            return Decimal(0)
        bucket = self.buckets.get((plan, record["service_type"]))
        kinds = bucket["destination_kinds"].split(";") if bucket else []
        left = 0
        if bucket and record["direction"] == "out" and {"*any", self.kind(record)} & set(kinds):
            left = int(bucket["quantity"]) - self.drawn[who, record["service_type"]]
        segments = self.segments(plan, record)
        charged = segments[-1][1] if segments else 0
        free = min(left, charged)
        self.drawn[who, record["service_type"]] += free
        if charged == free:
            return Decimal(0)
        first = self.tiers[segments[0][3]["rate_id"]][0]
        amount = Decimal(first["setup_fee"])
        for begin, end, tier, _ in segments:
            paid = max(end - max(begin, free), 0)
            amount += paid * Decimal(tier["unit_price"]) / int(tier["unit_size"])
        amount = max(amount, Decimal(first["minimum_charge"]))
        net = rounded(amount * (100 - self.discount(plan, record)) / 100, FOUR)
        service = record["service_type"]
        cap = self.caps.get((plan, service)) or self.caps.get((plan, "*any"))
        if cap is None:
            return net
        period = str(started(record).date()) if cap["period"] == "day" else ""
        key = (who, plan, cap["service_type"], period)
        charge = min(net, Decimal(cap["cap_amount"]) - self.paid[key])
        self.paid[key] += charge
        return charge

    def discount(self, plan: str, record: Record) -> Decimal:
        for row in self.discounts:
            fits = {"*any", self.kind(record)} & set(row["destination_kinds"].split(";"))
            if (
                row["plan_id"] == plan
                and fits
                and row["service_type"] in {"*any", record["service_type"]}
            ):
                return Decimal(row["discount_pct"])
        return Decimal(0)


def started(record: Record, second: int = 0) -> datetime:
    """Return what the clock on the wall shows some real seconds after the start."""
    start = datetime.fromisoformat(record["started_at"]).astimezone(UTC)
    return (start + timedelta(seconds=second)).astimezone(MADRID)


def quantity_of(record: Record) -> int:
    if record["service_type"] == "voice":
        return int(record["duration_s"])
    if record["service_type"] == "sms":
        return int(record["event_count"])
    return int(record["bytes_up"]) + int(record["bytes_down"])


def good_records(world: World) -> list[Record]:
    """Return the canonical records in order of start: first of its key, from landed files only."""
    refused = {row["file_name"] for row in world.key("files") if row["state"] != "landed"}
    broken = {
        (row["file_name"], int(row["line"]))
        for row in world.key("faults")
        if row["fault"] not in {"duplicate", "conflict"} and row["line"] != "0"
    }
    found: dict[str, Record] = {}
    paths = sorted(
        (world.inbox / "mediation").rglob("*.csv.gz"),
        key=lambda path: (path.parent, path.name.split("_")[3]),
    )
    for path in paths:
        if path.name in refused:
            continue
        text = gzip.decompress(path.read_bytes()).decode(errors="replace").split("\n")
        names = text[1].split(",")
        for number, line in enumerate(text[2:-2], start=3):
            if (path.name, number) not in broken:
                record = dict(zip(names, line.split(","), strict=True))
                found.setdefault(record["charging_ref"], record)
    abroad = [
        record
        for row in world.key("roaming_files")
        if row["feed"] == "tap_in" and row["state"] == "landed"
        for record in tap_records(world.inbox / "tap_in" / row["file_name"])
    ]
    everything = [*found.values(), *abroad, *element_records(world)]
    return sorted(everything, key=lambda record: datetime.fromisoformat(record["started_at"]))


@dataclass
class Inventory:
    """Owner and plan by identifier, from the product feed (nobody moves plan in this world)."""

    world: World

    def __post_init__(self) -> None:
        self.owner: dict[str, tuple[str, str, str]] = {}
        for path in sorted((self.world.inbox / "tmf" / "637").glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                body = json.loads(line)
                product = body["event"]["product"] if "event" in body else body
                values = {one["name"]: one["value"] for one in product["productCharacteristic"]}
                entry = (
                    product["id"],
                    product["billingAccount"]["id"],
                    product["productOffering"]["id"],
                )
                assert self.owner.setdefault(values["msisdn"], entry)[2] == entry[2]
                self.owner.setdefault(values.get("imsi", values["msisdn"]), entry)

    def of(self, record: Record) -> tuple[str, str, str] | None:
        if record["service_type"] == "data":
            return self.owner.get(record["imsi"])
        return self.owner.get(record["b_number" if record["direction"] == "in" else "a_number"])


@pytest.fixture(scope="module")
def charged(october: World) -> dict[tuple[str, str, str], Decimal]:
    """Exact charges by subscription, service and destination kind, from the files alone."""
    oracle, inventory = Oracle(october), Inventory(october)
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for record in good_records(october):
        owner = inventory.of(record)
        if record.get("feed") == "tap_in" and record["service_type"] == "data":
            continue  # sold by the record of the home gateway
        if owner is None or owner[2] not in oracle.plans:
            continue
        if oracle.rate_row(owner[2], record, started(record)) is not None:
            key = (owner[0], record["service_type"], oracle.kind(record))
            sums[key] += oracle.charge(owner[0], owner[2], record)
    return sums


def test_usage_lines_follow_from_the_files(
    october: World, charged: dict[tuple[str, str, str], Decimal]
) -> None:
    lines = [row for row in october.key("bill_lines") if row["line_kind"] == "usage"]
    assert len(lines) > 40
    for row in lines:
        key = (row["subscription_id"], row["service_type"], row["destination_kind"])
        assert Decimal(row["exact_amount"]) == charged[key], key
        assert Decimal(row["net_amount"]) == rounded(charged[key], CENT)


def test_all_charges_add_up_to_the_ledger(
    october: World, charged: dict[tuple[str, str, str], Decimal]
) -> None:
    ledger = sum(Decimal(row["charge_amount"]) for row in october.key("rated"))
    assert ledger == sum(charged.values())
    assert ledger > 100


def test_bills_are_their_lines_and_the_tax_on_them(october: World) -> None:
    net: dict[str, Decimal] = defaultdict(Decimal)
    taxed: dict[str, Decimal] = defaultdict(Decimal)
    for row in october.key("bill_lines"):
        net[row["account_id"]] += Decimal(row["net_amount"])
        if row["destination_kind"] != "special":
            taxed[row["account_id"]] += Decimal(row["net_amount"])
    bills = october.key("bills")
    assert {row["account_id"] for row in bills} == set(net)
    for row in bills:
        tax = rounded(taxed[row["account_id"]] * 21 / 100, CENT)
        assert Decimal(row["net_amount"]) == net[row["account_id"]]
        assert Decimal(row["tax_amount"]) == tax
        assert Decimal(row["total_amount"]) == net[row["account_id"]] + tax


def test_the_base_rolls_forward(october: World) -> None:
    for row in october.key("base"):
        closing = int(row["opening"]) + int(row["gross_adds"]) - int(row["churned"])
        assert closing == int(row["closing"])


def test_records_are_conserved(october: World) -> None:
    summary = json.loads((october.answers / "summary.json").read_text(encoding="utf-8"))
    outcomes = summary["events_by_outcome"]
    landed = outcomes["canonical"] + outcomes["filtered"]
    landed += summary["duplicates"] + summary["conflicts"]
    abroad = [row for row in october.key("roaming_files") if row["feed"] == "tap_in"]
    of_tap = sum(int(row["landed_records"]) for row in abroad)
    of_elements = sum(int(row["usage_events"]) for row in october.key("element_files"))
    assert summary["records"]["landed_records"] + of_tap + of_elements == landed
    rated = sum(summary["rating_by_status"].values())
    assert rated + summary["events_without_customer"] == outcomes["canonical"]
    assert (
        sum(summary["quarantined_by_reason"].values()) == summary["records"]["quarantined_records"]
    )
    assert len(good_records(october)) == outcomes["canonical"] + outcomes["filtered"]


def test_statements_differ_only_where_the_key_says_so(october: World) -> None:
    declared = october.key("declarations")
    for row in declared:
        ours = [row["our_calls"], row["our_seconds"], row["our_events"], row["our_amount"]]
        theirs = [
            row["their_calls"],
            row["their_seconds"],
            row["their_events"],
            row["their_amount"],
        ]
        assert (ours != theirs) == bool(row["cause"])
    settled: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for row in october.key("settlement_lines"):
        key = (row["partner_id"], row["direction"], row["service_type"], row["destination_id"])
        settled[key] += Decimal(row["exact_amount"])
    for row in declared:
        key = (row["partner_id"], row["direction"], row["service_type"], row["destination_id"])
        assert Decimal(row["our_amount"]) == rounded(settled[key], CENT)
