"""Roles, claims and the demo identity: deny by default."""

from __future__ import annotations

import pytest

from app import access
from app.scope import BASES, Filters, Scope


@pytest.mark.parametrize("role", access.ROLES)
@pytest.mark.parametrize("page", access.PAGE_ROLES)
def test_a_page_opens_exactly_for_its_roles(role: str, page: str) -> None:
    identity = access.Identity("u", role, Scope())
    if role in access.PAGE_ROLES[page]:
        access.require(identity, page)
    else:
        with pytest.raises(access.AccessDeniedError) as denied:
            access.require(identity, page)
        assert set(denied.value.granted_by) == access.PAGE_ROLES[page]


def test_an_unknown_page_or_role_opens_nothing() -> None:
    assert not access.may_open("executive", "no_such_page")
    assert not access.may_open("root", "executive")


def test_claims_give_role_and_scope() -> None:
    claims = {
        "email": "a@example.org",
        "email_verified": True,
        "trunkline_role": "finance",
        "trunkline_partners": ["BORA"],
    }
    identity = access.identity_from_claims(claims)
    assert identity.role == "finance"
    assert identity.scope == Scope(partners=("BORA",))


def test_an_empty_scope_list_sees_nothing_rather_than_everything() -> None:
    claims = {
        "email": "a@example.org",
        "email_verified": True,
        "trunkline_role": "finance",
        "trunkline_regions": [],
    }
    scope = access.identity_from_claims(claims).scope
    assert scope.regions == ()
    assert scope.is_restricted


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "a@example.org", "trunkline_role": "finance"},
        {"email": "a@example.org", "email_verified": "true", "trunkline_role": "finance"},
        {"email": "a@example.org", "email_verified": True, "trunkline_role": "root"},
        {"email_verified": True, "trunkline_role": "finance"},
    ],
)
def test_unverified_or_unknown_claims_are_refused(claims: dict[str, object]) -> None:
    with pytest.raises(PermissionError):
        access.identity_from_claims(claims)


def test_the_demo_identity_refuses_production() -> None:
    with pytest.raises(access.RefusedToStartError, match="ENV is 'prod'"):
        access.demo_identity("finance", {"ENV": "prod"})


def test_the_demo_identity_takes_known_roles_only() -> None:
    assert access.demo_identity("finance", {}).role == "finance"
    assert access.demo_identity("root", {}).role == "executive"
    assert access.demo_identity(None, {"TRUNKLINE_DEMO_ROLE": "auditor"}).role == "auditor"
    assert access.demo_identity(None, {}).is_demo


def test_filters_refuse_an_unknown_basis() -> None:
    from datetime import date

    with pytest.raises(ValueError, match="basis"):
        Filters(date(2026, 10, 1), basis="'; drop table x")
    assert Filters(date(2026, 10, 1)).basis == BASES[0]
