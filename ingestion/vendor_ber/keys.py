"""Keys of a BER profile: what all of them share, and the kinds of values that YAML gives them.

What belongs here: octets, tags and words as a person writes them. What keys mean does not.
"""

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

Steps = tuple[bytes, ...]  # identifier octets of elements, one inside the other
_DEEPEST: Final = 16
_OCTETS: Final = re.compile(r"([0-9a-f]{2} ?)*")


class Keys(BaseModel):
    """A mapping of a profile, whose keys are all known."""

    model_config = ConfigDict(strict=True, frozen=True, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _check_known(cls, values: Any) -> Any:
        known = [item.alias or name for name, item in cls.model_fields.items()]
        told = ", ".join(key for key in known if key != "name")  # the name is that of the file
        if not isinstance(values, dict):
            raise ValueError(f"expected keys, of {told}")
        if strange := [key for key in values if key not in known]:
            raise ValueError(f"{strange[0]!r} is unknown, expected {told}")
        return values


def _octets(value: object) -> bytes:
    if not isinstance(value, str) or not _OCTETS.fullmatch(value):
        raise ValueError("expected octets in quotes, such as '00 ff'")
    return bytes.fromhex(value)


def _tag(value: object) -> bytes:
    """Return identifier octets (ITU-T X.690, 8.1.2): one, or more where its low bits are set."""
    octets = bytes.fromhex(value) if isinstance(value, str) and _OCTETS.fullmatch(value) else b""
    more = [octet >= 128 for octet in octets[1:]]  # whether another octet follows
    is_long = octets[:1] != b"" and octets[0] & 31 == 31
    if octets[:1] in (b"", b"\0") or more != (
        [True] * (len(more) - 1) + [False] if is_long else []
    ):
        raise ValueError(
            f"expected identifier octets in quotes, such as 'a1' or 'bf48', not {value!r}"
        )
    return octets


def _path(value: object) -> Steps:
    tags = value.split("/") if isinstance(value, str) else [value]
    if len(tags) > _DEEPEST:
        raise ValueError(f"expected at most {_DEEPEST} tags")
    return tuple(map(_tag, tags))


def _paths(value: object) -> tuple[Steps, ...]:
    return tuple(map(_path, value if isinstance(value, list) else [value]))


def _words(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(
        type(one) in (str, int) for pair in value.items() for one in pair
    ):
        raise ValueError("expected names and their texts")
    return {str(name): str(text) for name, text in value.items()}


def written(path: Steps) -> str:
    """Return a path as a profile writes it."""
    return "/".join(tag.hex() for tag in path)


Octets = Annotated[bytes, BeforeValidator(_octets)]
Tag = Annotated[bytes, BeforeValidator(_tag)]
Paths = Annotated[tuple[Steps, ...], BeforeValidator(_paths)]
Words = Annotated[dict[str, str], BeforeValidator(_words)]
