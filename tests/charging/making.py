"""Random charging records of every mapped type.

What belongs here: which elements a record of a type has, and plausible octets for each.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from tests.charging.encoding import (
    Element,
    holding,
    instant,
    integer,
    number,
    plain,
    sequence,
    tbcd,
)


class Maker:
    """Random records of one seed."""

    def __init__(self, seed: int, day: str | None = None) -> None:
        """Draw from a seed; `day` (YYMMDD) is that of all times, else any in a hundred years."""
        self.random = random.Random(seed)
        self.day = day

    def digits(self, least: int, most: int) -> str:
        size = self.random.randint(least, most)
        return "".join(self.random.choice("0123456789") for _ in range(size))

    def octets(self, least: int, most: int) -> bytes:
        return self.random.randbytes(self.random.randint(least, most))

    def some(self, *parts: Element, share: float = 0.7) -> Iterable[Element]:
        return (part for part in parts if self.random.random() < share)

    def time(self) -> bytes:
        draw = self.random.randint
        sign = self.random.choice("+-")
        day = self.day or f"{draw(0, 99):02}{draw(1, 12):02}{draw(1, 28):02}"
        return instant(
            f"{day}{draw(0, 23):02}{draw(0, 59):02}{draw(0, 59):02}"
            f"{sign}{draw(0, 12):02}{self.random.choice((0, 15, 30)):02}"
        )

    def count(self, bits: int) -> bytes:
        return integer(self.random.getrandbits(self.random.randint(1, bits)))

    def plmn(self) -> bytes:
        mnc = self.digits(2, 3).ljust(3, "f")
        mcc = self.digits(3, 3)
        return bytes.fromhex(mcc[1] + mcc[0] + mnc[2] + mcc[2] + mnc[1] + mnc[0])

    def address(self) -> bytes:
        kind = self.random.randint(0, 6)
        if self.random.random() < 0.2:
            return bytes((0x01 | kind << 4, 0x80)) + tbcd(self.digits(1, 14))
        return number(self.digits(1, 15), kind)

    def location(self) -> bytes:
        cgi, tai, ecgi = (self.random.random() < 0.5 for _ in range(3))
        parts = [bytes((cgi | tai << 3 | ecgi << 4,))]
        parts += [self.plmn() + self.octets(4, 4)] if cgi else []
        parts += [self.plmn() + self.octets(2, 2)] if tai else []
        parts += [self.plmn() + bytes((self.random.randint(0, 15),)) + self.octets(3, 3)] * ecgi
        return b"".join(parts)

    def text(self) -> bytes:
        size = self.random.randint(1, 20)
        return "".join(self.random.choice("abcXYZ019.-") for _ in range(size)).encode()

    def place(self, number: int) -> Element:
        parts = [plain(0, self.octets(2, 2)), plain(1, self.octets(2, 2))]
        return holding(number, *parts, *self.some(plain(2, self.plmn())))

    def trunk(self, number: int) -> Element:
        named = self.random.random() < 0.5
        return holding(number, plain(1, self.text()) if named else plain(0, self.count(15)))

    def cause(self, number: int) -> Element:
        return holding(number, plain(self.random.choice((0, 2)), self.count(7)))

    def imsi(self) -> bytes:
        return tbcd(self.digits(14, 15))

    def imei(self) -> bytes:
        return tbcd(self.digits(15, 16))

    def uri(self) -> Element:
        if self.random.random() < 0.5:
            return plain(1, b"tel:+" + self.digits(7, 15).encode())
        return plain(0, b"sip:" + self.text() + b"@ims.example")

    def _volumes(self, uplink: int, downlink: int) -> list[Element]:
        return list(self.some(plain(uplink, self.count(36)), plain(downlink, self.count(36))))

    def _gateway(self, record: int, kind: int, extra: Iterable[Element]) -> bytes:
        volumes = [
            sequence(*self._volumes(3, 4), plain(5, b"\2"), plain(6, self.time()))
            for _ in range(self.random.randint(1, 4))
        ]
        return holding(
            record,
            plain(0, integer(kind)),
            *self.some(plain(3, self.imsi())),
            holding(4, plain(0, self.octets(4, 4))),
            plain(5, self.count(31)),
            holding(6, plain(0, self.octets(4, 4))),
            *self.some(plain(7, self.text()), plain(8, b"\xf1\x21")),
            *self.some(holding(9, holding(0, plain(0, self.octets(4, 4)))), plain(11, b"\xff")),
            *self.some(holding(12, *volumes)),
            plain(13, self.time()),
            plain(14, self.count(20)),
            plain(15, integer(self.random.choice((0, 4, 16, 17, 22)))),
            *self.some(self.cause(16), plain(17, self.count(16))),
            *self.some(plain(18, self.text()), plain(20, self.count(31)), plain(21, b"\0")),
            *self.some(plain(22, self.address())),
            plain(23, b"\2\0"),
            *self.some(plain(27, self.plmn()), plain(29, self.imei()), plain(30, self.count(6))),
            *self.some(plain(31, self.octets(2, 2)), plain(32, self.location())),
            *extra,
            *self.some(plain(37, self.plmn()), plain(38, self.time()), plain(39, self.time())),
        )

    def sgw(self) -> bytes:
        kinds = holding(35, b"\x0a\x01\x02")
        return self._gateway(78, 84, [*self.some(plain(34, b"\xff")), kinds])

    def pgw(self) -> bytes:
        groups = self.random.choice(((1,), (1, 2, 9)))
        services = [
            sequence(
                plain(1, integer(self.random.choice(groups))),
                plain(8, b"\0\x80"),
                *self._volumes(12, 13),
                plain(14, self.time()),
            )
            for _ in range(self.random.randint(1, 6))
        ]
        kinds = holding(35, b"\x0a\x01\x02")
        return self._gateway(79, 85, [*self.some(holding(34, *services)), kinds])

    def mo_call(self) -> bytes:
        return holding(
            0,
            plain(0, b"\0"),
            *self.some(plain(1, self.imsi()), plain(2, self.imei()), plain(3, self.address())),
            *self.some(plain(5, self.address()), plain(6, self.address())),
            plain(9, number(self.digits(8, 12))),
            *self.some(self.trunk(10), self.trunk(11), self.place(12)),
            *self.some(plain(22, self.time()), plain(23, self.time()), plain(24, self.time())),
            plain(25, self.count(16)),
            plain(30, integer(self.random.choice((0, 1, 3, 4)))),
            *self.some(self.cause(31)),
            plain(32, self.octets(1, 8)),
            *self.some(plain(33, self.count(8)), plain(72, b"\xff")),
        )

    def mt_call(self) -> bytes:
        return holding(
            1,
            plain(0, b"\1"),
            plain(1, self.imsi()),
            *self.some(plain(2, self.imei()), plain(3, self.address()), plain(4, self.address())),
            plain(6, number(self.digits(8, 12))),
            *self.some(self.trunk(7), self.trunk(8), self.place(9)),
            *self.some(plain(19, self.time()), plain(20, self.time()), plain(21, self.time())),
            plain(22, self.count(16)),
            plain(27, integer(self.random.choice((0, 1, 3, 4)))),
            *self.some(self.cause(28)),
            plain(29, self.octets(1, 8)),
            *self.some(plain(30, self.count(8))),
        )

    def mo_sms(self) -> bytes:
        return holding(
            6,
            plain(0, b"\6"),
            plain(1, self.imsi()),
            *self.some(plain(2, self.imei()), plain(3, self.address())),
            plain(4, self.octets(1, 1)),
            plain(5, number(self.digits(8, 12))),
            plain(6, number(self.digits(8, 12))),
            *self.some(self.place(7)),
            plain(8, self.octets(1, 1)),
            plain(9, self.time()),
            *self.some(self.cause(10), share=0.1),
            *self.some(plain(12, self._sms_number())),
        )

    def _sms_number(self) -> bytes:
        digits = self.digits(3, 12)
        counted = bytes((len(digits),)) if self.random.random() < 0.5 else b""
        return counted + number(digits, self.random.randint(0, 2))

    def mt_sms(self) -> bytes:
        return holding(
            7,
            plain(0, b"\7"),
            plain(1, number(self.digits(8, 12))),
            plain(2, self.imsi()),
            *self.some(plain(3, self.imei()), plain(4, self.address())),
            plain(5, self.octets(1, 1)),
            plain(6, number(self.digits(8, 12))),
            *self.some(self.place(7)),
            plain(8, self.time()),
            *self.some(self.cause(9), share=0.1),
        )

    def _ims(self, record: int, kind: int) -> bytes:
        node = plain(1, self.text()), holding(0, plain(0, self.octets(4, 4)))
        return holding(
            record,
            plain(0, integer(kind)),
            *self.some(plain(2, b"INVITE"), plain(3, self.random.choice((b"\0", b"\1")))),
            *self.some(holding(4, self.random.choice(node)), plain(5, self.text())),
            *self.some(holding(6, *(self.uri() for _ in range(self.random.randint(1, 2))))),
            *self.some(holding(7, self.uri()), plain(8, self.text())),
            *self.some(plain(9, self.time()), plain(10, self.time()), plain(11, self.time())),
            *self.some(plain(12, self.time()), plain(13, self.time()), plain(16, self.count(8))),
            *self.some(plain(17, self.random.choice((b"\0", b"\3"))), plain(19, self.octets(1, 9))),
            *self.some(plain(47, self.location()), plain(48, self.octets(2, 2))),
        )

    def scscf(self) -> bytes:
        return self._ims(63, 63)

    def application_server(self) -> bytes:
        return self._ims(69, 69)

    def _other(self) -> Element:
        return holding(2, *self.some(plain(0, b"\0")), plain(1, self.text()))

    def _party(self, imsi: bool) -> list[Element]:
        first = [plain(0, self.imsi())] if imsi else []
        return [*first, *self.some(plain(1, self.address()), self._other(), share=0.5)]

    def sc_mo(self) -> bytes:
        recipients = [sequence(*self._party(False)) for _ in range(self.random.randint(1, 3))]
        return holding(
            93,
            plain(0, integer(93)),
            plain(1, number(self.digits(8, 12))),
            *self.some(holding(2, *self._party(True)), holding(3, *recipients)),
            *self.some(plain(4, self.imei())),
            plain(5, self.time()),
            plain(6, self.octets(1, 1)),
            *self.some(plain(16, self.location()), plain(17, self.count(6))),
            *self.some(plain(18, self.octets(2, 2))),
            *self.some(self.cause(19), share=0.1),
        )

    def sc_mt(self) -> bytes:
        return holding(
            94,
            plain(0, integer(94)),
            plain(1, number(self.digits(8, 12))),
            *self.some(holding(2, *self._party(True)), holding(3, *self._party(False))),
            *self.some(plain(4, self.imei()), plain(5, self.time())),
            plain(6, self.time()),
            *self.some(plain(8, self.octets(1, 1)), plain(20, self.location())),
            *self.some(plain(21, self.count(6)), plain(22, self.octets(2, 2))),
            *self.some(self.cause(23), share=0.1),
        )


MAKERS: dict[str, Callable[[Maker], bytes]] = {
    "moCallRecord": Maker.mo_call,
    "mtCallRecord": Maker.mt_call,
    "moSMSRecord": Maker.mo_sms,
    "mtSMSRecord": Maker.mt_sms,
    "sCSCFRecord": Maker.scscf,
    "aSRecord": Maker.application_server,
    "sGWRecord": Maker.sgw,
    "pGWRecord": Maker.pgw,
    "sCSMORecord": Maker.sc_mo,
    "sCSMTRecord": Maker.sc_mt,
}


def records(seed: int, count: int, name: str | None = None, day: str | None = None) -> list[bytes]:
    """Return random records of one type, or of all in turn."""
    maker = Maker(seed, day)
    makers = [MAKERS[name]] if name else list(MAKERS.values())
    return [makers[at % len(makers)](maker) for at in range(count)]
