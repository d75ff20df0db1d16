"""Pages of campaigns: what is under way, and how it stands."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.settings import settings
from learning.goals import forms, queries

bp = Blueprint("goals", __name__)


@bp.get("/campaigns")
@may("see_campaign")
def campaigns() -> ResponseReturnValue:
    """The campaigns whose standing this person may see."""
    today = clock.day_of(clock.now(), settings().zone)
    return render_template("learning/goals/campaigns.html", campaigns=queries.visible(actor()), today=today)


@bp.get("/campaigns/<int:campaign_id>")
@may("see_campaign")
def campaign(campaign_id: int) -> ResponseReturnValue:
    """The committee's board: target, in scope, trained, composition, and each organization's standing on a stated day."""
    found = queries.campaign_for(actor(), campaign_id)
    asked = forms.day(request.args.get("as_of"))
    board = queries.board(found, actor(), asked=asked, today=clock.day_of(clock.now(), settings().zone))
    return render_template("learning/goals/campaign.html", board=board, asked=asked)
