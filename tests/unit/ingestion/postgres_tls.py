"""Certificates of the tests own, and a server that shows one: an authority and whom it vouches for.

What belongs here: making them with openssl and telling the server. What is expected does not.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from postgres_server import Server

NAME = "crm.example"  # who the server says it is; it is reached at 127.0.0.1 all the same
_PATIENCE_S = 10.0


def openssl(*arguments: str | Path) -> None:
    """Run openssl, or skip with what to install."""
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("no openssl here to make certificates with (Debian: apt-get install openssl)")
    subprocess.run([found, *map(str, arguments)], check=True, capture_output=True)


def authority(folder: Path, name: str) -> Path:
    """Return the certificate of a new authority; its key lies beside it."""
    certificate = folder / f"{name}.crt"
    openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={name}",
        "-keyout", folder / f"{name}.key", "-out", certificate,
    )  # fmt: skip
    return certificate


def vouched(folder: Path, by: Path, host: str) -> tuple[Path, Path]:
    """Return certificate and key of a host, signed by an authority."""
    key, request, certificate = (folder / f"{host}.{kind}" for kind in ("key", "csr", "crt"))
    names = folder / f"{host}.ext"
    names.write_text(f"subjectAltName=DNS:{host}\n")
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}",
            "-keyout", key, "-out", request)  # fmt: skip
    openssl("x509", "-req", "-in", request, "-CA", by, "-CAkey", by.with_suffix(".key"),
            "-CAcreateserial", "-days", "1", "-extfile", names, "-out", certificate)  # fmt: skip
    return certificate, key


@contextmanager
def speaking_tls(server: Server, certificate: Path, key: Path) -> Iterator[None]:
    """Let a running server show a certificate, and go back to plain text afterwards."""
    settings = {
        "ssl_cert_file": str(server.keep(certificate)),
        "ssl_key_file": str(server.keep(key)),
        "ssl": "on",
    }
    with server.connect() as con:
        for name, value in settings.items():
            con.execute(f"alter system set {name} = '{value}'")
        _reload(con, "on")
        try:
            yield
        finally:
            con.execute("alter system reset all")
            _reload(con, "off")


def _reload(con: psycopg.Connection[tuple[str]], wanted: str) -> None:
    con.execute("select pg_reload_conf()")
    until = time.monotonic() + _PATIENCE_S
    while con.execute("show ssl").fetchone() != (wanted,):
        assert time.monotonic() < until, "the server does not take its certificate"
        time.sleep(0.05)
