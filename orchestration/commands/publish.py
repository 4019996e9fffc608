"""publish, generations, rollback, verify: the publication and its proof."""
# ruff: noqa: PLC0415 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

from typing import Annotated, Any

import typer

from orchestration.commands.options import Json


def publish(
    force: Annotated[
        bool, typer.Option("--force", help="Make a new generation even of equal content.")
    ] = False,
    keep: Annotated[int, typer.Option(min=1, help="How many generations stay readable.")] = 5,
    as_json: Json = False,
) -> None:
    """Audit the last build and, when every blocking check passed, let readers see it.

    Examples: trunkline publish; trunkline publish --force; trunkline publish --json.
    Exit 1 when a control, a dbt test or a critical expectation failed: the old generation stays.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.release import publish_home

    console = Console(as_json)
    outcome = publish_home(Home.from_env(), force=force, keep=keep, say=console.say)
    for warning in outcome.warnings:
        console.warn(warning)
    console.result(outcome_of(outcome), sentence_of(outcome))


def outcome_of(outcome: Any) -> dict[str, Any]:
    """Return a publication's outcome for machine output."""
    return {
        "generation": outcome.generation,
        "new": outcome.is_new,
        "tables": outcome.tables,
        "rows": outcome.rows,
        "warnings": list(outcome.warnings),
        "removed": list(outcome.removed),
        "kept_for_readers": list(outcome.kept_for_readers),
    }


def sentence_of(outcome: Any) -> str:
    """Return a publication's outcome in words."""
    if not outcome.is_new:
        return f"Nothing new: {outcome.generation} already holds this content."
    return f"Published {outcome.generation}: {outcome.tables} tables, {outcome.rows:,} rows."


def generations(as_json: Json = False) -> None:
    """List the generations that can be read, newest first, and which one is current.

    Examples: trunkline generations; trunkline generations --json.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.generations import DATABASE, Publications
    from orchestration.leases import open_leases

    console = Console(as_json)
    store = Publications(Home.from_env().published)
    current = store.pointer_or_none()
    found = []
    for name in reversed(store.names()):
        manifest = store.manifest(name)
        folder = store.folder(name)
        found.append(
            {
                "generation": name,
                "current": name == current,
                "published_at": manifest.get("published_at"),
                "data_to": manifest.get("data_to"),
                "controls_passed": manifest.get("controls", {}).get("passed"),
                "controls_evaluated": manifest.get("controls", {}).get("evaluated"),
                "size_bytes": (folder / DATABASE).stat().st_size,
                "readers": len(open_leases(folder)),
            }
        )
    rows = [
        (
            "*" if item["current"] else "",
            item["generation"],
            item["data_to"],
            f"{item['controls_passed']}/{item['controls_evaluated']}",
            f"{item['size_bytes'] / 1e6:.1f} MB",
            item["readers"],
        )
        for item in found
    ]
    if found:
        console.table(("", "generation", "data to", "controls", "size", "readers"), rows)
    console.result(
        {"current": current, "generations": found},
        None if found else "Nothing is published yet: run `trunkline run` or `trunkline demo`.",
    )


def rollback(
    generation: Annotated[str, typer.Argument(help="The generation readers shall see.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the history.")] = "not given",
    as_json: Json = False,
) -> None:
    """Point readers at an older (or newer) generation; who did it and why is logged.

    Examples: trunkline rollback 20261101T043000Z-1a2b3c4d --reason "tariff was wrong".
    Exit 1 when the generation is unknown or its file is damaged.
    """
    from datetime import UTC, datetime

    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.generations import Publications
    from orchestration.locks import writer_lock
    from orchestration.verification import rollback_target

    home = Home.from_env()
    store = Publications(home.published)
    with writer_lock(home.warehouse, f"rollback {generation}"):
        before = store.pointer_or_none()
        rollback_target(store, generation)
        store.recover_history(datetime.now(UTC))
        store.switch(generation, "rollback", reason, datetime.now(UTC))
    Console(as_json).result(
        {"generation": generation, "from": before, "reason": reason},
        f"Readers now see {generation} (before: {before or 'nothing'}). "
        f"The move is logged in {store.history_path}.",
    )


def verify(
    generation: Annotated[
        str | None, typer.Argument(help="Which generation; the current one when left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove a generation again, offline: pointer, manifest, file, tables, controls, identities.

    Examples: trunkline verify; trunkline verify 20261101T043000Z-1a2b3c4d --json.
    Exit 1 when any check fails. A check whose table is not published is skipped, not passed.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.exports_log import check_exports
    from orchestration.generations import Publications
    from orchestration.verification import Check
    from orchestration.verification import verify as prove

    console = Console(as_json)
    home = Home.from_env()

    def show(check: Check) -> None:
        if not as_json:
            typer.echo(f"{check.state:8}{check.name}: {check.detail}")

    name, checks = prove(Publications(home.published), generation, show)
    for check in check_exports(home):
        checks.append(check)
        show(check)
    failed = [check for check in checks if check.state == "failed"]
    passed = sum(1 for check in checks if check.state == "passed")
    console.result(
        {
            "generation": name,
            "passed": not failed,
            "checks": [check.as_dict() for check in checks],
        },
        f"{name}: {passed} checks passed, {len(failed)} failed, "
        f"{len(checks) - passed - len(failed)} skipped.",
    )
    if failed:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    for command in (publish, generations, rollback, verify):
        app.command()(command)
