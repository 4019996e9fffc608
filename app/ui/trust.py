"""The trust strip under every title: how fresh the numbers are and what was proved about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import streamlit as st

from app.formats import day, escape, instant, plain
from app.ui.session import View, link

STALE_AFTER_DAYS = 3


@dataclass(frozen=True)
class Badge:
    """One state: colour, word, icon and what it means."""

    color: Literal["green", "orange", "red"]
    word: str
    icon: str
    meaning: str


def sentence(manifest: Mapping[str, Any]) -> str:
    """Return freshness, generation and proofs of a generation in one line."""
    zone = str(manifest.get("time_zone") or "UTC")
    tests, controls = manifest.get("dbt") or {}, manifest.get("controls") or {}
    passed, broken = int(tests.get("tests_passed") or 0), int(tests.get("tests_failed") or 0)
    published = datetime.fromisoformat(str(manifest["published_at"]).replace("Z", "+00:00"))
    return (
        f"Data to {day(_data_to(manifest))}, published {instant(published, zone)}, "
        f"generation {str(manifest['generation'])[-8:]}; "
        f"{plain(passed)}/{plain(passed + broken)} tests; "
        f"{plain(controls.get('passed', 0))}/{plain(controls.get('evaluated', 0))} control results"
    )


def _data_to(manifest: Mapping[str, Any]) -> date | None:
    text = manifest.get("data_to")
    return date.fromisoformat(str(text)) if text else None


def judge(
    manifest: Mapping[str, Any],
    late_feeds: Sequence[str],
    failed: Sequence[Mapping[str, Any]],
    today: date,
) -> list[Badge]:
    """Return the states of a generation, worst first.

    Args:
        manifest: The generation's manifest.
        late_feeds: Feeds late against their cadence.
        failed: Controls that failed: control_id, control_name, is_blocking.
        today: The reader's day, to tell the age of the data.

    Returns:
        Red for a failed test or blocking control; amber for warnings, late feeds and old data;
        one green badge when there is nothing of these.
    """
    badges = []
    names = [str(row["control_name"] or row["control_id"]) for row in failed if row["is_blocking"]]
    broken = int((manifest.get("dbt") or {}).get("tests_failed") or 0)
    if names or broken:
        meaning = ", ".join([*names, *([f"{broken} dbt tests"] if broken else [])])
        badges.append(Badge("red", "Check failed", ":material/error:", meaning))
    warned = [str(row["control_name"] or row["control_id"]) for row in failed]
    warned = [name for name in warned if name not in names]
    if warned:
        word = "1 warning" if len(warned) == 1 else f"{len(warned)} warnings"
        badges.append(Badge("orange", word, ":material/warning:", "; ".join(warned)))
    if late_feeds:
        word = f"Late: {', '.join(late_feeds)}"
        badges.append(Badge("orange", word, ":material/schedule:", "Older than the feed's cadence"))
    last = _data_to(manifest)
    age = (today - last).days if last else 0
    if age > STALE_AFTER_DAYS:
        meaning = "No later data has been published; figures end on the day named here."
        badges.append(Badge("orange", f"{age} days old", ":material/schedule:", meaning))
    proved = Badge("green", "Proved", ":material/verified:", "Every test and control passed")
    return badges or [proved]


def strip(view: View, today: date) -> None:
    """Show the strip; on every page but Data health it links there."""
    freshness = view.repository.table("freshness").to_pylist()
    late = [row["feed"] for row in freshness if row["is_late"]]
    failed = view.repository.table("failed_controls").to_pylist()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for badge in judge(view.manifest, late, failed, today):
            st.badge(
                escape(badge.word), icon=badge.icon, color=badge.color, help=escape(badge.meaning)
            )
        link(view, "health", "Data health")
        st.caption(escape(sentence(view.manifest)), width="content")
