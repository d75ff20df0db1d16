"""The S3 double as a server: nanio, with the rule every county's bucket needs, that pages may read it (CORS)."""

from nanio.app import build_app
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp


def open_to_pages() -> ASGIApp:
    """The double, readable by scripts of any page that holds a signed address."""
    return CORSMiddleware(build_app(), allow_origins=["*"], allow_methods=["GET", "HEAD"], allow_headers=["range"])
