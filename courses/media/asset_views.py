"""An upload in one go, how far its preparation is, and the files that a signed address opens."""

from dataclasses import asdict

from flask import Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.formparser import FormDataParser

from courses.kernel import clock
from courses.kernel.access import actor, actor_id, may, public
from courses.kernel.db import db, transaction
from courses.kernel.errors import Missing, Refused, wants_json
from courses.kernel.sending import kept_file
from courses.kernel.settings import settings
from courses.kernel.web import csrf, must_be_ours
from courses.media import actions, queries
from courses.media.blueprint import bp

MEGABYTE = 1024 * 1024


@bp.post("/assets")
@csrf.exempt  # checked below: the usual check would read the whole body first, under the limit of small forms
@may("write_courses")
def upload() -> ResponseReturnValue:
    """Take in one recording in one go, straight to the disk it will stay on: the plain form, for browsers without scripts."""
    db.session.rollback()  # a slow line must not hold a read transaction
    arrival = _arrived()
    try:
        kept = arrival.settle()
        with transaction():
            asset = actions.enter(kept, arrival, actor=actor(), now=clock.now())
            answer = {"id": asset.id, "state": asset.state}
        if wants_json():
            return jsonify(answer), 201
        flash(_("“%(name)s”传好了，正在准备手机版。", name=arrival.file_name), "good")
        return redirect(url_for("media.uploads"))
    finally:
        arrival.close()


@bp.get("/assets/<int:asset_id>/preparation")
@may("write_courses")
def preparation(asset_id: int) -> ResponseReturnValue:
    """How far the preparation of my upload is."""
    found = queries.preparation_for(actor(), asset_id)
    answer = jsonify(asdict(found))
    answer.cache_control.no_store = True
    return answer


@bp.get("/media/<token>/<path:file>")
@public
def play(token: str, file: str) -> Response:
    """A file of a ready asset: whole, or the range that was asked for. The token is the authority."""
    try:
        found = _served(token, file)
    except Missing as fault:  # a player asks here, not a person: no page is made for it
        return Response(fault.message, 404, mimetype="text/plain")
    db.session.rollback()  # nor a slow phone
    return kept_file(found.key, mime=found.mime, seconds=found.seconds_left)


def _served(token: str, file: str) -> queries.Served:
    """The file, looked for twice: the first folder of an asset gives way to the whole one, and what was read a moment before may lie in neither."""
    try:
        return queries.served(token, file, actor_id=actor_id(), now=clock.now())
    except Missing:
        db.session.rollback()
        return queries.served(token, file, actor_id=actor_id(), now=clock.now())


def _arrived() -> actions.Arrival:
    """The file of the form's field `file`, written as it comes in; the form must carry its token, in a field or a header."""
    request.max_content_length = (settings().max_upload_mb + 1) * MEGABYTE
    begun: list[actions.Arrival] = []

    def open_one(total_content_length: int | None, content_type: str | None, filename: str | None, content_length: int | None = None) -> actions.Arrival:
        begun.append(actions.Arrival(filename or ""))
        return begun[-1]

    try:
        parser = FormDataParser(stream_factory=open_one, max_form_memory_size=MEGABYTE, max_form_parts=8)  # type: ignore[arg-type]
        form = parser.parse(request.stream, request.mimetype, request.content_length, request.mimetype_params)[1]
        must_be_ours(form.get("csrf_token"))
        if len(begun) != 1:
            raise Refused(_("没有收到文件，请选择一个视频或录音再上传。"))
    except BaseException:
        for arrival in begun:
            arrival.close()
        raise
    return begun[0]
