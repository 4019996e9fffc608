"""The server: the Streamlit script behind security headers, gzip, a health route and incident ids.

Start with `python -m app.asgi` (127.0.0.1:8501), or any ASGI server on `app.asgi:application`.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import logging
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import PAGE_ROLES, RefusedToStartError, demo_identity, login_is_configured
from app.ui.states import incident
from app.warehouse import (
    BrokenPublicationError,
    NoPublicationError,
    home_from_env,
    read_current,
    warehouse_at,
)

LOG = logging.getLogger(__name__)
SCRIPT = Path(__file__).parent / "streamlit_app.py"
CLOSED = ("/_stcore/metrics", "/_stcore/agent")
# Loaded before the first reader comes, so that nobody waits for Plotly and the file writers.
HEAVY = ("app.figures_churn", "app.exports.settlement")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "testserver"]
# Tells the browser where the server is; see rooted().
ROOT = (
    b"<script>window.__streamlit={BACKEND_BASE_URL:"
    b"new URL('./',window.location.href).href}</script>"
)
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def content_security_policy(index_html: bytes) -> str:
    """Return the policy; inline scripts of Streamlit's page are allowed by hash, others never."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"
        for text in _INLINE.findall(index_html)
    )
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "connect-src 'self' ws: wss:",
            "worker-src 'self' blob:",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _index_html() -> bytes:
    return (Path(st.__file__).parent / "static" / "index.html").read_bytes()


def rooted(index_html: bytes) -> bytes:
    """Return Streamlit's page with the server's address in it.

    Without it the browser guesses: a deep link such as `/customers` first asks
    `/customers/_stcore/health`, a 404 in the console of every reader.
    """
    return index_html.replace(b'<script type="module"', ROOT + b'<script type="module"', 1)


class SecurityHeaders:
    """Adds the headers to every answer and closes addresses nobody needs."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        if any(scope["path"].startswith(path) for path in CLOSED):
            await PlainTextResponse("Not found", 404)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def health(_request: Request) -> JSONResponse:
    """Answer 200 with the generation, 503 when nothing sound is published."""
    try:
        publication = read_current(home_from_env())
    except (NoPublicationError, BrokenPublicationError) as error:
        return JSONResponse({"status": "no publication", "detail": type(error).__name__}, 503)
    facts = {key: publication.manifest.get(key) for key in ("data_to", "published_at")}
    return JSONResponse({"status": "ok", "generation": publication.generation, **facts})


def index(_request: Request) -> HTMLResponse:
    """Answer a page's address with the application's one document."""
    return HTMLResponse(INDEX, headers={"Cache-Control": "no-cache"})


@asynccontextmanager
async def _lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Refuse an open demo in production; open and check the current generation before readers come.

    Raises:
        RefusedToStartError: ENV is prod and no login is configured.
    """
    if not login_is_configured():
        demo_identity(None, os.environ)
    for module in HEAVY:
        importlib.import_module(module)
    warehouse = warehouse_at(home_from_env())
    try:
        warehouse.current()
    except (NoPublicationError, BrokenPublicationError) as error:
        LOG.warning("Started without a publication: %s", error)
    yield {}
    warehouse.close()


def allowed_hosts() -> list[str]:
    """Return the host names this server answers to; TRUNKLINE_APP_HOSTS adds more."""
    extra = os.environ.get("TRUNKLINE_APP_HOSTS", "")
    return [*LOCAL_HOSTS, *(host.strip() for host in extra.split(",") if host.strip())]


INDEX = rooted(_index_html())
application = st.App(
    SCRIPT,
    routes=[
        Route("/healthz", health),
        *(Route(path, index) for path in ("/", *(f"/{page}" for page in PAGE_ROLES))),
    ],
    middleware=[
        Middleware(SecurityHeaders, policy=content_security_policy(INDEX)),
        Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts()),
        Middleware(GZipMiddleware, minimum_size=1024),
    ],
    lifespan=_lifespan,
    on_script_error=incident,
)


def main(host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve until stopped.

    Raises:
        RefusedToStartError: ENV is prod and no login is configured.
    """
    if not login_is_configured():
        try:
            demo_identity(None, os.environ)
        except RefusedToStartError as error:
            raise SystemExit(str(error)) from error
    uvicorn.run(application, host=host, port=port, log_level="warning")


if __name__ == "__main__":
    main(port=int(os.environ.get("TRUNKLINE_APP_PORT", "8501")))
