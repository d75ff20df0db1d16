"""Pages: entry."""

from flask import render_template
from flask.typing import ResponseReturnValue

from courses.kernel.access import signed_in
from learning.audit.blueprint import bp


@bp.get("/entries")
@signed_in
def entries() -> ResponseReturnValue:
    """The page."""
    return render_template("base.html")
