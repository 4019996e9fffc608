"""What one script run hands to its page: identity, open generation, repository, filters, pages."""

from __future__ import annotations

import calendar
import logging
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from app.access import AccessDeniedError, Identity, may_open, require
from app.exports.audit import DownloadLog, seen, stamp
from app.formats import escape, month
from app.repository import CACHE, Repository
from app.scope import Filters
from app.ui import states
from app.warehouse import Generation, home_from_env, warehouse_at

LOG = logging.getLogger(__name__)
_KEY = "_view"
_SEEN_KEY = "_pages_seen"
# Names the marts use for pages.
ALIASES = {"data_health": "health"}
_ISO_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
LINKED = frozenset({"period", "cmp", "segment", "region", "q", "partner", "status", "statement"})


@dataclass(frozen=True)
class PageInfo:
    """A page: file, title, the question it answers, its icon and the filters it obeys."""

    key: str
    title: str
    question: str
    icon: str
    filters: tuple[str, ...]


PAGES: tuple[PageInfo, ...] = (
    PageInfo(
        "executive",
        "Executive",
        "Are we on plan, and what needs me today?",
        ":material/monitoring:",
        ("period", "cmp", "segment", "region"),
    ),
    PageInfo(
        "customers",
        "Customers & churn",
        "Who joins, who is likely to leave, why, and what are they worth?",
        ":material/groups:",
        ("period", "segment", "region"),
    ),
    PageInfo(
        "settlement",
        "Settlement downloads",
        "Give me the statement, its proof and its status",
        ":material/handshake:",
        (),
    ),
    PageInfo(
        "roaming",
        "Roaming checks",
        "Do networks abroad charge more than the caps allow, and at a right exchange rate?",
        ":material/travel_explore:",
        ("period",),
    ),
    PageInfo(
        "drive_tests",
        "Drive tests",
        "Where did our own phones hear the network badly?",
        ":material/cell_tower:",
        (),
    ),
    PageInfo(
        "quarantine",
        "Quarantine",
        "What did not land, for how long, what is it worth, and what is done about it?",
        ":material/inbox:",
        (),
    ),
    PageInfo(
        "health",
        "Data health",
        "Can I trust today's numbers?",
        ":material/verified:",
        (),
    ),
    PageInfo(
        "metrics",
        "Metric catalogue",
        "What does this number mean and who owns it?",
        ":material/menu_book:",
        ("period",),
    ),
)


@dataclass(frozen=True)
class View:
    """Everything a page may use."""

    identity: Identity
    generation: Generation
    repository: Repository
    filters: Filters
    pages: Mapping[str, Any]
    page: str

    @property
    def open_pages(self) -> frozenset[str]:
        """Return the pages this reader may open."""
        return frozenset(key for key in self.pages if may_open(self.identity.role, key))

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Return the manifest of the generation shown."""
        return self.generation.publication.manifest

    @property
    def partial_to(self) -> date | None:
        """Return the last day of data when the chosen month is not complete, else None."""
        text = self.manifest.get("data_to")
        if not text:
            return None
        first, last = self.filters.month, date.fromisoformat(str(text))
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return last if first <= last < end else None

    @property
    def zone(self) -> str:
        """Return the operator's time zone, in which months and days are cut."""
        return str(self.manifest.get("time_zone") or "Europe/Madrid")


def open_generation(identity: Identity) -> tuple[Generation, Repository]:
    """Return the generation CURRENT names and a repository for this reader's scope."""
    generation = warehouse_at(home_from_env()).current()
    return generation, Repository(
        generation,
        generation=generation.publication.generation,
        scope=identity.scope,
        tables=CACHE,
        fingerprint=str(generation.publication.manifest.get("file_sha256")),
    )


def share(view: View) -> None:
    """Keep the view for the page of this run."""
    st.session_state[_KEY] = view


def shared() -> View:
    """Return the view of this run."""
    return st.session_state[_KEY]


def open_page(page: str) -> View:
    """Return the view after checking that the reader may open the page; stop the run otherwise."""
    view = shared()
    try:
        require(view.identity, page)
    except AccessDeniedError as denied:
        _log_view(view, page, refused=True)
        title = next((info.title for info in PAGES if info.key == page), page)
        states.no_access(title, denied.role, denied.granted_by)
        st.stop()
    _log_view(view, page, refused=False)
    return view


def _log_view(view: View, page: str, *, refused: bool) -> None:
    """Log a page view, once per session, page, role and generation.

    Seeing is not taking: a log that cannot be written is reported and does not stop the page, while
    a download stops (`exports_ui.delivered`).
    """
    generation = view.generation.publication.generation
    mark = (page, view.identity.role, generation, refused)
    known = st.session_state.setdefault(_SEEN_KEY, set())
    if mark in known:
        return
    known.add(mark)
    identity = view.identity
    entry = seen(
        logged_at=stamp(datetime.now(UTC)),
        user_id=identity.user_id,
        role=identity.role,
        scope=identity.scope.describe(),
        page=page,
        generation=generation,
        refused=refused,
    )
    try:
        DownloadLog(home_from_env() / "exports").append(entry)
    except (OSError, sqlite3.Error):
        LOG.exception("The view of page %s could not be logged", page)


def link(view: View, page: str, label: str, query: Mapping[str, str] | None = None) -> None:
    """Show a link to a page the reader may open; plain words otherwise."""
    page = ALIASES.get(page, page)
    if page in view.open_pages and page != view.page:
        st.page_link(
            view.pages[page],
            label=escape(label),
            icon=":material/arrow_forward:",
            query_params=dict(query or {}),
        )


def place_of(page: str | None, filter_query: str | None) -> tuple[str, str, dict[str, str]]:
    """Return page, label and filters of what an exception is about.

    A control is proved on Data health, whatever page its figures are on. A page that does not exist
    yet is returned as it is named: `link` then shows nothing.
    """
    if "control_id" in dict(parse_qsl((filter_query or "").removeprefix("?"))):
        return "health", "See the check", {}
    named = ALIASES.get(str(page), str(page))
    title = next((info.title for info in PAGES if info.key == named), named)
    return named, title, query_of(filter_query)


def query_of(text: str | None) -> dict[str, str]:
    """Return the filters an exception names (`region=North&period=2026-10`), known keys only."""
    pairs = dict(parse_qsl((text or "").removeprefix("?")))
    if _ISO_MONTH.fullmatch(pairs.get("period", "")):
        pairs["period"] = month(date.fromisoformat(f"{pairs['period']}-01"))
    for name, bound in (("kpi_id", "q"), ("statement_id", "statement")):
        if name in pairs:
            pairs[bound] = pairs[name]
    return {key: value for key, value in pairs.items() if key in LINKED}
