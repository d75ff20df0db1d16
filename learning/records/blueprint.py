"""The one blueprint on which the pages of records hang."""

from flask import Blueprint, Response

bp = Blueprint("records", __name__)


@bp.after_request
def _unlisted(response: Response) -> Response:
    """A paper is found by its number and code, never by a search engine that met its address somewhere."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response
