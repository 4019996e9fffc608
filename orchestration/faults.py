"""Named kill points, so that tests can end the process exactly where a crash would hurt.

Nothing happens unless TRUNKLINE_KILL_AT names the point; no other kind of fault is made here.
"""

from __future__ import annotations

import os
import signal

ENV = "TRUNKLINE_KILL_AT"

PUBLISH_POINTS = (
    "publish.before_audit",
    "publish.after_audit",
    "publish.during_copy",
    "publish.after_copy",
    "publish.after_checkpoint",
    "publish.after_compare",
    "publish.after_hash",
    "publish.after_rename",
    "publish.after_manifest",
    "publish.before_replace",
    "publish.after_replace",
    "publish.during_deletion",
    "publish.after_deletion",
)
RUN_POINTS = (
    "run.after_usage",
    "run.after_rating",
    "run.after_aggregates",
    "run.after_scores",
    "run.before_state",
    "run.after_state",
)


def point(name: str) -> None:
    """End this process as `kill -9` does when TRUNKLINE_KILL_AT is `name`; else do nothing."""
    if os.environ.get(ENV) == name:
        os.kill(os.getpid(), signal.SIGKILL)
