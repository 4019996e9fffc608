"""quarantine --suspended: usage that landed and has no price, listed and written off."""
# ruff: noqa: PLC0415 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.desk.suspense import WantedUsage

GROUPS = (
    "run", "feed", "reason", "service", "status", "events", "units", "oldest day", "age", "value",
)  # fmt: skip
ITEMS = ("reference", "run", "feed", "node", "reason", "status", "day", "units", "value")


def wanted_usage(
    feeds: list[str] | None,
    codes: list[str] | None,
    runs: list[str] | None,
    older: int | None,
    refs: list[str] | None,
) -> WantedUsage:
    """Return what the options ask for; an unknown code is a wrong option (exit 2)."""
    from ingestion.desk.suspense import WantedUsage
    from ingestion.reasons import LandingError

    try:
        return WantedUsage(feeds or (), codes or (), runs or (), refs or (), older)
    except LandingError as error:
        raise typer.BadParameter(str(error)) from error


def list_usage(
    wanted: WantedUsage, statuses: Sequence[str], *, items: bool, limit: int, as_json: bool
) -> None:
    """Print suspended usage by reason with ages and values, or one line per event and run."""
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.suspense import METHOD, usage_groups, usage_listed

    console, home = Console(as_json), Home.from_env()
    if items:
        rows = usage_listed(home, wanted, statuses, limit)
        console.table(ITEMS, [_item_line(row) for row in rows])
        console.result({"items": rows}, f"{len(rows):,} line(s), at most {limit:,}.")
        return
    rows = usage_groups(home, wanted, statuses)
    console.table(GROUPS, [_group_line(row) for row in rows])
    events = sum(row["events"] for row in rows)
    console.result(
        {"groups": rows, "method": METHOD}, f"{events:,} suspended event(s) and run(s). {METHOD}"
    )


def write_off_suspended(
    wanted: WantedUsage, *, reason: str, by: str, dry_run: bool, as_json: bool
) -> None:
    """Write off open suspended usage and say how much it was."""
    from ingestion.desk.suspense import write_off_usage
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.suspense import published_usage

    home = Home.from_env()
    found = write_off_usage(
        home, published_usage(home), wanted, reason=reason, by=by, dry_run=dry_run
    ).num_rows
    what = "would be written off" if dry_run else "written off"
    Console(as_json).result(
        {"usage_events": found, "dry_run": dry_run},
        f"{found:,} suspended event(s) and run(s) {what}."
        + ("" if dry_run or not found else " Next: `trunkline run`, so that readers see it."),
    )


def _value(amount: Any, currency: str | None) -> str:
    return "not valued" if amount is None else f"{amount:,.2f} {currency}"


def _group_line(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["rating_run"], row["feed"], row["reason_code"], row["service_type"], row["status"],
        f"{row['events']:,}", f"{row['units']:,} {row['unit']}", row["oldest"].isoformat(),
        f"{row['age_days']} d", _value(row["estimated_value"], row["currency"]),
    )  # fmt: skip


def _item_line(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["ref"], row["rating_run"], row["feed"], row["node_id"], row["reason_code"],
        row["status"], row["usage_date"].isoformat(), f"{row['units']:,} {row['unit']}",
        _value(row["estimated_amount"], row["currency"]),
    )  # fmt: skip
