"""VES events of domain perf3gpp into value columns: counters as JSON.

What belongs here: the structure of the event. Typing of values and writing do not.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from ingestion import limits
from ingestion.readers.instants import ZoneOffset
from ingestion.readers.json_text import loads, text_of
from ingestion.readers.pm_reading import Reading, ValueSet, add_value_set
from ingestion.readers.pm_values import FIRST, LAST
from ingestion.reasons import RefusedError, finding

_LONGEST_S: Final = 86_400 * 31
_LAST_MICROSECOND: Final = (LAST - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001


def read_json(content: bytes, _zone_offset: ZoneOffset) -> Reading:
    """Read one file: an event, a list of events, `{"eventList": [...]}`, or JSON lines of events.

    Instants are microseconds since 1970, so no zone is needed.

    Raises:
        RefusedError: `encoding`, `malformed`, `limit` or `schema`.
    """
    reading = Reading()
    for event in _events(content):
        header, fields = event.get("commonEventHeader"), event.get("perf3gppFields")
        if not isinstance(header, dict) or not isinstance(fields, dict):
            raise RefusedError(
                "schema", "an event lacks commonEventHeader or perf3gppFields; resend the file."
            )
        reading.has_header = True
        try:
            _collection(reading, header, fields.get("measDataCollection") or {})
        except (AttributeError, TypeError, KeyError) as error:
            raise RefusedError(
                "malformed", f"a field has another shape than perf3gpp says ({error})."
            ) from error
    if reading.blocks == 0:
        reading.findings.append(finding("empty_file", "no measurement data"))
    return reading


def _events(content: bytes) -> Iterator[dict[str, Any]]:
    text = text_of(content)
    limits.check_json(text)
    try:
        bodies = [loads(text)]
    except ValueError:
        bodies = _lines(text)
    for body in bodies:
        listed = body.get("eventList", [body]) if isinstance(body, dict) else body
        for item in listed if isinstance(listed, list) else []:
            event = item.get("event", item) if isinstance(item, dict) else None
            if not isinstance(event, dict):
                raise RefusedError("schema", "a JSON value is no event; resend the file.")
            yield event


def _lines(text: str) -> list[Any]:
    try:
        return [loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise RefusedError(
            "malformed", f"no JSON at character {error.pos} ({error.msg}); resend the file."
        ) from error
    except ValueError as error:
        raise RefusedError("malformed", "a number has too many digits; resend the file.") from error


def _collection(reading: Reading, header: dict[str, Any], data: dict[str, Any]) -> None:
    start, seconds = _period(header, data)
    reading.element = data.get("measuredEntityDn") or None
    for block in data.get("measInfoList") or []:
        reading.blocks += 1
        types = block["measTypes"]
        listed = types.get("sMeasTypesList") or types.get("iMeasTypesList") or []
        names = [str(name) for name in listed]
        for value_set in block.get("measValuesList") or []:
            found = ValueSet(str(value_set.get("measObjInstId") or ""))
            found.suspect = str(value_set.get("suspectFlag") or "").lower() == "true"
            for result in value_set.get("measResults") or []:
                value = result.get("sValue", result.get("iValue", result.get("rValue")))
                found.values.append("" if value is None else str(value).strip())
                place = result.get("p")
                found.places.append(None if place is None else str(place))
            add_value_set(reading, found, names, {}, start=start, seconds=seconds)


def _period(header: dict[str, Any], data: dict[str, Any]) -> tuple[datetime | None, int | None]:
    """Return start (naive UTC) and seconds: the granularity before the last instant.

    The first instant of the event may lie days before it, as an emitter's first report does.
    """
    seconds, last = data.get("granularityPeriod"), header.get("lastEpochMicrosec")
    if not isinstance(seconds, int) or not 0 < seconds <= _LONGEST_S:
        return None, None
    if not isinstance(last, int) or not 0 < last < _LAST_MICROSECOND:
        return None, None
    until = datetime(1970, 1, 1) + timedelta(microseconds=last)  # noqa: DTZ001 - naive UTC
    return (until - timedelta(seconds=seconds), seconds) if until >= FIRST else (None, None)
