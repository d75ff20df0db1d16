"""Resumable uploads over HTTP by the tus protocol 1.0, and the pages from which a trainer sends many files."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Response, after_this_request, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from courses.kernel.web import csrf, must_be_ours
from courses.media import actions, arrivals, queries, upload_actions, upload_rules
from courses.media.blueprint import bp
from courses.media.models import Upload

View = Callable[..., ResponseReturnValue]


class Answered(Refused):
    """A refusal with a status of the protocol."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def tus(view: View) -> View:
    """A view that speaks the protocol: answers name its version, and what changes something needs the page's token in a header."""

    @wraps(view)
    def spoken(**values: Any) -> ResponseReturnValue:
        @after_this_request
        def named(response: Response) -> Response:
            response.headers["Tus-Resumable"] = upload_rules.VERSION
            response.headers["Cache-Control"] = "no-store"
            return response

        must_be_ours()
        if "upload_id" in values:  # whose it is comes before anything that can be wrong with the request
            queries.own_upload(actor(), values["upload_id"])
        if request.headers.get("Tus-Resumable") != upload_rules.VERSION:
            answer = jsonify(error=_("上传的程序说的不是 tus 1.0。"))
            answer.headers["Tus-Version"] = upload_rules.VERSION
            return answer, 412
        try:
            return view(**values)
        except upload_rules.Unreadable as fault:
            raise Answered(400, _("上传的请求写得不对，服务器看不懂。请刷新页面再传。")) from fault
        except arrivals.Taken as fault:
            raise Answered(423, _("这个文件正在另一处上传，请稍等再试。")) from fault

    return spoken


@bp.route("/uploads", methods=["OPTIONS"])
@may("write_courses")
def what_uploads_can() -> ResponseReturnValue:
    """What this server knows of the protocol."""
    answer = Response(status=204)
    answer.headers["Tus-Resumable"] = answer.headers["Tus-Version"] = upload_rules.VERSION
    answer.headers["Tus-Extension"] = ",".join(upload_rules.EXTENSIONS)
    answer.headers["Tus-Max-Size"] = str(settings().max_upload_mb * 1024 * 1024)
    answer.headers["Tus-Checksum-Algorithm"] = ",".join(upload_rules.ALGORITHMS)
    return answer


@bp.get("/uploads")
@may("write_courses")
def uploads() -> str:
    """The page from which many files are sent, with what is unfinished and what was sent."""
    found = queries.unfinished_uploads(actor(), now=clock.now())
    return render_template("courses/media/uploads.html", unfinished=[(row, arrivals.offset(row.id)) for row in found], recent=queries.recent(actor()))


@bp.post("/uploads")
@csrf.exempt  # checked by `tus` from the header: the usual check would read the body first, under the limit of small forms
@may("write_courses")
@tus
def begin_upload() -> ResponseReturnValue:
    """Promise room for a file, and take its first piece if it came along."""
    request.max_content_length = settings().max_upload_mb * 1024 * 1024
    length, said = upload_rules.size(request.headers.get("Upload-Length")), upload_rules.metadata(request.headers.get("Upload-Metadata", ""))
    with transaction():
        upload = upload_actions.begin_upload(said.get("filename") or said.get("name") or "", length, actor=actor(), now=clock.now())
        upload_id = upload.id
    arrivals.remove(upload_id)
    answer = _append(queries.own_upload(actor(), upload_id)) if request.mimetype == upload_rules.PIECE else _answer(upload_id)
    answer.status_code, answer.headers["Location"] = 201, url_for("media.upload_offset", upload_id=upload_id)
    return answer


@bp.get("/uploads/<int:upload_id>")  # Flask answers HEAD by it, which is all the protocol asks
@may("write_courses")
@tus
def upload_offset(upload_id: int) -> ResponseReturnValue:
    """How many bytes are safe here."""
    upload = queries.own_upload(actor(), upload_id)
    answer = _answer(upload_id)
    answer.headers["Upload-Length"] = str(upload.bytes)
    answer.headers["Upload-Metadata"] = upload_rules.metadata_header({"filename": upload.file_name})
    answer.status_code = 200
    return answer


@bp.patch("/uploads/<int:upload_id>")
@csrf.exempt
@may("write_courses")
@tus
def append(upload_id: int) -> ResponseReturnValue:
    """Take the next piece."""
    request.max_content_length = settings().max_upload_mb * 1024 * 1024
    if request.mimetype != upload_rules.PIECE:
        raise Answered(415, _("上传的请求写得不对，服务器看不懂。请刷新页面再传。"))
    return _append(queries.own_upload(actor(), upload_id))


@bp.delete("/uploads/<int:upload_id>")
@csrf.exempt
@may("write_courses")
@tus
def end_upload(upload_id: int) -> ResponseReturnValue:
    """Forget an upload."""
    _end(upload_id)
    return Response(status=204)


@bp.post("/uploads/<int:upload_id>")
@csrf.exempt
@may("write_courses")
@tus
def overridden(upload_id: int) -> ResponseReturnValue:
    """The same for clients that can only GET and POST."""
    meant: View | None = {"PATCH": append, "DELETE": end_upload}.get(request.headers.get("X-HTTP-Method-Override", ""))
    if meant is None:
        raise Answered(405, _("上传的请求写得不对，服务器看不懂。请刷新页面再传。"))
    return meant(upload_id=upload_id)


@bp.post("/uploads/<int:upload_id>/asset")
@may("write_courses")
def enter_upload(upload_id: int) -> ResponseReturnValue:
    """Make an asset of an upload that arrived whole; asked again, the answer is the same."""
    upload = queries.own_upload(actor(), upload_id)
    if upload.fault:
        raise Refused(upload.fault)
    if upload.asset_id is None:
        try:
            with arrivals.held(upload_id):
                _enter(upload)
        except arrivals.Taken as fault:
            raise Answered(409, _("文件还在检查，请稍等。")) from fault
    asset = queries.own_asset(actor(), queries.own_upload(actor(), upload_id).asset_id or 0)
    return jsonify(id=asset.id, state=asset.state), 201


@bp.post("/uploads/<int:upload_id>/removal")
@may("write_courses")
def remove_upload(upload_id: int) -> ResponseReturnValue:
    """Forget an upload, from the page."""
    try:
        _end(upload_id)
    except arrivals.Taken as fault:
        raise Answered(409, _("这个文件正在另一处上传，请稍等再试。")) from fault
    flash(_("已取消，传上来的部分已经删除。"), "warm")
    return redirect(url_for("media.uploads"))


def _enter(upload: Upload) -> None:
    if upload.asset_id is not None:
        return
    if arrivals.offset(upload.id) != upload.bytes:
        raise Answered(409, _("这个文件还没有传完，请接着传。"))
    upload_id = upload.id
    try:
        kept = upload_actions.keep(upload)
    except Refused as fault:
        if fault.status == Refused.status:  # the file itself is at fault, and will be at the next try
            with transaction():
                queries.own_upload(actor(), upload_id).fault = fault.message[:500]
            arrivals.remove(upload_id)
        raise
    with transaction():
        standing = queries.own_upload(actor(), upload_id)
        standing.asset_id = actions.enter(kept, standing, actor=actor(), now=clock.now()).id
    arrivals.remove(upload_id)


def _append(upload: Upload) -> Response:
    """Write the body behind what is there; answered once it is on the disk."""
    upload_id, length, ended = upload.id, upload.bytes, bool(upload.fault or upload.asset_id)
    claimed = upload_rules.size(request.headers.get("Upload-Offset", "0" if request.method == "POST" else None))
    checksum = upload_rules.checksum(request.headers.get("Upload-Checksum"))
    upload_actions.must_still_fit(upload, now=clock.now())
    db.session.rollback()  # a slow line must not hold a read transaction
    with arrivals.held(upload_id) as path:
        stands = length if ended else arrivals.offset(upload_id)
        if claimed != stands:
            raise Answered(409, _("上传的位置对不上，请接着传。"))
        if (request.content_length or 0) > length - stands:
            raise Answered(413, _("传来的比说好的多。请重新选择文件再传。"))
        _take(path, length - stands, checksum)
    with transaction():
        upload_actions.prolong(queries.own_upload(actor(), upload_id), now=clock.now())
    return _answer(upload_id)


def _take(path: Path, most: int, checksum: upload_rules.Checksum | None) -> None:
    left = most

    def read(size: int) -> bytes:
        nonlocal left
        upload_actions.must_leave_room()
        data: bytes = request.stream.read(min(size, left))
        left -= len(data)
        return data

    try:
        arrivals.append(path, read, checksum=checksum)
    except arrivals.Damaged as fault:
        raise Answered(460, _("这一段在路上传坏了，请再传一次。")) from fault
    except (ClientDisconnected, ConnectionError, TimeoutError) as fault:  # the server ends a body that stands still
        raise Answered(400, _("网络断了，已经传上来的部分都在。")) from fault
    except OSError as fault:
        raise upload_actions.no_room(fault) from fault


def _end(upload_id: int) -> None:
    queries.own_upload(actor(), upload_id)
    with arrivals.held(upload_id), transaction():
        upload_actions.end_upload(queries.own_upload(actor(), upload_id))
        arrivals.remove(upload_id)


def _answer(upload_id: int) -> Response:
    upload = queries.own_upload(actor(), upload_id)
    ended = bool(upload.fault or upload.asset_id)
    answer = Response(status=204)
    answer.headers["Upload-Offset"] = str(upload.bytes if ended else arrivals.offset(upload_id))
    answer.headers["Upload-Expires"] = http_date(upload.expires_at)
    return answer
