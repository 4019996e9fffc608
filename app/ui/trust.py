"""The trust strip under every title: how fresh the numbers are and what was proved about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import streamlit as st

from app.formats import day, escape, instant
from app.ui.session import View, link

STALE_AFTER_DAYS = 3


@dataclass(frozen=True)
class Trust:
    """State of a generation in one colour, one word and one sentence."""

    color: Literal["green", "orange", "red"]
    word: str
    icon: str
    sentence: str


def judge(
    manifest: Mapping[str, Any], late_feeds: list[str], failed: list[str], today: date
) -> Trust:
    """Return the state: red for a failed check, amber for late or old data, green otherwise.

    Args:
        manifest: The generation's manifest.
        late_feeds: Feeds late against their cadence.
        failed: Names of controls that failed in this generation.
        today: The reader's day, to tell the age of the data.
    """
    zone = str(manifest.get("time_zone") or "UTC")
    tests = manifest.get("dbt") or {}
    controls = manifest.get("controls") or {}
    passed = int(tests.get("tests_passed") or 0)
    broken = int(tests.get("tests_failed") or 0)
    data_to = date.fromisoformat(str(manifest["data_to"]))
    published = datetime.fromisoformat(str(manifest["published_at"]).replace("Z", "+00:00"))
    sentence = (
        f"Data to {day(data_to)}, published {instant(published, zone)}, "
        f"generation {str(manifest['generation'])[-8:]}; "
        f"{passed}/{passed + broken} tests; "
        f"{controls.get('passed', 0)}/{controls.get('evaluated', 0)} controls"
    )
    age = (today - data_to).days
    if failed or broken:
        names = ", ".join(failed[:2]) or f"{broken} tests"
        return Trust("red", "Check failed", ":material/error:", f"{sentence}; failed: {names}")
    if late_feeds:
        return Trust(
            "orange", "Late", ":material/schedule:", f"{sentence}; late: {', '.join(late_feeds)}"
        )
    if age > STALE_AFTER_DAYS:
        return Trust(
            "orange", f"{age} days old", ":material/schedule:", f"{sentence}; no later data"
        )
    return Trust("green", "Proved", ":material/verified:", sentence)


def strip(view: View, page: str, today: date) -> None:
    """Show the strip; on every page but Data health it links there."""
    freshness = view.repository.table("freshness").to_pylist()
    failed = view.repository.table("failed_controls").to_pylist()
    trust = judge(
        view.manifest,
        [row["feed"] for row in freshness if row["is_late"]],
        [row["control_name"] or row["control_id"] for row in failed],
        today,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(trust.word, icon=trust.icon, color=trust.color)
        st.caption(escape(trust.sentence), width="content")
        if page != "health":
            link(view, "health", "Data health")
