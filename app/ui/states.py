"""What a page shows when it cannot show numbers: plain words, and what to do next."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from app.formats import day, escape

LOG = logging.getLogger(__name__)


def no_publication(where: str) -> None:
    """Say that nothing is published yet and how to publish."""
    st.title("No publication yet")
    st.info(
        "Trunkline shows published numbers only, and this data folder holds none. "
        "Make the demonstration operator's, in a terminal in the repository:"
    )
    st.code("make demo", language="bash")
    st.caption(
        f"Looked in {escape(where)}. For your own data, run `trunkline run` after landing files. "
        "When the data folder is elsewhere, set TRUNKLINE_HOME. Then reload this page."
    )


def broken(message: str) -> None:
    """Say that the publication fails its own checks, so that no number is shown."""
    st.title("This publication is not shown")
    st.error(escape(message), icon=":material/gpp_bad:")
    if st.button("Try again", icon=":material/refresh:"):
        st.rerun()


def older(message: str) -> None:
    """Say that another version made the publication, so that a page lacks what it reads."""
    LOG.warning("the publication is another version's: %s", message)
    st.warning(
        "This publication was made by another version of Trunkline and lacks what this page "
        "reads. The next `trunkline run` builds and publishes it.",
        icon=":material/update:",
    )


def refused(message: str) -> None:
    """Say that the application does not start for this reader."""
    st.title("Not available")
    st.error(escape(message), icon=":material/lock:")


def no_access(title: str, role: str, granted_by: tuple[str, ...]) -> None:
    """Say which role opens the page and who can give it."""
    st.info(
        f"**{escape(title)}** is not open to the role **{escape(role)}**. "
        f"It opens with: {', '.join(granted_by) or 'no role'}. An administrator assigns roles in "
        "the identity provider (claim `trunkline_role`).",
        icon=":material/lock:",
    )


def empty(what: str, hint: str) -> None:
    """Say what is empty and what would show something."""
    st.info(f"{what} {hint}", icon=":material/filter_alt_off:")


def withheld(failed: Sequence[Mapping[str, Any]]) -> bool:
    """Say that no figure is shown while a blocking check fails; return whether one does."""
    names = [str(row["control_name"] or row["control_id"]) for row in failed if row["is_blocking"]]
    if names:
        st.error(
            f"Withheld: {escape('; '.join(names))} failed. Figures return with the next sound "
            "generation; Data health names both sides of the check.",
            icon=":material/gpp_bad:",
        )
    return bool(names)


def partial(last_day: date) -> None:
    """Say that the chosen month is not over, so that nobody compares it with whole months."""
    st.warning(
        f"MTD to {day(last_day)}: this month is not complete, the months it is compared with are.",
        icon=":material/hourglass_top:",
    )


def truncated(shown: int, matching: int) -> None:
    """Say that a table on screen is cut; nothing when it is whole."""
    if matching > shown:
        st.caption(f"Showing {shown:,} of {matching:,}. Download for all.")


def incident(error: Exception) -> bool:
    """Log an error under a new incident id and show the id instead of a traceback.

    Returns:
        True, so that Streamlit shows nothing more.
    """
    number = uuid.uuid4().hex[:8]
    LOG.error("Incident %s", number, exc_info=error)
    st.error(
        "Something went wrong while building this page. Nothing was changed. Reload to retry; if "
        f"it happens again, give the incident id **{number}** to your administrator.",
        icon=":material/error:",
    )
    return True
