"""The S3 double as a server: nanio, with the rule every county's bucket needs, that pages may read it (CORS); and two that were set up carelessly."""

from nanio.app import build_app
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


def open_to_pages() -> ASGIApp:
    """The double, readable by scripts of any page that holds a signed address."""
    return CORSMiddleware(build_app(), allow_origins=["*"], allow_methods=["GET", "HEAD"], allow_headers=["range"])


def closed_to_pages() -> ASGIApp:
    """The double without the rule."""
    return build_app()


def open_to_everybody() -> ASGIApp:
    """The double as a public bucket: who signs nothing may read as well."""
    guarded = build_app()

    async def careless(scope: Scope, receive: Receive, send: Send) -> None:
        signed = b"X-Amz-Signature" in scope.get("query_string", b"") or b"authorization" in dict(scope.get("headers", ()))
        if scope["type"] == "http" and scope["method"] == "GET" and not signed:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"probe"})
        else:
            await guarded(scope, receive, send)

    return careless
