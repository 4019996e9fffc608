"""Who the reader is, which pages the role opens, which rows the claims allow. Deny by default.

No widget decides anything here; the demo identity exists only where no login is configured.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.scope import Scope

ROLES = (
    "executive",
    "analyst",
    "finance",
    "retention",
    "network",
    "operations",
    "assurance",
    "admin",
    "auditor",
)
EVERYONE = frozenset(ROLES)
PAGE_ROLES: Mapping[str, frozenset[str]] = {
    "executive": EVERYONE,
    "customers": frozenset({"executive", "retention", "analyst"}),
    "settlement": frozenset({"finance", "auditor"}),
    "roaming": frozenset({"finance", "auditor"}),
    "drive_tests": frozenset({"network", "operations", "analyst"}),
    "quarantine": frozenset({"assurance", "operations", "finance", "auditor"}),
    "health": EVERYONE,
    "metrics": EVERYONE,
}
# Contact lists name single subscriptions (as tokens): only the role that calls them takes one away.
LIST_ROLES = frozenset({"retention"})
DEMO_ROLE_KEY = "demo_role"


class AccessDeniedError(Exception):
    """The identity may not open the page; carries who could."""

    def __init__(self, role: str, page: str) -> None:
        self.role = role
        self.page = page
        self.granted_by = tuple(sorted(PAGE_ROLES.get(page, frozenset())))
        super().__init__(f"Role {role!r} may not open page {page!r}.")


class RefusedToStartError(Exception):
    """The demo identity was asked for where it must not exist."""


@dataclass(frozen=True)
class Identity:
    """A reader: stable user id, one role, row scope, and whether this is the demo identity."""

    user_id: str
    role: str
    scope: Scope
    is_demo: bool = False


def may_open(role: str, page: str) -> bool:
    """Return True when the role is listed for the page; an unknown page opens for nobody."""
    return role in PAGE_ROLES.get(page, frozenset())


def require(identity: Identity, page: str) -> None:
    """Raise AccessDeniedError unless the identity's role is listed for the page."""
    if not may_open(identity.role, page):
        raise AccessDeniedError(identity.role, page)


def identity_from_claims(claims: Mapping[str, Any]) -> Identity:
    """Build an identity from verified OIDC claims.

    Args:
        claims: `email`, `email_verified`, `trunkline_role`, and optional lists
            `trunkline_regions`, `trunkline_segments`, `trunkline_partners`.

    Raises:
        PermissionError: The address is not verified or the role is missing or unknown.
    """
    if not claims.get("email") or claims.get("email_verified") is not True:
        raise PermissionError("The identity provider has not verified this e-mail address.")
    role = claims.get("trunkline_role")
    if role not in EVERYONE:
        raise PermissionError(
            f"Claim trunkline_role is {role!r}, expected one of {', '.join(ROLES)}."
        )
    return Identity(
        user_id=str(claims["email"]),
        role=str(role),
        scope=Scope(
            regions=_values(claims, "trunkline_regions"),
            segments=_values(claims, "trunkline_segments"),
            partners=_values(claims, "trunkline_partners"),
        ),
    )


def _values(claims: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """Return the claim as a sorted tuple; an absent claim is unrestricted, an empty one not."""
    if name not in claims or claims[name] is None:
        return None
    raw = claims[name]
    values = [raw] if isinstance(raw, str) else list(raw)
    return tuple(sorted(str(value) for value in values))


def demo_identity(role: str | None, environ: Mapping[str, str]) -> Identity:
    """Return the demo identity; anything but a known role falls back to `executive`.

    Raises:
        RefusedToStartError: The environment says this is production.
    """
    if environ.get("ENV", "").lower() in {"prod", "production"}:
        raise RefusedToStartError(
            "ENV is 'prod' and no login is configured. The demo identity is refused in production; "
            "add an [auth] section to secrets.toml (see app/secrets.example.toml)."
        )
    wanted = role or environ.get("TRUNKLINE_DEMO_ROLE", "")
    chosen = wanted if wanted in EVERYONE else "executive"
    return Identity(user_id="demo", role=chosen, scope=Scope(), is_demo=True)


def login_is_configured() -> bool:
    """Return True when secrets hold an [auth] section."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def current_user() -> Identity | None:
    """Return who is reading, or None when a login is configured and nobody is logged in.

    Raises:
        PermissionError: Claims are unusable.
        RefusedToStartError: No login is configured in production.
    """
    if login_is_configured():
        if not st.user.is_logged_in:
            return None
        return identity_from_claims(st.user.to_dict())
    return demo_identity(st.session_state.get(DEMO_ROLE_KEY), os.environ)
