"""Readers beside a publisher: leases, retention, rollback, verification and its bit flips."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration import retention
from orchestration.errors import BadGenerationError, LockHeldError, NothingPublishedError
from orchestration.generations import DATABASE, MANIFEST, Publications
from orchestration.leases import lease, open_leases
from orchestration.locks import LOCK_NAME, writer_lock
from orchestration.verification import rollback_target, verify
from tests.orchestration.publishing import build_number_of, publish_number

READERS, PUBLICATIONS = 3, 12  # the full figures of T17 are 8 and 500

READ_UNTIL = """
import sys, time
from pathlib import Path
from orchestration.generations import DATABASE, Publications
from orchestration.leases import lease
from tests.orchestration.publishing import build_number_of
store, stop, seen, last = Publications(Path(sys.argv[1])), Path(sys.argv[2]), 0, 0
while not stop.exists():
    try:
        with lease(store.folder(store.current().generation)) as held:
            number = build_number_of(held.parent.parent / DATABASE)
    except FileNotFoundError:
        continue
    assert number >= last, (number, last)
    seen, last = seen + 1, number
print(seen)
"""


def test_readers_never_fail_or_mix_while_generations_are_published(
    tmp_path: Path, repo_root: Path
) -> None:
    publish_number(tmp_path, 1)
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READ_UNTIL, str(tmp_path / "published"), str(stop)]
    readers = [
        subprocess.Popen(
            command, cwd=repo_root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(READERS)
    ]
    time.sleep(1)
    for number in range(2, PUBLICATIONS + 2):
        publish_number(tmp_path, number)
    stop.touch()
    outcomes = [(*reader.communicate(timeout=30), reader.returncode) for reader in readers]
    assert [code for _, _, code in outcomes] == [0] * READERS, outcomes
    reads = sum(int(out) for out, _, _ in outcomes)
    assert reads >= READERS
    sys.stdout.write(f"{reads} reads by {READERS} readers (8) in {PUBLICATIONS} publications (500)")


def test_retention_keeps_the_last_five(tmp_path: Path) -> None:
    names = [publish_number(tmp_path, number).generation for number in range(1, 8)]
    assert Publications(tmp_path / "published").names() == names[-5:]


def test_an_open_generation_is_kept_until_its_reader_lets_go(tmp_path: Path) -> None:
    store = Publications(tmp_path / "published")
    first = publish_number(tmp_path, 1).generation
    with lease(store.folder(first)):
        outcomes = [publish_number(tmp_path, number) for number in range(2, 8)]
        assert first in store.names()
        assert outcomes[-1].kept_for_readers == [first]
        assert build_number_of(store.folder(first) / DATABASE) == 1
    assert retention.apply(store)[0] == [first]
    assert first not in store.names()


def test_a_lease_of_a_dead_reader_does_not_hold(tmp_path: Path, repo_root: Path) -> None:
    generation = tmp_path / "g"
    generation.mkdir()
    code = (
        "import os, sys; from pathlib import Path; from orchestration.leases import lease\n"
        "with lease(Path(sys.argv[1])): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(generation)], cwd=repo_root, check=False)
    assert len(list((generation / "leases").iterdir())) == 1
    assert open_leases(generation) == []
    assert list((generation / "leases").iterdir()) == []


def test_the_current_generation_survives_a_rollback_beyond_retention(tmp_path: Path) -> None:
    store = Publications(tmp_path / "published")
    names = [publish_number(tmp_path, number).generation for number in range(1, 6)]
    store.switch(names[0], "rollback", "figures under question", datetime.now(UTC))
    assert store.current().generation == names[0]
    assert [row["action"] for row in store.history()] == ["publish"] * 5 + ["rollback"]
    assert store.history()[-1]["reason"] == "figures under question"
    retention.apply(store, keep=2)
    assert store.names() == [names[0], *names[-2:]]


def test_a_publication_after_a_rollback_moves_forward(tmp_path: Path) -> None:
    store = Publications(tmp_path / "published")
    names = [publish_number(tmp_path, number).generation for number in range(1, 4)]
    store.switch(names[0], "rollback", "test", datetime.now(UTC))
    newest = publish_number(tmp_path, 4).generation
    assert newest > names[-1]
    assert store.manifest(newest)["previous_generation"] == names[0]


def test_rolling_back_to_an_unknown_or_damaged_generation_is_refused(tmp_path: Path) -> None:
    store = Publications(tmp_path / "published")
    name = publish_number(tmp_path, 1).generation
    with pytest.raises(BadGenerationError, match="no generation 'nope'"):
        rollback_target(store, "nope")
    flip_bit(store.folder(name) / DATABASE, 9_999)
    with pytest.raises(BadGenerationError, match="damaged"):
        rollback_target(store, name)


def flip_bit(path: Path, position: int) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[position % len(content)] ^= 1 << (position % 8)
    path.write_bytes(content)


def failed(store: Publications) -> list[str]:
    return [check.name for check in verify(store)[1] if check.state == "failed"]


def test_verify_proves_a_good_generation_down_to_its_identities(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    _, checks = verify(Publications(tmp_path / "published"))
    states = {check.name: check.state for check in checks}
    assert "failed" not in states.values()
    assert states["identity: bill net = sum of its lines"] == "passed"
    assert states["identity: bill total = paid + open"] == "skipped"


def test_verify_detects_every_flipped_bit_and_truncation(tmp_path: Path) -> None:
    store = Publications(tmp_path / "published")
    folder = store.folder(publish_number(tmp_path, 1).generation)
    file = folder / DATABASE
    good = file.read_bytes()
    numbers = random.Random(7)
    for _ in range(50):  # the full figure of T5 is 1,000
        flip_bit(file, numbers.randrange(len(good)))
        assert failed(store) == ["manifest -> file"]
        file.write_bytes(good)
    file.write_bytes(good[:-1])
    assert failed(store) == ["manifest -> file"]
    file.write_bytes(good)
    assert failed(store) == []
    (folder / MANIFEST).chmod(0o644)
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace("Europe/Madrid", "Europe/Lisbon"))
    assert failed(store) == ["CURRENT -> manifest"]


def test_verify_detects_a_rewritten_figure_even_when_hashes_were_fixed_up(tmp_path: Path) -> None:
    store = Publications(tmp_path / "published")
    file = store.folder(publish_number(tmp_path, 1).generation) / DATABASE
    file.chmod(0o644)
    with duckdb.connect(str(file)) as connection:
        connection.execute("update fct_bills set net_amount = net_amount + 1 where bill_id = 'b0'")
    assert failed(store) == ["manifest -> file"]


def test_nothing_published_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError, match="trunkline run"):
        verify(Publications(tmp_path / "published"))


def test_a_damaged_current_says_how_to_mend_it(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    (tmp_path / "published" / "CURRENT").write_text("{")
    with pytest.raises(BadGenerationError, match="rollback"):
        Publications(tmp_path / "published").current()


HOLD = """
import sys, time
from pathlib import Path
from orchestration.locks import writer_lock
with writer_lock(Path(sys.argv[1]), "trunkline run"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_held_lock_names_its_holder_and_a_dead_one_is_taken_over(
    tmp_path: Path, repo_root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=repo_root, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout and holder.stdout.readline()
        with (
            pytest.raises(LockHeldError, match=f"process {holder.pid} .*trunkline run"),
            writer_lock(tmp_path, "trunkline publish"),
        ):
            pass
        holder.kill()
    with writer_lock(tmp_path, "trunkline publish"):
        assert f"process {holder.pid}" in caplog.text
        with writer_lock(tmp_path, "nested"):
            assert (tmp_path / LOCK_NAME).read_text()
    assert (tmp_path / LOCK_NAME).read_text() == ""
