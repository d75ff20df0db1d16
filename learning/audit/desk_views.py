"""The desk: where everyone who holds a post begins."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from courses.kernel.access import actor, signed_in
from learning.audit import desk_queries
from learning.audit.blueprint import bp


@bp.get("/desk")
@signed_in
def desk() -> ResponseReturnValue:
    """What the posts of the person asking are for; whoever serves one branch alone is taken straight to it."""
    found = desk_queries.desk(actor())
    if found.only_branch is not None:
        return redirect(url_for("audit.branch", organization_id=found.only_branch.id))
    return render_template("learning/audit/desk.html", desk=found)
