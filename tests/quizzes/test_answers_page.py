"""How questions went, for the trainer: stored counts, the trap most fallen into, and nothing while so few papers would tell who answered what."""

from courses.kernel.db import db, transaction
from learning.quizzes import actions
from learning.quizzes.models import Attempt
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW


def sit(who, course, answers):
    with transaction():
        where = {"course_id": course.course, "version_id": course.version, "lesson_id": None}
        attempt_id = actions.hand_out(who, course.quiz, **where, now=NOW).id
    with transaction():
        attempt = db.session.get_one(Attempt, attempt_id)
        for question, chosen in zip(course.questions, answers, strict=True):
            actions.save_answer(attempt, question, chosen, sequence=1, now=NOW)
        actions.submit(attempt, now=NOW)


def page(app, who, course):
    return client_for(app, who).get(f"/workshop/courses/{course.course}/answers")


def test_a_trainer_reads_how_each_question_went_once_enough_papers_are_in(app, county):
    course = make_course(county)
    for who in (county.member, county.neighbour):
        sit(who, course, [(0,), (0, 2)])
    words = page(app, county.trainer, course).get_data(as_text=True)
    assert words.count("还没有足够的卷子") == 2 and "最常见的错误" not in words
    sit(county.activist, course, [(2,), ()])
    words = page(app, county.trainer, course).get_data(as_text=True)
    assert "3 份卷子有这道题，3 份作答，0 份答对" in words
    assert "最常见的错误：110（2 份）" in words
    assert "3 份卷子有这道题，2 份作答，2 份答对" in words
    assert not any(name in words for name in ("张甲", "赵丁", "王丙"))


def test_nobody_else_reads_it(app, county):
    course = make_course(county)
    assert page(app, county.member, course).status_code == 403
    with transaction():
        db.session.execute(db.text("update course set author_id = :who"), {"who": county.reviewer})
    assert page(app, county.trainer, course).status_code == 404


def test_the_counts_are_recomputed_from_a_terminal(app, county):
    course = make_course(county)
    sit(county.member, course, [(0,), (0, 2)])
    said = app.test_cli_runner().invoke(args=["quizzes", "recount"])
    assert said.output == "recounted 2 questions\n", said.output
