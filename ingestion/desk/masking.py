"""Raw text of a record for a person to read, with the identifiers in it replaced.

What belongs here: text that cannot be trusted to have its columns in place. Tokens of landed
columns are made where they land.
"""

import json
import re
from typing import Final

from ingestion import pseudonyms
from ingestion.readers.tmf_privacy import cleaned

_LEAST_DIGITS: Final = 6
_IMSI_DIGITS: Final = 15
# A time written without separators tells what is wrong with a record, and is nobody's number.
_TIME: Final = r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = r"(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"
_TIMES: Final = re.compile(_TIME + _CLOCK)
_DIGITS: Final = re.compile(r"\+?[0-9]{6,}")
_HEX: Final = re.compile(r"\b(?=[0-9a-fA-F]*[a-fA-F])(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{12,}\b")
_ADDRESS: Final = re.compile(r"[^\s,;|<>\"']+@[^\s,;|<>\"']+")
_DISPLAY_NAME: Final = re.compile(r"\"+[^\"<>]+\"+(?=\s*<)")
# Of a coordinate its degrees and two decimals stay, the square that lands.
_POSITION: Final = re.compile(r"([0-9]{1,3}\.[0-9]{2})[0-9]+")
_DOCUMENTS: Final = frozenset({"tmf", "payments", "partner"})
_QUOTED: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"")


def masked(key: bytes, feed: str, text: str) -> str:
    """Return the text of a record without what names a person.

    Telephone numbers and subscriber identities become the tokens they have everywhere; addresses,
    display names and hexadecimal octets are taken out, positions are cut to a square. Of documents
    about people only known fields stay; one that cannot be read as JSON loses all its quoted text.

    Args:
        key: the deployment's pseudonym key.
        feed: where the record came from.
        text: the record as received.
    """
    if feed in _DOCUMENTS:
        text = _of_document(text)
    if feed == "field_trace":
        text = _POSITION.sub(r"\1...", text)
    text = _DISPLAY_NAME.sub("<name>", text)
    text = _ADDRESS.sub("<address>", text)
    text = _HEX.sub(lambda found: f"<{len(found[0])} hex digits>", text)
    return _DIGITS.sub(lambda found: _number(key, found[0]), text)


def _of_document(text: str) -> str:
    try:
        return json.dumps(cleaned(json.loads(text)), ensure_ascii=False)
    except ValueError:
        return _QUOTED.sub('"<text>"', text)


def _number(key: bytes, digits: str) -> str:
    bare = digits.lstrip("+")
    if _TIMES.fullmatch(bare):
        return digits
    kind = "imsi" if len(bare) == _IMSI_DIGITS else "msisdn"
    return f"<{len(bare)} digits {pseudonyms.token(key, kind, bare)}>"
