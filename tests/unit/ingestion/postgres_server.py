"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

PASSWORD = "correct horse"


def binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None where no server is installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    return found[-1].parent if found else None


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdecimal() else 0


class Server:
    """A running server; `dsn` reaches it over its socket as the owner of the cluster."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin = bin_folder
        self._user = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="trunkline-pg-"))
        self.port = _free_port()
        self.password_file = self.folder / "password"
        self.password_file.write_text(PASSWORD)
        if self._user:
            shutil.chown(self.folder, self._user)
            shutil.chown(self.password_file, self._user)
        data = self.folder / "data"
        self._run("initdb", "--pgdata", data, "--username", "owner", "--no-sync", "--encoding",
                  "UTF8", "--no-locale", "--auth-local", "trust", "--auth-host", "scram-sha-256",
                  "--pwfile", self.password_file)  # fmt: skip
        self.start()

    @property
    def dsn(self) -> str:
        return f"host={self.folder} port={self.port} dbname=postgres user=owner"

    @property
    def tcp(self) -> str:
        """The connection string over the network, where a password is asked for."""
        return f"host=127.0.0.1 port={self.port} dbname=postgres user=owner"

    def start(self) -> None:
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off "
            "-c synchronous_commit=off -c shared_buffers=16MB -c max_connections=20"
        )
        self._run("pg_ctl", "--pgdata", self.folder / "data", "--log", self.folder / "log",
                  "--options", options, "--wait", "start")  # fmt: skip

    def stop(self) -> None:
        self._run("pg_ctl", "--pgdata", self.folder / "data", "--mode", "immediate", "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep(self, path: Path) -> Path:
        """Return a copy of a file that only the server's user may read."""
        kept = self.folder / path.name
        shutil.copyfile(path, kept)
        kept.chmod(0o600)
        if self._user:
            shutil.chown(kept, self._user)
        return kept

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.dsn, autocommit=True)

    def _run(self, name: str, *arguments: object) -> None:
        done = subprocess.run(
            [str(self._bin / name), *map(str, arguments)],
            user=self._user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)},
        )
        assert done.returncode == 0, f"{name} failed; see {self.folder / 'log'}"


def _unprivileged() -> str | None:
    """Return the user that runs the server, which refuses root; None is the present one."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_or_skip() -> Server:
    """Return a running server, or skip with what to install."""
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL server here: install one (Debian: apt-get install postgresql)")
    return Server(found)
