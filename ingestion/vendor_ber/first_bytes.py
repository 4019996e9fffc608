"""The octets that a vendor's files begin with, as a BER profile writes them: `31 LL a0 ..`.

What belongs here: reading such a mark, fitting it, comparing two. Profiles do not.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final

ANY: Final = ".."
LENGTH: Final = "LL"
_MOST_TOKENS: Final = 64
_MOST_LENGTHS: Final = 3
_LEAST_TOLD: Final = 2
_OCTET: Final = frozenset(f"{number:02x}" for number in range(256))

_Span = tuple[int, int]  # an octet from the first to the second, both included
_ANY_OCTET: Final[_Span] = (0, 255)
# ITU-T X.690, 8.1.3: one octet (128 is the indefinite form), or a count and so many octets.
_LENGTHS: Final[tuple[tuple[_Span, ...], ...]] = (
    ((0, 128),),
    *(((128 + size, 128 + size), *(_ANY_OCTET,) * size) for size in range(1, 5)),
)


@dataclass(frozen=True)
class FirstBytes:
    """A mark: how it is written, and the shapes that it stands for, one per form of its lengths."""

    words: str
    shapes: tuple[tuple[_Span, ...], ...]

    @classmethod
    def of(cls, text: str) -> "FirstBytes":
        """Return the mark of a text: octets, `..` for any octet, `LL` for a BER length.

        Raises:
            ValueError: says what was expected.
        """
        tokens = text.split()
        strange = [token for token in tokens if token not in (ANY, LENGTH) and token not in _OCTET]
        if strange:
            raise ValueError(f"has {strange[0]!r}, expected octets such as 3b, .. or LL")
        told = sum(token in _OCTET for token in tokens)
        if told < _LEAST_TOLD:
            raise ValueError(
                f"names {told} octets, expected {_LEAST_TOLD} or more: it would claim other files"
            )
        if len(tokens) > _MOST_TOKENS or tokens.count(LENGTH) > _MOST_LENGTHS:
            raise ValueError(f"is too long, expected {_MOST_TOKENS} octets, {_MOST_LENGTHS} LL")
        choices = [_choices(token) for token in tokens]
        shapes = tuple(tuple(span for part in one for span in part) for one in product(*choices))
        return cls(" ".join(tokens), shapes)

    def fits(self, content: bytes) -> bool:
        """Say whether a content begins so."""
        return any(
            len(content) >= len(shape)
            and all(
                low <= octet <= high for octet, (low, high) in zip(content, shape, strict=False)
            )
            for shape in self.shapes
        )

    def may_share(self, other: "FirstBytes") -> bool:
        """Say whether some content fits both."""
        return any(
            all(
                max(one[0], two[0]) <= min(one[1], two[1])
                for one, two in zip(left, right, strict=False)
            )
            for left, right in product(self.shapes, other.shapes)
        )


def _choices(token: str) -> tuple[tuple[_Span, ...], ...]:
    if token == LENGTH:
        return _LENGTHS
    octet = int(token, 16) if token != ANY else None
    return ((_ANY_OCTET if octet is None else (octet, octet),),)
