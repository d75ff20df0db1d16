"""Pages of people and branches."""

from flask import render_template
from flask.typing import ResponseReturnValue

from courses.kernel.access import may
from learning.audit.blueprint import bp


@bp.get("/branches/<int:organization_id>")
@may("see_roster")
def branch(organization_id: int) -> ResponseReturnValue:
    """The branch."""
    return render_template("base.html")


@bp.get("/people/<int:person_id>")
@may("see_people")
def person(person_id: int) -> ResponseReturnValue:
    """The person."""
    return render_template("base.html")
