"""The project's data tests, asked of the build in one connection.

dbt writes their SQL, once per state of the project; asking it needs no dbt. Inside `dbt build` each
of them cost about 60 ms around a query of a few, and there are two hundred. What decides (severity,
fail_calc, warn_if, error_if, limit) is what dbt decides by.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingestion.home import Home
from orchestration.build_state import Evidence, NodeResult, database_path
from orchestration.durable import write_json
from orchestration.project import dbt_target

AT_ONCE = 2


@dataclass(frozen=True)
class DataTest:
    """One compiled test.

    Attributes:
        unique_id: dbt's id.
        name: dbt's name.
        severity: error or warn.
        question: SELECT of (failures, should_warn, should_error), one row.
        failures_if: The condition that decides, for the message.
        parents: Ids of what it reads.
    """

    unique_id: str
    name: str
    severity: str
    question: str
    failures_if: str
    parents: list[str]


def data_test(node: Any) -> DataTest:
    """Return one compiled dbt test node as a question."""
    config = node.config
    severity = str(config.severity).lower()
    limit = "" if config.limit is None else f"limit {config.limit}"
    question = (
        f"select {config.fail_calc} as failures, {config.fail_calc} {config.warn_if}, "
        f"{config.fail_calc} {config.error_if} from (\n{node.compiled_code}\n{limit}) as found"
    )
    decides = config.error_if if severity == "error" else config.warn_if
    parents = list(node.depends_on.nodes)
    return DataTest(node.unique_id, node.name, severity, question, decides, parents)


def _store(home: Home) -> Path:
    return dbt_target(home) / "data_tests.json"


def stored_tests(home: Home, key: str) -> dict[str, DataTest] | None:
    """Return the tests compiled under `key`, by unique id, or None when others are stored."""
    try:
        content = json.loads(_store(home).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if content["key"] != key:
        return None
    return {item["unique_id"]: DataTest(**item) for item in content["tests"]}


def store_tests(home: Home, key: str, tests: Iterable[DataTest]) -> None:
    """Keep compiled tests for later runs of the same project."""
    write_json(_store(home), {"key": key, "tests": [asdict(test) for test in tests]})


def _result(test: DataTest, status: str, failures: int, message: str, started: float) -> NodeResult:
    seconds = round(time.perf_counter() - started, 3)
    return NodeResult(
        test.unique_id, test.name, "test", status, seconds, failures, test.severity, message
    )


def ask(
    connection: duckdb.DuckDBPyConnection, test: DataTest, changed_from: date | None = None
) -> NodeResult:
    """Return what one test says about the build behind `connection`.

    `changed_from` is the first local day whose rows are new; see the macro of that name.
    """
    started = time.perf_counter()
    cursor = connection.cursor()
    try:
        if changed_from:
            cursor.execute(f"set variable changed_from = date '{changed_from}'")
        found = cursor.execute(test.question).fetchone()
    except duckdb.Error as error:
        return _result(test, "error", 0, " ".join(str(error).split())[:500], started)
    failures, should_warn, should_error = found or (0, False, False)
    if test.severity == "error" and should_error:
        status, word = "fail", "fail"
    elif should_warn:
        status, word = "warn", "warn"
    else:
        return _result(test, "pass", 0, "", started)
    count = int(failures or 0)
    message = f"Got {count} result(s), configured to {word} if {test.failures_if}"
    return _result(test, status, count, message, started)


def run_tests(
    home: Home,
    tests: Collection[DataTest],
    broken: Collection[str] = (),
    keys: Mapping[str, str] | None = None,
    changed_from: date | None = None,
) -> list[NodeResult]:
    """Ask all `tests` of the build; the answers are added to the home's evidence.

    Args:
        home: The deployment; nobody writes its warehouse meanwhile.
        tests: What to ask.
        broken: Ids of nodes that failed or were skipped; tests that read one are skipped.
        keys: What each test's inputs are made from, by unique id; kept with the answer.
        changed_from: The first local day that was built again; None when any may have been.

    Returns:
        One result per test. A failed test does not raise.
    """
    if not tests:
        return []
    bad, known = set(broken), keys or {}
    asked = [test for test in tests if not bad & set(test.parents)]
    results = [
        _result(test, "skipped", 0, "something it reads was not built", time.perf_counter())
        for test in tests
        if bad & set(test.parents)
    ]
    memory = os.environ.get("TRUNKLINE_MEMORY_LIMIT", "8GB")
    settings: dict[str, Any] = {
        "memory_limit": memory,
        "temp_directory": str(home.warehouse / "spill"),
    }
    with duckdb.connect(str(database_path(home)), read_only=True, config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for result in pool.map(lambda test: ask(connection, test, changed_from), asked):
                results.append(result)
    evidence = Evidence.read(home)
    evidence.add(evidence.invocation_id, [r.made_from(known.get(r.unique_id, "")) for r in results])
    evidence.write(home)
    return results
