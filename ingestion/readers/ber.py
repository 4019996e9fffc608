"""Tag, length and value of BER, as roaming files use it (X.690 clause 8).

What belongs here: framing, bounds against hostile input, values by kind. What a tag means stands in
the tables of the formats.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from ingestion import limits
from ingestion.reasons import RefusedError

# Kind of a value: a group has named members, a list has members in their order.
Kind = str
Tags = Mapping[int, tuple[str, Kind]]
GROUP: Final = "group"
LIST: Final = "list"
INTEGER: Final = "integer"
TEXT: Final = "text"
BCD: Final = "bcd"
HEX: Final = "hex"

APPLICATION: Final = 1
_OCTET_STRING: Final = -5  # key of the universal tag 4
_INTEGER_BYTES: Final = 16
_TAG_BYTES: Final = 4
_LENGTH_BYTES: Final = 8


@dataclass(frozen=True)
class Element:
    """One element of a file: where it and its value lie.

    `tag` is the number of an APPLICATION tag; other classes have negative keys. `end` is where the
    value ends, `after` where the next element starts (two bytes later when the length is
    indefinite).
    """

    tag: int
    is_constructed: bool
    at: int
    start: int
    end: int
    after: int
    is_indefinite: bool


@dataclass
class Decoder:
    """Reads elements of one file by a table of tags.

    `unknown` collects (tag, value) of what the table does not hold: hex, or a list of such pairs.
    """

    data: bytes
    tags: Tags
    unknown: list[tuple[int, Any]] = field(default_factory=list)
    # Elements decoded since the last `begin`.
    _decoded: int = 0
    # Where elements without length end: each is looked for once.
    _ends: dict[int, int] = field(default_factory=dict)

    def outermost(self) -> Element:
        """Return the one element a file consists of; what follows it is the caller's to judge.

        Raises:
            RefusedError: `truncated` when the file ends inside it, `malformed`.
        """
        return self._element(0, len(self.data), 0, is_open=True)

    def begin(self) -> None:
        """Begin an event: what was unknown in the one before is forgotten."""
        self.unknown.clear()
        self._decoded = 0

    def members(self, parent: Element, depth: int = 1) -> Iterator[Element]:
        """Yield the elements inside a constructed one, without decoding them."""
        if not parent.is_constructed:
            _malformed(f"byte {parent.at}: a single value where elements should be")
        at, count = parent.start, 0
        while at < parent.end:
            count += 1
            if count > limits.BER_MEMBERS.most:
                limits.BER_MEMBERS.check(count, f"the element at byte {parent.at}")
            found = self._element(at, parent.end, depth, is_open=False)
            yield found
            at = found.after

    def value(self, element: Element, depth: int = 1) -> Any:
        """Return the decoded value: int, text, digits, hex, dict (group) or list of (name, value).

        Raises:
            RefusedError: `malformed` when the form contradicts the kind, `limit`.
        """
        self._count(element)
        known = self.tags.get(element.tag)
        if known is None:
            self.unknown.append((element.tag, self._plain(element, depth)))
            return None
        kind = known[1]
        if kind == GROUP:
            return self._group(element, depth)
        if kind == LIST:
            members = self.members(element, depth + 1)
            return [
                (self.tags[m.tag][0] if m.tag in self.tags else "", self.value(m, depth + 1))
                for m in members
            ]
        return _scalar(kind, self._octets(element, depth), element.at)

    def _group(self, element: Element, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for member in self.members(element, depth + 1):
            value = self.value(member, depth + 1)
            if value is None:
                continue
            name = self.tags[member.tag][0]
            if name in found:
                _malformed(f"byte {member.at}: {name} stands twice in one element")
            found[name] = value
        return found

    def _plain(self, element: Element, depth: int) -> Any:
        self._count(element)
        if not element.is_constructed:
            return self.data[element.start : element.end].hex()
        return [(m.tag, self._plain(m, depth + 1)) for m in self.members(element, depth + 1)]

    def _count(self, element: Element) -> None:
        self._decoded += 1
        if self._decoded > limits.BER_ELEMENTS.most:
            limits.BER_ELEMENTS.check(self._decoded, f"the event around byte {element.at}")

    def _octets(self, element: Element, depth: int) -> bytes:
        if not element.is_constructed:
            return self.data[element.start : element.end]
        parts = list(self.members(element, depth + 1))
        if any(part.tag != _OCTET_STRING for part in parts):
            _malformed(f"byte {element.at}: elements where a single value should be")
        return b"".join(self._octets(part, depth + 1) for part in parts)

    def _element(self, at: int, end: int, depth: int, *, is_open: bool) -> Element:
        if depth > limits.BER_DEPTH.most:
            raise limits.BER_DEPTH.refusal(f"{depth} or more", f"the element at byte {at}")
        tag, is_constructed, start, length = self._head(at, end, is_open=is_open)
        if length is not None:
            if length > end - start:
                # No file is that long, so it is not cut: the length itself is wrong.
                is_cut = is_open and length <= limits.EXPANDED_BYTES.most
                self._short(at, f"{length} bytes announced, {end - start} left", is_open=is_cut)
            stop = start + length
            return Element(tag, is_constructed, at, start, stop, stop, is_indefinite=False)
        stop = self._ends.get(at)
        if stop is None:
            stop = self._ends[at] = self._end_of(start, end, depth, is_open=is_open)
        return Element(tag, is_constructed, at, start, stop, stop + 2, is_indefinite=True)

    def _end_of(self, at: int, end: int, depth: int, *, is_open: bool) -> int:
        while self.data[at : at + 2] != b"\0\0" or at + 2 > end:
            at = self._element(at, end, depth + 1, is_open=is_open).after
        return at

    def _head(self, first: int, end: int, *, is_open: bool) -> tuple[int, bool, int, int | None]:
        """Return tag, whether it is constructed, where the value starts, its length or None."""
        tag, at = self._tag(first, end, is_open=is_open)
        if at >= end:
            self._short(first, "no length", is_open=is_open)
        length = self.data[at]
        at += 1
        is_constructed = bool(self.data[first] & 0x20)
        if length == 0x80:
            if not is_constructed:
                _malformed(f"byte {first}: a single value without length")
            return tag, True, at, None
        if length > 0x80:
            count = length & 0x7F
            if count > _LENGTH_BYTES:
                _malformed(f"byte {first}: a length of {count} bytes")
            if at + count > end:
                self._short(first, "no end of the length", is_open=is_open)
            length = int.from_bytes(self.data[at : at + count], "big")
            at += count
        return tag, is_constructed, at, length

    def _tag(self, at: int, end: int, *, is_open: bool) -> tuple[int, int]:
        """Return the key of a tag and where its length starts."""
        if at >= end:
            self._short(at, "no tag", is_open=is_open)
        first, lead = at, self.data[at]
        number = lead & 0x1F
        at += 1
        if number == 0x1F:
            number, more = 0, True
            while more:
                if at >= end:
                    self._short(first, "no end of the tag", is_open=is_open)
                if at > first + _TAG_BYTES:
                    _malformed(f"byte {first}: a tag of more than {_TAG_BYTES} bytes")
                number = number << 7 | self.data[at] & 0x7F
                more = self.data[at] >= 0x80
                at += 1
        tag = number if lead >> 6 == APPLICATION else -(1 + number + (lead >> 6 << 28))
        return tag, at

    def _short(self, at: int, what: str, *, is_open: bool) -> NoReturn:
        if is_open:
            raise RefusedError("truncated", f"byte {at}: {what}; the file is cut, resend it.")
        _malformed(f"byte {at}: {what}")


def _malformed(what: str) -> NoReturn:
    raise RefusedError("malformed", f"{what}; resend the file.")


def _scalar(kind: Kind, octets: bytes, at: int) -> int | str:
    if kind == INTEGER:
        if not 0 < len(octets) <= _INTEGER_BYTES:
            _malformed(f"byte {at}: a whole number of {len(octets)} bytes")
        return int.from_bytes(octets, "big", signed=True)
    if kind == TEXT:
        return octets.decode("ascii", "backslashreplace")
    digits = octets.hex()
    return digits.removesuffix("f") if kind == BCD else digits
