"""Pages: desk."""

from flask import render_template
from flask.typing import ResponseReturnValue

from courses.kernel.access import signed_in
from learning.audit.blueprint import bp


@bp.get("/desk")
@signed_in
def desk() -> ResponseReturnValue:
    """The page."""
    return render_template("base.html")
