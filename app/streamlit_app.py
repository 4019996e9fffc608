"""The script of every run: page config, identity, navigation by role, filter bar, trust strip."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from app import access
from app.ui import filters, session, states, trust
from app.warehouse import BrokenPublicationError, NoPublicationError, OlderPublicationError

HERE = Path(__file__).parent


def _identify() -> access.Identity:
    """Return who reads, or stop with the login button or the reason for refusal."""
    try:
        identity = access.current_user()
    except (PermissionError, access.RefusedToStartError) as error:
        states.refused(str(error))
        st.stop()
    if identity is None:
        st.title("Trunkline")
        st.write("Log in to see the published numbers.")
        st.button("Log in", type="primary", on_click=st.login)
        st.stop()
    return identity


def _sidebar(identity: access.Identity) -> None:
    """Show who reads; only the demo identity can change its role."""
    with st.sidebar:
        if identity.is_demo:
            st.selectbox(
                "Demo role",
                access.ROLES,
                key=access.DEMO_ROLE_KEY,
                index=access.ROLES.index(identity.role),
                persist_state="session",
                help="There is no login: anyone who reaches this address reads everything.",
            )
            st.warning("Demo identity, no login. Do not expose this address.", icon="⚠️")
        else:
            st.caption(f"{identity.user_id}, role {identity.role}")
            st.button("Log out", on_click=st.logout)


def _pages(role: str) -> dict[str, st.Page]:
    """Return every page by key; a page the role may not open is hidden and explains itself."""
    opened = {info.key for info in session.PAGES if access.may_open(role, info.key)}
    return {
        info.key: st.Page(
            HERE / "app_pages" / (f"{info.key}.py" if info.key in opened else "no_access.py"),
            title=info.title,
            icon=info.icon,
            url_path=info.key,
            default=info.key == "executive",
            visibility="visible" if info.key in opened else "hidden",
        )
        for info in session.PAGES
    }


def main() -> None:
    """Run one page for one reader."""
    st.set_page_config(
        page_title="Trunkline", page_icon=str(HERE / "static" / "favicon.png"), layout="wide"
    )
    identity = _identify()
    _sidebar(identity)
    pages = _pages(identity.role)
    chosen = st.navigation(list(pages.values()))
    info = next(info for info in session.PAGES if info.title == chosen.title)
    try:
        generation, repository = session.open_generation(identity)
    except NoPublicationError as missing:
        states.no_publication(str(missing))
        st.stop()
    except BrokenPublicationError as error:
        states.broken(str(error))
        st.stop()
    st.title(info.title, anchor=False)
    strip, bar = st.container(), st.container()
    with bar:
        selected = filters.bar(repository, info)
    if selected is None:
        states.empty("This publication holds no month with KPIs.", "Land usage, then run again.")
        st.stop()
    view = session.View(identity, generation, repository, selected, pages, info.key)
    with strip:
        today = datetime.now(UTC).astimezone(ZoneInfo(view.zone)).date()
        trust.strip(view, today)
    if view.partial_to is not None and "period" in info.filters:
        states.partial(view.partial_to)
    session.share(view)
    try:
        chosen.run()
    except OlderPublicationError as error:
        states.older(str(error))


main()
