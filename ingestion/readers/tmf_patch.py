"""Changes of TM Forum resources told as patches: JSON patch (operations) and merge patch.

What belongs here: whose patch it is, and what an operation makes of a resource. Columns do not.
"""

import re
from typing import Any, Final

# The body of a patch does not name its target; a sender's file name or envelope does.
FILE_NAME: Final = re.compile(r"TMF(\d{3})(?:-v\d)?-([A-Za-z]+)-(?P<id>.+)\.patch\.jsonl?(?:\.gz)?")
_BY_NAME: Final = re.compile(r"/(?P<list>\w+)/value\?(?P=list)\.name=(?P<name>[^&/]+)")


def is_operation(value: Any) -> bool:
    """Say whether a JSON value is one operation of a JSON patch."""
    return isinstance(value, dict) and "op" in value and "path" in value


def is_envelope(value: Any) -> bool:
    """Say whether a JSON value tells a patch with its target: `href` or `id`, and `patch`."""
    return isinstance(value, dict) and isinstance(value.get("patch"), list | dict)


def target_of(value: dict[str, Any], file_name: str) -> str | None:
    """Return the id of the resource that an envelope or a file name patches, or None."""
    if value.get("id"):
        return str(value["id"])
    if isinstance(value.get("href"), str):
        return value["href"].rstrip("/").rsplit("/", 1)[-1]
    match = FILE_NAME.fullmatch(file_name)
    return match.group("id") if match else None


def changed(operation: dict[str, Any], target: str) -> dict[str, Any] | None:
    """Return what an operation alone says of a resource, as a part of it.

    Only operations that set a member, or the value of a characteristic by its name, say it without
    the resource at hand; of places in a list, removals, moves and tests it returns None.
    """
    if operation.get("op") not in ("add", "replace") or "value" not in operation:
        return None
    path = str(operation["path"])
    by_name = _BY_NAME.fullmatch(path)
    if by_name:
        named = {"name": by_name["name"], "value": operation["value"]}
        return {"id": target, by_name["list"]: [named]}
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
    if not steps or any(step == "-" or step.isdigit() or "?" in step for step in steps):
        return None
    part: Any = operation["value"]
    for step in reversed(steps):
        part = {step: part}
    return part | {"id": target}
