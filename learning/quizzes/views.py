"""For trainers: how the questions of their own course went."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.kernel.access import actor, may
from learning.quizzes import tally_queries

bp = Blueprint("quizzes", __name__)


@bp.get("/workshop/courses/<int:course_id>/answers")
@may("write_courses")
def answers(course_id: int) -> ResponseReturnValue:
    """Question by question in the newest published version, or before there is one in the draft: how many answered, how many rightly, and which wrong choice misled most."""
    version = catalogue.version_learned(actor(), course_id)
    outline = catalogue.outline(version.id)
    named = [(lesson.title, lesson.quiz_id) for lesson in outline.lessons] + [(_("结业测验"), outline.final_quiz_id)]
    papers = [(name, tally_queries.of_quiz(quiz_id)) for name, quiz_id in named if quiz_id]
    return render_template("learning/quizzes/answers.html", outline=outline, papers=papers, fewest=tally_queries.FEWEST)
