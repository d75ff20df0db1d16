"""Structured logs, one JSON object a line, each with its request's number, and no personal data: ids and outcomes only.

What an exception says may quote a row or a form, and a line of a library may quote an address. Of exceptions, then, only kinds and
places are written; of others' lines only the words before anything was filled in.
"""

import io
import json
import logging
import re
import secrets
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, cast

import structlog
from flask import Flask, Response, g, request

ROOT = Path(__file__).resolve().parents[2]
log = structlog.get_logger()
# Of the server's lines about requests that it cannot read, what was filled in already: the address, and what was asked.
_FILLED = re.compile(r"(?<=^Invalid request) from ip=.*", re.DOTALL)


def install(app: Flask, level: str) -> None:
    """Number the requests of `app`, and log how each ended and what broke."""
    speak(level)
    app.before_request(number)
    app.after_request(_tell)
    app.log_exception = lambda fault: log.error("request_broke", route=request.endpoint, exc_info=fault)  # type: ignore[method-assign,assignment]


def speak(level: str) -> None:
    """Send structured logs to standard error, and what libraries log with them."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_words,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Stderr())),
        cache_logger_on_first_use=False,
    )
    others = logging.getLogger()
    if not any(isinstance(handler.formatter, Line) for handler in others.handlers):
        handler = logging.StreamHandler(_Stderr())
        handler.setFormatter(Line())
        others.addHandler(handler)


class Line(logging.Formatter):
    """A library's line: its words without what would be filled into them."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "event": _FILLED.sub("", record.msg) if isinstance(record.msg, str) else type(record.msg).__name__,
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            **structlog.contextvars.get_contextvars(),
        }
        return json.dumps(said | _kinds_and_places(record.exc_info), ensure_ascii=False)


class _Stderr(io.TextIOBase):
    """Standard error as it is at this moment; a stream that was put in its place is followed."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def number() -> None:
    """Give what is now asked a number, which stands in every line about it."""
    g.request_number = secrets.token_hex(6)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_number)


def _tell(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_number", "")
    # The route's name, not the address: addresses carry certificates' numbers and cards' tokens.
    tell = log.warning if response.status_code >= 500 else log.info if response.status_code >= 400 else log.debug
    tell("answered", method=request.method, route=request.endpoint, status=response.status_code)
    return response


def _without_words(_logger: object, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    found = line.pop("exc_info", None)
    line.update(_kinds_and_places(sys.exc_info() if found is True else found))
    return line


def _kinds_and_places(found: Any) -> dict[str, Any]:
    """What broke and where, of an exception or its triple; not what it says."""
    fault = found[1] if isinstance(found, tuple) else found
    if not isinstance(fault, BaseException):
        return {}
    kinds: list[str] = []
    cause: BaseException | None = fault
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    return {"exception": kinds, "at": [_place(frame) for frame in traceback.extract_tb(fault.__traceback__)[-15:]]}


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) and ".venv" not in path.parts else path.name
    return f"{shown}:{frame.lineno} {frame.name}"
