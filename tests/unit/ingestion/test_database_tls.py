"""TLS to the database: the server must be vouched for, and be who the connection string names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crm import Crm, problem
from postgres_server import PASSWORD, Server
from postgres_tls import NAME, authority, speaking_tls, vouched


@pytest.fixture(scope="module")
def trusted(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The certificate of an authority; the server shows one that it signed."""
    folder = tmp_path_factory.mktemp("certificates")
    root = authority(folder, "root")
    with speaking_tls(postgres, *vouched(folder, root, NAME)):
        yield root


def address(crm: Crm, host: str, root: Path) -> str:
    """Return a connection string without sslmode: what is asked for then is the rule."""
    return (
        f"host={host} hostaddr=127.0.0.1 port={crm.server.port} dbname=postgres user=owner "
        f"password='{PASSWORD}' sslrootcert={root}"
    )


@pytest.fixture
def asked(crm: Crm) -> Crm:
    """A database with one order, and a profile that reads it."""
    crm.profile()
    crm.order(1)
    return crm


def test_a_server_that_is_vouched_for_is_read(
    trusted: Path, asked: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUNKLINE_CRM", address(asked, NAME, trusted))
    report = asked.land()
    assert (report.records, report.problems) == (1, [])


def test_another_authority_is_not_believed(
    trusted: Path, asked: Crm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRUNKLINE_CRM", address(asked, NAME, authority(tmp_path, "stranger")))
    assert "certificate verify failed" in problem(asked)


def test_another_name_is_not_believed(
    trusted: Path, asked: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUNKLINE_CRM", address(asked, "billing.example", trusted))
    said = problem(asked)
    assert f'"{NAME}" does not match host name "billing.example"' in said
    assert PASSWORD not in said


def test_no_authority_at_all_is_refused_with_what_to_name(
    trusted: Path, asked: Crm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRUNKLINE_CRM", address(asked, NAME, tmp_path / "none.crt"))
    said = problem(asked)
    assert "none.crt" in said
    assert "does not exist" in said


@pytest.mark.parametrize("host", ["", "host=/tmp,127.0.0.1 port={port},{port} "])
def test_a_network_address_without_a_host_is_no_way_around_tls(
    asked: Crm, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    port = asked.server.port
    where = host.format(port=port) or f"hostaddr=127.0.0.1 port={port} "
    monkeypatch.setenv("TRUNKLINE_CRM", f"{where}dbname=postgres user=owner password='{PASSWORD}'")
    assert "SSL" in problem(asked) or "certificate" in problem(asked)


def test_less_than_the_rule_must_be_said(
    trusted: Path, asked: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "TRUNKLINE_CRM", address(asked, "billing.example", trusted) + " sslmode=verify-ca"
    )
    assert asked.land().records == 1
