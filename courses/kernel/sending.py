"""Answers a request with a kept file by whichever way the settings choose: Flask itself, nginx (X-Accel-Redirect), or the object store."""

from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from courses.kernel.settings import settings
from courses.kernel.storage import storage

ELSEWHERE = ("video/", "audio/", "image/")


def kept_file(key: str, *, mime: str, seconds: int) -> Response:
    """The file at `key`, or the part of it that was asked for, to be kept by this browser alone for so many seconds.

    From an object store only sound and pictures are fetched by a signed address. Texts such as playlists are answered from here, because
    they name their pieces relative to the address they came from.
    """
    address = storage().address(key, mime=mime, seconds=seconds, method=request.method) if mime.startswith(ELSEWHERE) else None
    if address is not None:
        response = Response(status=302, headers={"Location": address})
        response.cache_control.no_store = True
        return _private(response)
    if settings().accel_location:
        response = Response(mimetype=mime, headers={"X-Accel-Redirect": settings().accel_location + key})
        response.cache_control.max_age = seconds
    else:
        try:
            response = send_file(storage().local(key), mimetype=mime, conditional=True, max_age=seconds)
        except RequestedRangeNotSatisfiable as fault:
            return Response(status=416, headers={"Content-Range": f"bytes */{fault.length}"})
    response.cache_control.immutable = True
    return _private(response)


def _private(response: Response) -> Response:
    response.cache_control.public, response.cache_control.private = False, True
    return response
