"""The door beside Flask's own: what a whole county's scripts say twice a minute is answered before a request's context is opened (docs/decisions/0030).

It takes JSON that is posted to a route with a shortcut (access.py) under a cookie of ours, with a token against forgery that belongs to that cookie, as `web.py` asks.
Whatever it does not understand, or its shortcut does not take, goes on untouched to Flask, which knows every case and says every fault.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule

from courses.kernel import logs
from courses.kernel.errors import Refused
from courses.kernel.web import Number, is_from_our_page

MOST_BYTES = 64 * 1024  # of a report of many hours; what is longer goes on
_BROKE = "hall.broke"
_HEADERS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
]

Environ = dict[str, Any]
Start = Callable[..., Any]


@dataclass(frozen=True)
class Letter:
    """What a script says: the cookie's values, which we signed, and the body, which is anyone's."""

    cookie: Mapping[str, Any]
    body: Any


class Door:
    """A WSGI application around that of `app`."""

    def __init__(self, app: Flask) -> None:
        self.app, self.inside = app, app.wsgi_app

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        found = self._shortcut(environ)
        if found is None:
            return self.inside(environ, start)
        try:
            with self.app.app_context():
                answer = self._answer(environ, *found)
        except Exception as fault:
            environ[_BROKE] = fault  # to be said where all faults are
            answer = None
        if answer is None:
            return self.inside(environ, start)
        start("200 OK", [*_HEADERS, ("Content-Length", str(len(answer)))])
        return [answer]

    def _shortcut(self, environ: Environ) -> tuple[Callable[..., Any], Mapping[str, Any]] | None:
        """The shortcut of the route that JSON is posted to, if it has one, and the address's values."""
        if environ["REQUEST_METHOD"] != "POST" or environ.get("CONTENT_TYPE") != "application/json":
            return None
        try:
            return self.routes.match(environ["PATH_INFO"], method="POST")
        except HTTPException:
            return None

    def _answer(self, environ: Environ, shortcut: Callable[..., Any], args: Mapping[str, Any]) -> bytes | None:
        letter = self._read(environ)
        if letter is None:
            return None
        logs.number()
        said = shortcut(letter, **args)
        return None if said is None else json.dumps(said).encode()

    @cached_property
    def routes(self) -> MapAdapter:
        """The addresses of routes with a shortcut, which lead to it."""
        views = [(rule, self.app.view_functions[rule.endpoint]) for rule in self.app.url_map.iter_rules()]
        short = [Rule(rule.rule, endpoint=view.shortcut, methods=["POST"]) for rule, view in views if hasattr(view, "shortcut")]
        return Map(short, converters={"int": Number}).bind("")

    def _read(self, environ: Environ) -> Letter | None:
        """What is posted, if it is from a page of ours and can be read; the body stays to be read again."""
        length = environ.get("CONTENT_LENGTH", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            return None
        asked = self.app.request_class(environ)
        asked.trusted_hosts = self.app.config["TRUSTED_HOSTS"]
        cookie = self.app.session_interface.open_session(self.app, asked)
        if not asked.host or not cookie or (self.app.config["WTF_CSRF_ENABLED"] and not is_from_our_page(asked, cookie)):
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(body)
        try:
            return Letter(cookie, self.app.json.loads(body))
        except (ValueError, Refused):
            return None


def install(app: Flask) -> None:
    """Put the door around `app`; what is to stand before it, a proxy's words, is put around it later."""
    app.before_request(_say_what_broke)
    app.wsgi_app = Door(app)  # type: ignore[method-assign,assignment]


def _say_what_broke() -> None:
    fault: Exception | None = request.environ.get(_BROKE)
    if fault is not None:
        raise fault
