"""Who may ask: a token where others can reach the server, and no page of another site in between.

Every answer forbids scripts, frames and data from elsewhere. On this machine alone the Host header
must be this machine's, so that a name somebody else controls cannot be pointed here; a request that
changes something must come from a page of ours.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import URL, Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard"]

_COOKIE = "winset_token"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_OURS = {"127.0.0.1", "localhost", "::1", "testserver"}


class Guard:
    """ASGI middleware: checks host, origin and token, and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, token: str | None, local: bool) -> None:
        self.app, self.token, self.local = app, token, local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self.app(scope, receive, safely)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if self.local and host not in _OURS:
            return PlainTextResponse("This server answers on this machine only.", 421)
        if scope["method"] not in ("GET", "HEAD"):
            origin = headers.get("origin")
            if origin is not None and urlsplit(origin).netloc != headers.get("host"):
                return PlainTextResponse("This form does not come from a page of ours.", 403)
        return self._token(Request(scope)) if self.token else None

    def _token(self, request: Request) -> Response | None:
        assert self.token is not None
        given = request.query_params.get("token")
        if given is not None and hmac.compare_digest(given.encode(), self.token.encode()):
            url = URL(str(request.url)).remove_query_params("token")
            answer = RedirectResponse(f"{url.path}{'?' + url.query if url.query else ''}", 303)
            answer.set_cookie(_COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        held = request.cookies.get(_COOKIE, "")
        if hmac.compare_digest(held.encode(), self.token.encode()):
            return None
        return PlainTextResponse(
            "A token is asked for: open the address that `winset app` printed.", 401
        )
