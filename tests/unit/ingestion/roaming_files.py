"""Roaming files written by hand: an encoder of a few lines, and batches made with it."""

from __future__ import annotations

from typing import Any

from landing_files import Landing

Content = bytes | list[Any]


def el(tag: int, *content: Any, indefinite: bool = False) -> bytes:
    """Return one element of the APPLICATION class.

    Content of bytes that are elements makes a constructed one; a number, a text or `Raw` bytes a
    single value.
    """
    is_group = all(isinstance(part, bytes) and not isinstance(part, Raw) for part in content)
    value = b"".join(part if isinstance(part, bytes) else scalar(part) for part in content)
    lead = 0x60 if is_group else 0x40
    head = bytes([lead | tag]) if tag < 31 else bytes([lead | 31, *base128(tag)])
    if indefinite and is_group:
        return head + b"\x80" + value + b"\0\0"
    return head + length(len(value)) + value


class Raw(bytes):
    """Bytes of a single value, not an element."""


def bcd(digits: str) -> Raw:
    """Return digits with the high nibble first and `f` filler."""
    return Raw(bytes.fromhex(digits + "f" * (len(digits) % 2)))


def scalar(value: int | str) -> bytes:
    if isinstance(value, str):
        return value.encode("ascii")
    return value.to_bytes(max(1, (value.bit_length() + 8) // 8), "big", signed=True)


def base128(number: int) -> bytes:
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(number & 0x7F | 0x80)
    return bytes(reversed(parts))


def length(size: int) -> bytes:
    if size < 128:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def stamp(tag: int, text: str = "20260301140342", offset: str = "+0200") -> bytes:
    return el(tag, el(16, text), el(231, offset))


def local(tag: int, text: str = "20260301140342", code: int = 1) -> bytes:
    return el(tag, el(16, text), el(232, code))


def charge(kind: str = "00", amount: int = 2300, units: int = 60) -> bytes:
    return el(63, el(71, kind), el(62, amount), el(65, units), el(68, units))


def charges(
    *details: bytes,
    rate: int | None = 1,
    tax: tuple[int, int] | None = None,
    discount: tuple[int, int] | None = None,
) -> bytes:
    """Return a list of one charge information."""
    parts = [el(66, "D")]
    if rate is not None:
        parts.append(el(105, rate))
    parts.append(el(64, *(details or (charge(),))))
    if tax:
        parts.append(el(214, el(213, el(212, tax[0]), el(397, tax[1]))))
    if discount:
        parts.append(el(96, el(91, discount[0]), el(412, discount[1])))
    return el(70, el(69, *parts))


def call(
    kind: int = 9,
    *,
    imsi: str = "999700000000001",
    number: str = "447700900123",
    start: bytes | None = None,
    duration: int = 60,
    entity: int = 1,
    reference: str = "0a0b0c",
    service: str = "11",
    charged: bytes | None = None,
    further: bytes = b"",
) -> bytes:
    """Return a call: 9 originated, 10 terminated."""
    subscriber = el(427, el(199, el(129, bcd(imsi)), el(152, bcd("999601234567"))))
    party = el(89, el(407, bcd(number))) if kind == 9 else el(41, el(405, bcd(number)))
    basic = el({9: 147, 10: 153}[kind], subscriber, party, start or local(44), el(223, duration))
    place = el(138, el(156, el(184, entity), el(45, Raw(bytes.fromhex(reference))), el(136, 3505),
                       el(59, 7182)))  # fmt: skip
    equipment = el(429, el(128, bcd("3512345678901200")))
    used = el(38, el(39, el(36, el(426, el(218, service))), charged or charges()))
    return el(kind, basic, place, equipment, used, further)


def gprs(*, volume_in: int = 1200, volume_out: int = 2_200_000_000, charged: bytes = b"") -> bytes:
    subscriber = el(115, el(427, el(199, el(129, bcd("999700000000002")))))
    basic = el(114, subscriber, el(116, el(261, "internet")), local(44), el(223, 500), el(72, 77))
    place = el(117, el(118, el(185, el(184, 1)), el(59, 5)))
    used = el(121, el(250, volume_in), el(251, volume_out), charged or charges())
    return el(14, basic, place, used)


def accounting(*, currency: str | None = None, decimals: int | None = 3, rates: int = 1) -> bytes:
    taxes = el(211, el(216, el(212, 1), el(217, "01"), el(215, "0200000")))
    discounts = el(95, el(94, el(91, 1), el(428, el(92, 500))))
    rate = el(106, el(105, 1), el(159, 5), el(104, 116203))
    parts = [taxes, discounts, el(135, "EUR")]
    if currency:
        parts.append(el(210, currency))
    parts.append(el(80, *([rate] * rates)))
    if decimals is not None:
        parts.append(el(244, decimals))
    return el(5, *parts)


def network(*, offset: str = "+0200", offsets: int = 1) -> bytes:
    table = el(234, *([el(233, el(232, 1), el(231, offset))] * offsets))
    return el(6, table, el(188, el(183, el(184, 1), el(186, 1), el(400, "msc-a"))))


def control(
    *,
    sequence: str = "00042",
    release: int = 12,
    created: str = "+0200",
    further: bytes = b"",
) -> bytes:
    return el(4, el(196, "WERFD"), el(182, "XLKJE"), el(109, sequence),
              stamp(108, "20260301170000", created), stamp(227, "20260301170000"),
              stamp(107, "20260301170000"), el(201, 3), el(189, release), further)  # fmt: skip


def audit(count: int | None, charge_total: int | None, **further: int) -> bytes:
    tags = {"tax": 226, "discount": 225, "charge_refund": 355, "tax_refund": 353}
    parts = [el(415, charge_total)] if charge_total is not None else []
    parts += [el(tags[name], value) for name, value in further.items()]
    parts += [el(43, count)] if count is not None else []
    return el(15, *parts)


def tap(
    *events: bytes,
    total: int | None = None,
    head: bytes | None = None,
    accounts: bytes | None = None,
    net: bytes | None = None,
    totals: bytes | None = None,
    indefinite: bool = False,
) -> bytes:
    """Return a transfer batch whose totals are right for events of the usual charge."""
    sums = audit(len(events), 2300 * len(events) if total is None else total)
    return el(1, head or control(), accounts or accounting(), net or network(),
              el(3, *events, indefinite=indefinite), totals or sums,
              indefinite=indefinite)  # fmt: skip


def notification(sequence: str = "00043") -> bytes:
    return el(2, el(196, "WERFD"), el(182, "XLKJE"), el(109, sequence), stamp(107), stamp(227),
              el(201, 3), el(189, 9))  # fmt: skip


def nrtrde(*events: bytes, count: int | None = None, sequence: str = "0000007") -> bytes:
    return el(1, el(41, 2), el(37, 1), el(38, "WERFD"), el(36, "XLKJE"), el(39, sequence),
              el(31, "20260301190000"), el(45, "+0200"), el(2, *events),
              el(20, len(events) if count is None else count))  # fmt: skip


def nrtrde_call(kind: int = 3, **changes: Any) -> bytes:
    """Return an NRTRDE event by names of the tag table; None leaves a field out."""
    from ingestion.readers.nrtrde_tags import NRTRDE_TAGS

    fields: dict[str, Any] = {
        "imsi": bcd("999700000000001"), "local_time": "20260301140342", "utc_offset": "+0200",
        "duration_s": 60, "recording_entity": "msc-a", "call_reference": 9,
    } | changes  # fmt: skip
    numbers = {name: tag for tag, (name, _) in NRTRDE_TAGS.items()}
    parts = [el(numbers[n], v) for n, v in fields.items() if v is not None]
    return el(kind, *parts)


def rap(*returns: bytes, count: int | None = None, sequence: str = "00005") -> bytes:
    head = el(537, el(196, "XLKJE"), el(182, "WERFD"), el(181, sequence), stamp(526), stamp(525),
              el(201, 3), el(189, 12), el(544, 1), el(543, 5), el(244, 3),
              el(210, "EUR"))  # fmt: skip
    totals = el(541, el(533, 2300), el(528, len(returns) if count is None else count))
    return el(534, head, el(536, *returns), totals)


def errors(*codes: int) -> bytes:
    return el(520, *(el(521, el(524, 8), el(519, code)) for code in codes))


def profile(landing: Landing, text: str, sender: str = "WERFD") -> None:
    folder = landing.home.root / "profiles" / "roaming"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{sender}.yml").write_text(text)
