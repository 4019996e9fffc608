"""The vault: every identifier behind a token stays in it, in few files, for the owner alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from ingestion import pseudonyms
from ingestion.home import Home
from ingestion.vault import Vault

KEY = b"k" * 32
Row = tuple[str, str, str]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def rows_of(numbers: Iterable[int]) -> list[Row]:
    """Return token, kind and value of identifiers that hold the sign that divides them too."""
    values = [f"{number}|x" for number in numbers]
    return [(pseudonyms.token(KEY, "address", value), "address", value) for value in values]


def table(rows: list[Row]) -> pa.Table:
    texts = [f"{kind}|{value}" for _, kind, value in rows]
    return pa.table({"token": [token for token, _, _ in rows], "identifier": texts})


def held(home: Home) -> list[Row]:
    with duckdb.connect() as con:
        parts = con.read_parquet(f"{home.vault}/*.parquet")
        return sorted(parts.project("token, kind, value").fetchall())


def test_a_landing_adds_an_identifier_once(home: Home) -> None:
    vault = Vault(home)
    for first, end in ((0, 250), (100, 301), (0, 301)):
        vault.remember(table(rows_of(range(first, end))))
    assert held(home) == sorted(rows_of(range(301)))
    assert len(list(home.vault.iterdir())) == 2


def test_landings_without_end_leave_few_files_that_hold_all(home: Home) -> None:
    for landing in range(60):
        Vault(home).remember(table(rows_of(range(landing * 5, landing * 5 + 20))))
        assert len(list(home.vault.iterdir())) <= 8
    assert set(held(home)) == set(rows_of(range(315)))
    assert len(held(home)) < 2 * 315  # each landing tells 15 that an earlier one has told
    assert {path.stat().st_mode & 0o777 for path in home.vault.iterdir()} == {0o600}


def test_a_merged_file_is_in_the_order_of_its_tokens(home: Home) -> None:
    for landing in range(9):
        Vault(home).remember(table(rows_of([landing, 100])))
    (merged,) = home.vault.iterdir()
    tokens = [token for (token,) in duckdb.read_parquet(str(merged)).project("token").fetchall()]
    assert tokens == sorted(token for token, _, _ in rows_of([*range(9), 100]))


def test_a_kill_while_files_are_merged_loses_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: Path, *, missing_ok: bool = False) -> None:
        if self.suffix == ".parquet":
            raise KeyboardInterrupt

    for landing in range(8):
        Vault(home).remember(table(rows_of([landing])))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            Vault(home).remember(table(rows_of([8])))
    assert set(held(home)) == set(rows_of(range(9)))
    Vault(home).remember(table(rows_of([9])))
    assert held(home) == sorted(rows_of(range(10)))


def test_what_a_kill_left_unfinished_is_no_part(home: Home) -> None:
    Vault(home).remember(table(rows_of([1])))
    (home.vault / "unfinished").write_bytes(b"cut")
    Vault(home).remember(table(rows_of([2])))
    assert held(home) == sorted(rows_of([1, 2]))


def test_a_former_vault_in_sqlite_is_taken_over(home: Home) -> None:
    former = home.root / "vault.sqlite"
    with closing(sqlite3.connect(former)) as con, con:
        con.execute("create table identifiers (token, kind, value, key_id)")
        rows = [(*row, "k1") for row in rows_of(range(5))]
        con.executemany("insert into identifiers values (?, ?, ?, ?)", rows)
    Vault(home).remember(table(rows_of([7])))
    assert held(home) == sorted(rows_of([0, 1, 2, 3, 4, 7]))
    assert not former.exists()
