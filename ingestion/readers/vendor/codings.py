"""How a vendor's octets read: the closed list of codings that a BER profile may name.

What belongs here: octets of one value into text. Which element holds it is the profile's; whether a
text may stand in its column is judged by cdr_rules.

Digits: TBCD as in 3GPP TS 29.002 (low nibble first), BCD with the high nibble first; `f` fills at
the end. Addresses begin with an octet of type and plan (3GPP TS 24.008, 10.5.4.7).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from typing import Final

_IP_LENGTHS: Final = (4, 16)
_INTEGER_OCTETS: Final = 16
_EPOCH_OCTETS: Final = 4  # until the year 2106
_PLMN_OCTETS: Final = 3
_TIMESTAMP_OCTETS: Final = 9  # of a TimeStamp of TS 32.298: six of BCD, a sign, two of BCD
_CLOCK_OCTETS: Final = 6
_EXTENSION: Final = 128
_SIGNS: Final = str.maketrans("abcde", "*#abc")  # nibbles behind 9, as TBCD names them
_DIGITS: Final = frozenset("0123456789*#")
# What an order of a time is made of, and how many digits each part has.
_PARTS: Final = {"YYYY": 4, "YY": 2, "MM": 2, "DD": 2, "hh": 2, "mm": 2, "ss": 2}
_NEEDED_PARTS: Final = ("MM", "DD", "hh", "mm")
_MOST_TENS: Final = "5"  # of minutes and seconds


class ValueProblemError(ValueError):
    """Octets that make no value of their coding; the text is a reason code."""


def _swapped(octets: bytes) -> str:
    digits = octets.hex()
    return "".join(digits[at + 1] + digits[at] for at in range(0, len(digits), 2))


def _digits(nibbles: str) -> str:
    """Return digits without their filler; none where a value is nothing but filler."""
    found = nibbles.rstrip("f").translate(_SIGNS)
    if not _DIGITS.issuperset(found):
        raise ValueProblemError("bad_identifier")
    return found


def _tbcd(octets: bytes) -> str:
    return _digits(_swapped(octets))


def _bcd(octets: bytes) -> str:
    return _digits(octets.hex())


def type_of_number(octets: bytes) -> int | None:
    """Return the type of number that the first octet of an address says."""
    return octets[0] >> 4 & 7 if octets else None


def _address(octets: bytes, halves: Callable[[bytes], str]) -> str:
    """Return the digits behind the type; that of letters has other nibbles too."""
    rest = octets[1 if octets[:1] >= bytes((_EXTENSION,)) else 2 :]
    return halves(rest).rstrip("f").translate(_SIGNS)


def _integer(octets: bytes) -> str:
    return str(_number(octets, signed=True))


def _unsigned(octets: bytes) -> str:
    return str(_number(octets, signed=False))


def _number(octets: bytes, *, signed: bool) -> int:
    if not 0 < len(octets) <= _INTEGER_OCTETS:
        raise ValueProblemError("bad_type")
    return int.from_bytes(octets, "big", signed=signed)


def _ascii(octets: bytes) -> str:
    return _text(octets, "ascii")


def _utf8(octets: bytes) -> str:
    return _text(octets, "utf-8")


def _text(octets: bytes, encoding: str) -> str:
    try:
        text = octets.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueProblemError("bad_encoding") from error
    if not text.isprintable():
        raise ValueProblemError("bad_encoding")
    return text.strip()


def _ip(octets: bytes) -> str:
    if len(octets) not in _IP_LENGTHS:
        raise ValueProblemError("bad_identifier")
    return str(ip_address(octets))


def _plmn(octets: bytes) -> str:
    """Return MCC and MNC (TS 24.008, 10.5.1.13): the third digit of the MNC stands in between."""
    if len(octets) != _PLMN_OCTETS:
        raise ValueProblemError("bad_identifier")
    digits = _swapped(octets)
    return _digits(digits[:3] + digits[4:] + digits[3])


def _timestamp(octets: bytes) -> str:
    """Return the instant of a TimeStamp of TS 32.298: BCD YYMMDDhhmmss, sign, BCD hhmm."""
    sign = octets[_CLOCK_OCTETS : _CLOCK_OCTETS + 1]
    if len(octets) != _TIMESTAMP_OCTETS or sign not in (b"+", b"-"):
        raise ValueProblemError("bad_time")
    clock = _clock(octets[:_CLOCK_OCTETS].hex(), "YYMMDDhhmmss")
    offset = octets[_CLOCK_OCTETS + 1 :].hex()
    return f"{clock}{sign.decode('ascii')}{offset[:2]}:{offset[2:]}"


def _epoch(octets: bytes) -> str:
    if not 0 < len(octets) <= _EPOCH_OCTETS:
        raise ValueProblemError("bad_time")
    moment = datetime.fromtimestamp(_number(octets, signed=False), tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _clock(digits: str, order: str) -> str:
    """Return `YYYY-MM-DDThh:mm:ss` of digits in an order such as DDMMYYYYhhmmss.

    Ranges are judged where all times are: hour 26 is `bad_time` there, never another hour.
    """
    if len(digits) != len(order) or not (digits.isascii() and digits.isdigit()):
        raise ValueProblemError("bad_time")
    found, at = {}, 0
    for name in _parts_of(order):
        found[name] = digits[at : at + _PARTS[name]]
        at += _PARTS[name]
    year = found.get("YYYY") or f"20{found['YY']}"
    seconds = found.get("ss", "00")
    return f"{year}-{found['MM']}-{found['DD']}T{found['hh']}:{found['mm']}:{seconds}"


@cache
def _parts_of(order: str) -> list[str]:
    """Return the parts of an order, or none where it is not made of them."""
    found: list[str] = []
    while order:
        name = next((part for part in _PARTS if order.startswith(part)), None)
        if name is None:
            return []
        found.append(name)
        order = order.removeprefix(name)
    return found


def is_order(order: str) -> bool:
    """Say whether a text is an order of digits that makes a time: each part once, one year."""
    parts = _parts_of(order)
    years = [part for part in parts if part.startswith("Y")]
    return len(years) == 1 and len(parts) == len(set(parts)) and set(_NEEDED_PARTS) <= set(parts)


def _clock_of_bcd(octets: bytes, order: str) -> str:
    return _clock(octets.hex(), order)


def _clock_of_tbcd(octets: bytes, order: str) -> str:
    return _clock(_swapped(octets), order)


def _clock_of_ascii(octets: bytes, order: str) -> str:
    return _clock(octets.decode("ascii", "replace"), order)


def _hms(octets: bytes) -> str:
    """Return the seconds of BCD hhmmss."""
    digits = octets.hex()
    if (
        len(digits) != len("hhmmss")
        or not digits.isdigit()
        or max(digits[2], digits[4]) > _MOST_TENS
    ):
        raise ValueProblemError("bad_type")
    return str(int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:]))


CODINGS: Final[dict[str, Callable[[bytes], str]]] = {
    "tbcd": _tbcd,
    "bcd": _bcd,
    "address_tbcd": lambda octets: _address(octets, _swapped),
    "address_bcd": lambda octets: _address(octets, bytes.hex),
    "integer": _integer,
    "unsigned": _unsigned,
    "ascii": _ascii,
    "utf8": _utf8,
    "hex": bytes.hex,
    "ip": _ip,
    "plmn": _plmn,
    "hms_bcd": _hms,
    "timestamp": _timestamp,
    "epoch": _epoch,
}
# Local times, whose digits stand in the order that the profile gives.
CLOCKS: Final[dict[str, Callable[[bytes, str], str]]] = {
    "time_bcd": _clock_of_bcd,
    "time_tbcd": _clock_of_tbcd,
    "time_ascii": _clock_of_ascii,
}
NUMBERS: Final = ("integer", "unsigned")
ADDRESSES: Final = ("address_tbcd", "address_bcd")
TIMES: Final = (*CLOCKS, "timestamp", "epoch")
