"""Pages: feedback."""

from flask import render_template
from flask.typing import ResponseReturnValue

from courses.kernel.access import signed_in
from learning.audit.blueprint import bp


@bp.get("/feedback")
@signed_in
def feedback() -> ResponseReturnValue:
    """The page."""
    return render_template("base.html")
