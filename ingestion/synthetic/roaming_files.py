"""What roaming partners send: a TAP and an NRTRDE file per partner and day, some with a fault.

Files and their rows of the answer key; who did what abroad is in `roaming`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ingestion.synthetic.ber import APPLICATION
from ingestion.synthetic.calendar import local_day
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.events import Events
from ingestion.synthetic.foreign_networks import GPRS, MTC, NETWORKS, OUR_CODE, SMS, Network
from ingestion.synthetic.population import Population
from ingestion.synthetic.roaming import RoamingEvent, as_usage, day_events

MISSING, REPEATED, WRONG_TOTAL = "missing_file", "repeated_file", "wrong_total"
UNKNOWN_CODE, LATE, SILENT = "unknown_code", "late_file", "no_traffic"
# world day, partner -> what goes wrong
FAULTS = {
    (8, 0): MISSING, (11, 1): REPEATED, (15, 2): WRONG_TOTAL, (18, 0): UNKNOWN_CODE,
    (21, 1): LATE, (24, 2): SILENT,
}  # fmt: skip
_TOLD_AT = 22 * 3600  # of the local day: when an NRTRDE file is made available
_BILLED_AT = 28 * 3600
_LATE_BY = 6 * 3600
_SPARE_CODE = 9  # of no UTC offset
_MICRO = 6  # decimals of the amounts
group, text, number = APPLICATION.group, APPLICATION.text, APPLICATION.number
digits, octets = APPLICATION.digits, APPLICATION.octets

Row = tuple[str, str, date, str, int, str, int, int, str, str]


def write_day(
    config: SimulationConfig, population: Population, day: date, out: Path
) -> tuple[list[Row], dict[str, int]]:
    """Write the files of a local day.

    Returns:
        Rows of the key table `roaming_files`, and files written by feed.
    """
    rows: list[Row] = []
    written = {"tap_in": 0, "nrtrde_in": 0}
    since = (day - config.start).days
    for place, network in enumerate(NETWORKS):
        fault = FAULTS.get((since, place), "")
        events = [] if fault == SILENT else day_events(config, population, day, place)
        made = [
            ("tap_in", f"CD{network.code}{OUR_CODE}{since + 1:05d}",
             _tap(network, events, since + 1, local_day(day).start + _BILLED_AT, fault)),
            ("nrtrde_in", f"NR{network.code}{OUR_CODE}{since + 1:07d}",
             _nrtrde(network, events, since + 1, local_day(day).start + _TOLD_AT, fault)),
        ]  # fmt: skip
        for feed, name, data in made:
            told = _truth(feed, fault, events)
            rows += [(feed, n, day, network.code, since + 1, *t) for n, t in _names(name, told)]
            for copy, (state, *_) in _names(name, told):
                if state != MISSING:
                    folder = out / feed
                    folder.mkdir(parents=True, exist_ok=True)
                    (folder / copy).write_bytes(data)
                    written[feed] += 1
    return rows, written


def arrived(config: SimulationConfig, population: Population, day: date) -> Events:
    """Return the usage that a local day's TAP files bring: not of a lost or refused file."""
    told: list[tuple[int, RoamingEvent]] = []
    for place in range(len(NETWORKS)):
        fault = FAULTS.get(((day - config.start).days, place), "")
        if fault in {MISSING, WRONG_TOTAL, SILENT}:
            continue
        events = day_events(config, population, day, place)
        told += [(place, event) for event in events[1 if fault == UNKNOWN_CODE else 0 :]]
    return as_usage(told)


def _names(
    name: str, told: list[tuple[str, int, int, str, str]]
) -> list[tuple[str, tuple[str, int, int, str, str]]]:
    return [(f"{name}-copy" if number else name, one) for number, one in enumerate(told)]


def _truth(
    feed: str, fault: str, events: list[RoamingEvent]
) -> list[tuple[str, int, int, str, str]]:
    """Return state, landed and quarantined records, charge in SDR and fault of each file sent."""
    if feed == "nrtrde_in":
        return [("landed", len(events), 0, "0", fault if fault == LATE else "")]
    bad = 1 if fault == UNKNOWN_CODE and events else 0
    good = (len(events) - bad, bad, _sdr(sum(event.micro for event in events[bad:])), fault)
    if fault == MISSING:
        return [(MISSING, 0, 0, "0", fault)]
    if fault == WRONG_TOTAL:
        return [("refused", 0, 0, "0", fault)]
    if fault == REPEATED:
        return [("landed", *good), ("duplicate", 0, 0, "0", fault)]
    return [("landed", *good[:3], "" if fault == LATE else fault)]


def _sdr(micro: int) -> str:
    return f"{micro // 10**_MICRO}.{micro % 10**_MICRO:06d}"


def _clock(network: Network, at: int) -> str:
    """Return UTC seconds as the partner's local digits."""
    minutes = int(network.offset[:3]) * 60
    local = datetime.fromtimestamp(at, UTC) + timedelta(minutes=minutes)
    return f"{local:%Y%m%d%H%M%S}"


def _stamp(tag: int, network: Network, at: int) -> bytes:
    return group(tag, text(16, _clock(network, at)), text(231, network.offset))


def _tap(network: Network, events: list[RoamingEvent], sequence: int, at: int, fault: str) -> bytes:
    ends = text(196, network.code), text(182, OUR_CODE), text(109, f"{sequence:05d}")
    version = number(201, 3), number(189, 12)
    if not events:
        return group(2, *ends, _stamp(107, network, at), _stamp(227, network, at), *version)
    times = (_stamp(tag, network, at) for tag in (108, 227, 107))
    rate = group(80, group(106, number(105, 1), number(159, 5), number(104, network.rate)))
    offsets = group(234, group(233, number(232, 1), text(231, network.offset)))
    entity = group(183, number(184, 1), number(186, 1), text(400, f"{network.code.lower()}-1"))
    codes = [_SPARE_CODE if fault == UNKNOWN_CODE and n == 0 else 1 for n in range(len(events))]
    told = (_tap_event(network, e, code) for e, code in zip(events, codes, strict=True))
    total = sum(event.micro for event in events) + (1000 if fault == WRONG_TOTAL else 0)
    return group(
        1,
        group(4, *ends, *times, *version),
        group(5, text(135, network.currency), rate, number(244, _MICRO)),
        group(6, offsets, group(188, entity)),
        group(3, *told),
        group(15, number(415, total), number(226, 0), number(225, 0), number(43, len(events))),
    )


def _tap_event(network: Network, event: RoamingEvent, code: int) -> bytes:
    subscriber = group(427, group(199, digits(129, event.imsi), digits(152, event.msisdn)))
    started = group(44, text(16, _clock(network, event.start)), number(232, code))
    detail = group(63, text(71, "00"), number(62, event.micro), number(65, event.units),
                   number(68, event.units))  # fmt: skip
    item = {SMS: "E", GPRS: "X"}.get(event.kind, "D")
    charges = group(70, group(69, text(66, item), number(105, 1), group(64, detail)))
    if event.kind == GPRS:
        basic = group(114, group(115, subscriber), group(116, text(261, "internet")), started,
                      number(223, event.duration), number(72, event.reference))  # fmt: skip
        place = group(117, group(118, group(185, number(184, 1)), number(59, 7)))
        used = group(121, number(250, event.volume_in), number(251, event.volume_out), charges)
        return group(14, basic, place, used)
    is_in = event.kind == MTC
    other = group(41, digits(405, event.other)) if is_in else group(89, digits(407, event.other))
    reference = octets(45, event.reference.to_bytes(4, "big"))
    place = group(138, group(156, number(184, 1), reference, number(136, 100), number(59, 7)))
    service = group(36, group(426, text(218, "22" if event.kind == SMS else "11")))
    basic = group(153 if is_in else 147, subscriber, other, started, number(223, event.duration))
    return group(10 if is_in else 9, basic, place, group(38, group(39, service, charges)))


def _nrtrde(
    network: Network, events: list[RoamingEvent], sequence: int, at: int, fault: str
) -> bytes:
    at += _LATE_BY if fault == LATE else 0
    told = [_nrtrde_event(network, event) for event in events]
    return group(
        1, number(41, 2), number(37, 1), text(38, network.code), text(36, OUR_CODE),
        text(39, f"{sequence:07d}"), text(31, _clock(network, at)), text(45, network.offset),
        group(2, *told), number(20, len(told)),
    )  # fmt: skip


def _nrtrde_event(network: Network, event: RoamingEvent) -> bytes:
    start = text(21, _clock(network, event.start)), text(45, network.offset)
    cell = number(48, 100), number(47, 7)
    if event.kind == GPRS:
        return group(
            5, digits(34, event.imsi), *start, number(19, event.duration), text(16, "internet"),
            number(26, event.reference), number(28, event.volume_in), number(29, event.volume_out),
            *cell,
        )  # fmt: skip
    is_in = event.kind == MTC
    service = group(46, text(43, "22" if event.kind == SMS else "11"))
    return group(
        4 if is_in else 3, digits(34, event.imsi), digits(49, event.msisdn), *start,
        number(19, event.duration), text(22 if is_in else 27, event.other),
        number(23, event.reference), service, text(35, f"{network.code.lower()}-1"), *cell,
    )  # fmt: skip
