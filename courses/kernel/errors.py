"""The ways in which a request is turned down, and their one handler for pages and JSON."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, has_app_context, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_translations
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from courses.kernel.words import Words, again

_MOST_GIVEN_BACK = 200_000  # characters of a form


class Refused(Exception):
    """Well-formed, but not to be done now; `message` says in plain words how to mend it: `Refused("最多做 %(n)s 次。", n=3)`."""

    status = 422

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None, **values: Any) -> None:
        self.message = Words(message, **values)
        super().__init__(self.message)
        self.fields = {name: Words(words) for name, words in (fields or {}).items()}


class Missing(Refused):
    """Not there, or not for this person to know of."""

    status = 404

    def __init__(self, message: str = Words("没有找到这一页。它可能已经移走，或者不在您的管理范围内。"), **values: Any) -> None:
        super().__init__(message, **values)


class Forbidden(Refused):
    """There, but this person may not."""

    status = 403

    def __init__(self, message: str = Words("您现在的职务不能做这件事。如需办理，请联系上级党组织。"), **values: Any) -> None:
        super().__init__(message, **values)


class Outdated(Refused):
    """What it would change was changed by somebody else since it was read."""

    status = 409


class NotTheirs(Refused):
    """Sent in the name of somebody who is not the one signed in: it waits for its owner."""

    status = 409

    def __init__(self, message: str = Words("这台设备换了人登录。这份记录会留在设备里，等它的主人登录后再补上。"), **values: Any) -> None:
        super().__init__(message, **values)


def unsent(status: int) -> ResponseReturnValue | None:
    """A form that was not taken because the sign-in ended, given back to be sent again; None where there is nothing that may be.

    Only what a page of ours sent: the new page holds a token of ours, which another site's words must never come by. No password and no file.
    """
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if (
        wants_json()
        or {name for name, _value in typed} <= {"then"}
        or request.files
        or any("password" in name for name, _value in typed)
        or not _is_from_here()
    ):
        return None
    if sum(len(name) + len(value) for name, value in typed) > _MOST_GIVEN_BACK:
        return None
    return render_template("errors/unsent.html", typed=typed), status


def _is_from_here() -> bool:
    claims = [one for one in (request.headers.get("Origin"), request.referrer) if one]
    return bool(claims) and all(_place_here(one) is not None for one in claims)


def _place_here(address: str) -> str | None:
    """Which page of ours an address is that a browser, or anyone, claims to come from; None for another site's.

    The host is compared as sent, since one not to be trusted is a fault itself.
    """
    try:
        said = urlsplit(address)
    except ValueError:
        return None
    place = said.path + (f"?{said.query}" if said.query else "")
    return place if said.netloc and said.netloc == request.environ.get("HTTP_HOST") and not place.startswith("//") else None


def wants_json() -> bool:
    """Whether the asker is a script, or another program, rather than a page."""
    return request.is_json or "Tus-Resumable" in request.headers or request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def install(app: Flask) -> None:
    """Answer refusals and HTTP errors in the form, and the language, the asker reads."""
    Words.say = staticmethod(_said)
    app.jinja_env.globals["_"] = _on_a_page
    app.jinja_env.filters["said"] = again
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)


def _said(source: str) -> str:
    """`source` in the reader's language, whose catalogue is looked up once, not for each of a page's hundred words."""
    if not has_app_context():
        return source
    if "catalogue" not in g:
        g.catalogue = get_translations()
    said: str = g.catalogue.ugettext(source)
    return said


def _on_a_page(source: str, **values: Any) -> Markup:
    said = Markup(_said(source))  # noqa: S704  the catalogue's words; values are escaped
    return said % values if "%" in said else said


def _too_much() -> str:
    """What is said of a form too large to be read: whether its file is, or its words."""
    most = request.max_content_length or 0
    if request.mimetype != "multipart/form-data" or (request.content_length or 0) <= most:
        return str(_("一次写的内容太多，没有收下。请返回上一页，分成几次保存。"))
    megabytes = max(1, most // 2**20 - 1)  # the form around the file may have one
    return str(_("文件太大，没有收下：这里最多 %(n)s MB。请返回上一页，换一个小一些的；图片可以缩小，或者另存为 JPG。", n=megabytes))


def _refused(error: Refused) -> ResponseReturnValue:
    return _answer(error.status, error.message, error.fields)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    if isinstance(error, CSRFError):
        return unsent(400) or _answer(400, _("这一页打开太久，或者登录有了变化，这一次填的没有保存。请返回上一页、刷新后再填；以前保存的不会丢。"), {})
    said = {
        400: _("这个请求不完整，请返回上一页再试一次。"),
        404: Missing().message,
        405: _("这个地址不能这样使用，请从页面上的按钮进入。"),
        413: _too_much(),
        429: _("操作太频繁了，请稍等一分钟再试。"),
        503: _("现在人比较多，请稍后再试；已保存的学习记录不会丢失。"),
    }
    return _answer(status, said.get(status, _("系统遇到了问题，已经记录下来。请稍后再试。")), {})


def _answer(status: int, message: str, fields: Mapping[str, str]) -> ResponseReturnValue:
    if wants_json():
        return jsonify(error=str(message), fields={name: str(words) for name, words in fields.items()}), status
    number = g.get("request_number") if status >= 500 else None
    return render_template("errors/problem.html", status=status, message=message, number=number, back=_place_here(request.referrer or "")), status
