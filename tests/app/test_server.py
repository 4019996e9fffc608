"""The server's answers: headers, closed addresses, health, compression."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from app.asgi import SecurityHeaders, allowed_hosts, content_security_policy, health
from tests.app.publication import publish


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """Stand in for Streamlit."""
    await PlainTextResponse("ok")(scope, receive, send)


def ask(path: str, host: str = "localhost") -> Answer:
    """Send one GET through the whole stack of middleware, without a network."""
    app = Starlette(routes=[Route("/healthz", health), Mount("/", inner)])
    hosts = TrustedHostMiddleware(app, allowed_hosts=allowed_hosts())
    stack = SecurityHeaders(hosts, content_security_policy(b""))
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", host.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8501),
    }
    asyncio.run(stack(scope, receive, send))
    start = next(message for message in sent if message["type"] == "http.response.start")
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    body = b"".join(message.get("body", b"") for message in sent)
    return Answer(start["status"], headers, body)


@pytest.fixture
def get(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    monkeypatch.setenv("TRUNKLINE_HOME", str(home))
    return ask


def test_the_policy_allows_the_one_inline_script_by_hash() -> None:
    digest = base64.b64encode(hashlib.sha256(b"x = 1").digest()).decode()
    policy = content_security_policy(b"<script>x = 1</script><script src='a.js'></script>")
    assert f"script-src 'self' 'sha256-{digest}'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_every_answer_carries_the_headers(get: Callable[..., Answer]) -> None:
    for path in ("/healthz", "/_stcore/metrics", "/no/such/file.js"):
        answer = get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_metrics_and_agent_addresses_are_closed(get: Callable[..., Answer]) -> None:
    for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json"):
        assert get(path).status == 404


def test_a_foreign_host_name_is_refused(get: Callable[..., Answer]) -> None:
    assert get("/healthz", "evil.example").status == 400


def test_health_says_what_is_served(get: Callable[..., Answer], home: Path) -> None:
    assert get("/healthz").status == 503
    published = publish(home)
    answer = get("/healthz")
    assert answer.status == 200
    assert json.loads(answer.body)["generation"] == published.generation
