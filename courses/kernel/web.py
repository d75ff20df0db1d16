"""What every page shares: the base form, paging, compression and response headers."""

import gzip
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Request, Response, current_app, g, request, session
from flask.json.provider import DefaultJSONProvider
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect, same_origin, validate_csrf
from sqlalchemy import Select, func, select
from werkzeug.routing import IntegerConverter
from wtforms.fields.choices import SelectChoice
from wtforms.fields.simple import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from courses.kernel import assets, plain
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.signing import read
from courses.kernel.storage import storage

View = TypeVar("View", bound=Callable[..., Any])


class Forgery(CSRFProtect):  # type: ignore[misc]
    """The token against forgery; that of a script, which stands in a header, is read without looking for a form."""

    def protect(self, apply_exemptions: bool = False) -> None:
        if request.is_json and is_from_our_page(request, session):
            g.csrf_valid = True
        else:
            super().protect(apply_exemptions=apply_exemptions)


csrf = Forgery()


class Form(FlaskForm):
    """The base of every form: protected against forgery, whitespace trimmed, faults said in Chinese."""

    class Meta(FlaskForm.Meta):
        locales = ["zh_CN", "zh"]

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            return None if request.is_json else super().wrap_formdata(form, formdata)  # JSON is no form: its values are of any type

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            if issubclass(unbound_field.field_class, StringField):
                lines = () if issubclass(unbound_field.field_class, TextAreaField | HiddenField) else (_one_line,)
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), _tidy, *lines]
            return unbound_field.bind(form=form, **options)

    def process(self, *args: Any, **values: Any) -> None:
        """Take in what was typed; spaces alone count as nothing, also for those who ask what was typed before it was trimmed."""
        super().process(*args, **values)
        for field in self:
            if isinstance(field, StringField) and field.raw_data:
                field.raw_data = [_tidy(value) for value in field.raw_data]

    def first_fault(self) -> str:
        """The first complaint, with its field's label."""
        label, fault = next(iter(self.told()), ("", ""))
        return f"{label}：{fault}" if label else fault

    def told(self) -> list[tuple[str, str]]:
        """(label, complaint) of each field that something is wrong with, once."""
        return [(str(self._fields[name].label.text) if name in self._fields else "", str(faults[0])) for name, faults in self.errors.items() if faults]

    def blame(self, fault: Refused) -> None:
        """Show a refusal above the form and beside the fields it names; what is missing or forbidden goes on to its own page."""
        if fault.status != Refused.status:
            raise fault
        self.form_errors: list[str] = [*self.form_errors, fault.message]
        for name, words in fault.fields.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, words]


class Json(DefaultJSONProvider):
    """JSON as it is read everywhere: what is nested without end is malformed like anything else that cannot be read.

    Raises `Refused`, which its sender is told, for text that could be read and neither stored nor shown.
    """

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            said = super().loads(s, **kwargs)
            sayable = plain.is_sayable(said)
        except RecursionError as fault:
            raise ValueError("nested too deeply") from fault
        if not sayable:
            raise Refused("文字里有不能保存的字符，请重新输入。")
        return said


class Stale(Refused):
    """The page's token against forgery is missing or over; a script of that page shows these words."""

    status = 400


def must_be_ours(token: str | None = None) -> None:
    """Check the token against forgery, from the header if none is given: for bodies too large to be read before. Raises `Stale`."""
    if not current_app.config["WTF_CSRF_ENABLED"] or request.method not in current_app.config["WTF_CSRF_METHODS"]:
        return
    try:
        validate_csrf(token or request.headers.get("X-CSRFToken"))
    except ValidationError as fault:
        raise Stale("页面放得太久了，请另开一页重新登录，再回到这里上传；本页填写的内容不会丢。") from fault


def is_from_our_page(asked: Request, cookie: Mapping[str, Any]) -> bool:
    """Whether a script's header holds the token against forgery of whoever sends this cookie, and over https comes from here."""
    token = asked.headers.get("X-CSRFToken", "")
    said = read(token, current_app.secret_key, salt="wtf-csrf-token", max_age=current_app.config["WTF_CSRF_TIME_LIMIT"]) if token else None
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), str(cookie.get("csrf_token", "")).encode()):
        return False
    return not asked.is_secure or same_origin(asked.referrer or "", f"https://{asked.host}/")


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, words) as a select field takes them."""
    return [SelectChoice(value, words) for value, words in pairs]


@dataclass(frozen=True)
class Page:
    """One page of a long list. `number` counts from 1."""

    rows: list[Any]
    number: int
    pages: int
    total: int


def paged(statement: Select[Any], *, number: int, size: int = 50) -> Page:
    """Read page `number` of `statement`; a page beyond the end is the last one."""
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    rows = list(db.session.scalars(statement.limit(size).offset((number - 1) * size)).unique())
    return Page(rows, number, pages, total)


def install(app: Flask) -> None:
    """Add assets, forgery's token, compression and the headers of every response."""
    app.url_map.converters["int"] = Number
    app.json = Json(app)
    app.before_request(_make_nonce)  # before anything is refused: that page has scripts too
    app.before_request(_make_room)  # before the token is looked for, which reads the whole form
    csrf.init_app(app)
    app.after_request(_headers)
    app.after_request(_compress)
    app.jinja_env.globals.update(nonce=nonce)
    assets.install(app)


def takes_file(*, megabytes: int) -> Callable[[View], View]:
    """This route's form may carry a file of so many megabytes, where forms in general may not."""

    def declare(view: View) -> View:
        view.megabytes = megabytes  # type: ignore[attr-defined]
        return view

    return declare


def framed(view: View) -> View:
    """Pages of our own may show this route's page in a frame; no other page may be framed at all."""
    view.framed = True  # type: ignore[attr-defined]
    return view


class Number(IntegerConverter):
    """A whole number in an address; one that no database could hold leads nowhere."""

    def __init__(self, url_map: Any, **limits: Any) -> None:
        super().__init__(url_map, **{"max": plain.MOST, **limits})


def nonce() -> str:
    """This response's nonce for scripts."""
    value: str = g.nonce
    return value


def _make_room() -> None:
    megabytes = getattr(current_app.view_functions.get(request.endpoint or ""), "megabytes", None)
    if megabytes is not None:
        request.max_content_length = (megabytes + 1) * 1024 * 1024


def _make_nonce() -> None:
    g.nonce = secrets.token_urlsafe(16)


def _headers(response: Response) -> Response:
    nonce_of, away = g.get("nonce", ""), f" {storage().origin}" if storage().origin else ""
    around = "'self'" if getattr(current_app.view_functions.get(request.endpoint or ""), "framed", False) else "'none'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src 'self' 'nonce-{nonce_of}'; style-src 'self'; img-src 'self' data: blob:{away}; "
        f"media-src 'self' blob:{away}; worker-src 'self' blob:; connect-src 'self'{away}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {around}",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.path == "/static/js/worker.js":
        response.headers["Service-Worker-Allowed"] = "/"
    if request.endpoint == "static" and request.args.get("v"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif response.mimetype == "text/html":
        # WeChat keeps pages unless told not to; a page about a person is never kept by anyone between.
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _compress(response: Response) -> Response:
    squeezable = response.mimetype in {"text/html", "text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"}
    if not squeezable or response.status_code != 200 or "gzip" not in request.headers.get("Accept-Encoding", "") or "Content-Encoding" in response.headers:
        return response
    if request.headers.get("Range"):
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < 800:
        return response
    response.set_data(gzip.compress(data, 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    response.headers.pop("ETag", None)
    return response


def _tidy(value: Any) -> Any:
    """Without the spaces around it, NUL, which PostgreSQL stores in no text, and the carriage returns a browser sends but does not count."""
    return value.replace("\0", "").replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _one_line(value: Any) -> Any:
    """On one line and without control characters: what is typed in a field of one line also names files and stands in headers."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", value).strip() if isinstance(value, str) else value
