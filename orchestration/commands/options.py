"""Options that several commands share, and the parsing of days."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def a_day(value: str | None, name: str) -> date | None:
    """Return `value` as a date.

    Raises:
        typer.BadParameter: it is not YYYY-MM-DD.
    """
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(
            f"{value!r} is not a day; expected YYYY-MM-DD, such as 2026-10-31.", param_hint=name
        ) from error
