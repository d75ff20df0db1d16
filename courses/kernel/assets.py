"""What stands in static/: addresses that change with what they lead to, and the style sheets as one."""

import hashlib
import time
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory, url_for

from courses.kernel.access import public

STATIC = Path(__file__).resolve().parents[2] / "static"


def install(app: Flask) -> None:
    """Let templates ask for the addresses, and everyone for what they lead to."""
    app.jinja_env.globals.update(asset=asset, stylesheet=stylesheet)
    app.add_url_rule("/styles/<version>.css", "styles", styles)
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    app.view_functions["static"] = public(app.view_functions["static"])


def asset(name: str) -> str:
    """The address of a file in static/, with its fingerprint."""
    return _address_of(request.script_root, name, _fingerprint(name))


def stylesheet() -> str:
    """The address of all style sheets as one."""
    return url_for("styles", version=_version_of(_styles_now()))


@public
def styles(version: str) -> Response:
    """Every style sheet in static/css, in reading order: tokens, base, layout, then parts by name."""
    if len(version) != 12:
        abort(404)
    response = Response(_joined_styles(_styles_now()), mimetype="text/css")
    response.cache_control.public, response.cache_control.max_age, response.cache_control.immutable = True, 31536000, True
    return response


@public
def favicon() -> Response:
    """The mark of the site, where browsers look for it unasked."""
    return send_from_directory(STATIC / "img", "mark.svg", mimetype="image/svg+xml", max_age=86400)


def _styles_now() -> tuple[tuple[str, int], ...]:
    return _styles_at(int(time.monotonic()))


@lru_cache(2)
def _styles_at(_second: int) -> tuple[tuple[str, int], ...]:
    return tuple((path.name, path.stat().st_mtime_ns) for path in sorted((STATIC / "css").glob("*.css")))


@cache
def _version_of(stamp: tuple[tuple[str, int], ...]) -> str:
    return hashlib.sha256(_joined_styles(stamp)).hexdigest()[:12]


@cache
def _joined_styles(stamp: tuple[tuple[str, int], ...]) -> bytes:
    first = ["tokens.css", "base.css", "layout.css"]
    names = [name for name, _ in stamp]
    ordered = [name for name in first if name in names] + [name for name in names if name not in first]
    return b"\n".join((STATIC / "css" / name).read_bytes() for name in ordered)


@lru_cache(2000)
def _address_of(_root: str, name: str, fingerprint: str) -> str:
    return url_for("static", filename=name, v=fingerprint)


def _fingerprint(name: str) -> str:
    return _fingerprint_at(name, int(time.monotonic()))


@lru_cache(1000)
def _fingerprint_at(name: str, _second: int) -> str:
    """Asked of the disk once a second, so that whoever works on a file sees it without a restart."""
    path = STATIC / name
    return _fingerprint_of(name, path.stat().st_mtime_ns if path.exists() else 0)


@cache
def _fingerprint_of(name: str, _stamp: int) -> str:
    path = STATIC / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "missing"
