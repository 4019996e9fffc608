"""JSON that can be stored: UTF-8, without the escapes that no encoding holds."""

import json
import re
from typing import Any, Final

from ingestion.reasons import RefusedError

# Where one of a pair may be missing; a whole pair is found too, and passes the closer look.
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def text_of(content: bytes) -> str:
    """Return the text of a file of JSON.

    Raises:
        RefusedError: `encoding` when it is no UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(
            "encoding", f"byte {error.start} is no UTF-8; export it as UTF-8."
        ) from error


def loads(text: str, **hooks: Any) -> Any:
    """Return the value of a JSON text; `hooks` are those of `json.loads`.

    Raises:
        json.JSONDecodeError: it is no JSON, or an escape is half a character
            (RFC 8259 section 8.2).
        ValueError: a number has too many digits.
    """
    value = json.loads(text, **hooks)
    if half := _HALF.search(text):
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise json.JSONDecodeError(
                "an escape is half a character", text, half.start()
            ) from error
    return value
