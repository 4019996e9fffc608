"""JSON that can be stored: the library also reads escapes that no encoding holds."""

import json
import re
from typing import Any, Final

# Where one of a pair may be missing; a whole pair is found too, and passes the closer look.
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


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
