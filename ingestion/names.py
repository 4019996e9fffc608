"""Names of files as they were received: never trusted, only shown and kept.

What belongs here: what becomes of signs that no terminal, table or encoding should get. Whether a
name may be landed from is decided where names mean something.
"""

import unicodedata
from typing import Final

# Controls, what turns text around or does not show, halves of pairs, line ends of another kind.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def storable(text: str) -> str:
    """Return a name as UTF-8 can hold it: bytes that are none become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shown(text: str) -> str:
    """Return a name on one line, every sign that does not show as its escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign.encode("ascii", "backslashreplace").decode("ascii")
        if sign > "\x7f" and unicodedata.category(sign) in _HIDDEN
        else repr(sign)[1:-1]
        if unicodedata.category(sign) == "Cc"
        else sign
        for sign in text
    )


def has_control(text: str) -> bool:
    """Say whether a name has a control sign, such as NUL or a line end."""
    return any(unicodedata.category(sign) == "Cc" for sign in text)
