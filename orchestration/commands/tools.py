"""doctor, app, dagster: the machine and the two servers, both on 127.0.0.1 only."""
# ruff: noqa: PLC0415 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands.options import Json

if TYPE_CHECKING:
    from ingestion.home import Home

HOST = "127.0.0.1"
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")]


def doctor(as_json: Json = False) -> None:
    """Say what is missing or unsafe on this machine and in this home, and how to mend it.

    Examples: trunkline doctor; trunkline doctor --json. Exit 1 when something must be mended.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.doctor import examine

    console = Console(as_json)
    findings = examine(Home.from_env())
    console.table(
        ("state", "what", "found", "what to do"),
        [(item.state, item.what, item.found, item.remedy) for item in findings],
    )
    bad = [item for item in findings if item.state == "bad"]
    console.result(
        {"ok": not bad, "findings": [item.as_dict() for item in findings]},
        "Everything needed is here." if not bad else f"{len(bad)} thing(s) must be mended.",
    )
    if bad:
        raise typer.Exit(1)


def _serve(command: list[str], environment: dict[str, str], folder: Path) -> None:
    """Run a server until it ends; Ctrl-C is a normal end."""
    from orchestration.project import QUIET

    try:
        code = subprocess.run(
            command, env=os.environ | QUIET | environment, cwd=folder, check=False
        ).returncode
    except KeyboardInterrupt:
        return
    if code not in {0, 130, -2}:
        raise typer.Exit(1)


def start_app(home: Home, port: int) -> None:
    """Start the app on 127.0.0.1 and stay until it is stopped."""
    from orchestration.doctor import port_is_free
    from orchestration.errors import PipelineError
    from orchestration.project import ROOT

    if not port_is_free(port):
        raise PipelineError(
            f"Port {port} on {HOST} is taken, expected a free one. Stop what uses it, or run "
            f"`trunkline app --port {port + 1}`."
        )
    typer.secho(f"The app opens at http://{HOST}:{port} (Ctrl-C ends it).", err=True)
    environment = {"TRUNKLINE_HOME": str(home.root.resolve()), "TRUNKLINE_APP_PORT": str(port)}
    _serve([sys.executable, "-m", "app.asgi"], environment, ROOT)


def app(port: Port = 8501) -> None:
    """Open the dashboards on the current generation, on 127.0.0.1.

    Examples: trunkline app; trunkline app --port 8600. Exit 1 when the port is taken.
    """
    from ingestion.home import Home

    start_app(Home.from_env(), port)


def dagster(port: Port = 3000) -> None:
    """Open the Dagster webserver and daemon on 127.0.0.1; it has no login, so keep it there.

    Examples: trunkline dagster; trunkline dagster --port 3001. Exit 1 when the port is taken.
    """
    from ingestion.home import Home
    from orchestration.dagster_home import ensure_dagster_home
    from orchestration.doctor import port_is_free
    from orchestration.errors import PipelineError
    from orchestration.manifests import ensure_manifest
    from orchestration.project import ROOT, prepare_environment

    home = Home.from_env()
    if not port_is_free(port):
        raise PipelineError(
            f"Port {port} on {HOST} is taken, expected a free one. Stop what uses it, or run "
            f"`trunkline dagster --port {port + 1}`."
        )
    prepare_environment(home)
    ensure_dagster_home(home)
    ensure_manifest(home)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions"]
    command += ["-h", HOST, "-p", str(port)]
    _serve(command, {}, ROOT)


def register(cli: typer.Typer) -> None:
    """Add this module's commands to `cli`."""
    for command in (doctor, app, dagster):
        cli.command()(command)
