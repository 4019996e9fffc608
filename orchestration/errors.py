"""The errors a person can cause or mend: each says what, where, what was expected and what to do.

The command line prints these without a traceback; anything else is a defect and keeps its own.
"""

from __future__ import annotations

from collections.abc import Sequence


class PipelineError(Exception):
    """Work was refused or failed for a reason its message explains."""


class LockHeldError(PipelineError):
    """Another live process holds the writer lock."""


class NothingPublishedError(PipelineError):
    """There is no current generation to read, verify or roll back."""


class BadGenerationError(PipelineError):
    """A generation is unknown, incomplete or does not agree with its manifest."""


class BuildFailedError(PipelineError):
    """dbt could not build, or a test of the build failed."""


class AuditFailedError(PipelineError):
    """Blocking checks failed, so nothing was published.

    Attributes:
        failures: One line per failed check, naming it and its figures.
    """

    def __init__(self, failures: Sequence[str], served: str | None) -> None:
        self.failures = list(failures)
        kept = f"generation {served} stays readable" if served else "nothing was published before"
        lines = "\n".join(f"  - {failure}" for failure in self.failures)
        super().__init__(
            f"Publishing was refused: {len(self.failures)} blocking check(s) failed; {kept}.\n"
            f"{lines}\n"
            "Mend the data or the rule the checks name, then run `trunkline run` again."
        )
