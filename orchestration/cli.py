"""The `trunkline` command: one file per family of commands, imported only when it runs.

Exit codes: 0 success; 1 work was refused or failed; 2 the command line was wrong, or a tariff or
deck was refused.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from orchestration.errors import PipelineError

DEBUG = "TRUNKLINE_DEBUG"


def _report(message: str) -> None:
    if "--json" in sys.argv:
        typer.echo(json.dumps({"error": message}, ensure_ascii=False))
    typer.secho(f"error: {message}", err=True, fg=typer.colors.RED)


class GuardedGroup(TyperGroup):
    """Turns errors a person can mend into one message and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command; no traceback reaches a person unless TRUNKLINE_DEBUG=1."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except PipelineError as error:
            if os.environ.get(DEBUG) == "1":
                raise
            _report(str(error))
        except BrokenPipeError:
            # Whoever reads our output has seen enough, such as `head`; nor may the exit write more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit from None
        except OSError as error:
            if os.environ.get(DEBUG) == "1":
                raise
            where = f" ({error.filename})" if error.filename else ""
            _report(
                f"The system refused: {error.strerror or error}{where}. "
                "Check the path, its permissions and the free space; `trunkline doctor` helps."
            )
        except Exception as error:
            if os.environ.get(DEBUG) == "1" or _is_usage_error(error):
                raise
            _report(
                f"{_sentence(error)} Nothing that readers see has changed. "
                f"Set {DEBUG}=1 to see where it happened."
            )
        raise typer.Exit(1)


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if text.endswith(".") else f"{text}."


def _is_usage_error(error: Exception) -> bool:
    return hasattr(error, "exit_code") and hasattr(error, "format_message")


app = typer.Typer(
    name="trunkline",
    cls=GuardedGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Trunkline: an operator's raw records in, decisions out. State lives under TRUNKLINE_HOME "
        "(default ./data). Exit codes: 0 success, 1 work refused or failed, 2 wrong usage or a "
        "refused tariff or rate deck."
    ),
)


def _register() -> None:
    from orchestration.commands import (  # noqa: PLC0415
        deck,
        deliver,
        explain,
        make,
        publish,
        quarantine,
        rate,
        rerate,
        tools,
        whatif,
    )

    for module in (make, quarantine, publish, deliver, rate, deck, explain, whatif, rerate, tools):
        module.register(app)


_register()


def main() -> None:
    """Run the command line, and leave at once.

    Taking the objects of Dagster and dbt apart one by one takes seconds and changes nothing.
    """
    code = 0
    try:
        app()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
