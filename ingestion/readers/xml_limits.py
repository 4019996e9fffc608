"""What every reader of XML asks of a file before and while lxml reads it (FORMATS section 1.4).

What belongs here: bounds, entities, encodings. What the elements mean does not.
"""

import re
from typing import Any, Final

from ingestion import limits
from ingestion.reasons import RefusedError

# For the parser: nothing is fetched, nothing is loaded, no entity is put in, nothing is guessed.
SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False,
    "recover": False,
}  # fmt: skip
_DECLARED: Final = re.compile(rb"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"'>]*)""")
# In these a markup sign is the octet that it is in ASCII, so that none hides from the look below.
_ASCII_BASED: Final = re.compile(
    rb"utf-?8|(?:us-)?ascii|iso-8859-[0-9]{1,2}|latin-?1|windows-125[0-9]", re.IGNORECASE
)


def check(content: bytes) -> None:
    """Refuse XML that declares an entity, has too many elements or hides its markup.

    Raises:
        RefusedError: `limit`, or `encoding` for one that is not built on ASCII.
    """
    declared = _DECLARED.match(content[:1_024])
    if declared and not _ASCII_BASED.fullmatch(declared.group(1)):
        name = declared.group(1)[:40].decode("ascii", "backslashreplace")
        raise RefusedError("encoding", f"the XML is {name}, expected UTF-8; export it as UTF-8.")
    if count := content.count(b"<!ENTITY"):
        raise RefusedError(
            "limit", f"the XML declares {count} entities, at most 0 allowed; remove the DTD."
        )
    # Every element has one or two tags; tags alone are counted where there might be too many.
    if content.count(b"<") > limits.XML_ELEMENTS.most:
        count = content.count(b"<") - sum(map(content.count, (b"</", b"<!", b"<?")))
        limits.XML_ELEMENTS.check(count, "the XML")


def check_depth(message: str) -> None:
    """Refuse a file at which the parser stopped with `message` when its depth was why.

    Raises:
        RefusedError: `limit`.
    """
    if message.startswith("Excessive depth"):
        raise limits.XML_DEPTH.refusal(f"{limits.XML_DEPTH.most + 1} or more", "the XML")
