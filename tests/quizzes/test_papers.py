"""A paper: handed out, saved, submitted once, marked by the server alone, taken again as often as one likes."""

import re
from datetime import timedelta

import pytest

from courses.kernel.db import db, transaction
from courses.kernel.errors import Missing, Refused
from courses.questions.actions import write_quiz
from courses.questions.rules import NewItem
from learning.organization.models import Person
from learning.quizzes import actions, queries
from learning.quizzes.models import Answer, Attempt, QuizSubmission
from tests.makers import make_course
from tests.people import NOW

RIGHT = [(1,), (0, 2)]


@pytest.fixture
def course(county):
    return make_course(county)


def hand_out(county, course, *, person="member", quiz=None):
    where = {"course_id": course.course, "version_id": course.version, "lesson_id": None}
    return actions.hand_out(getattr(county, person), quiz or course.quiz, **where, now=NOW)


def begin(county, course, **more):
    with transaction():
        return hand_out(county, course, **more).id


def answer(attempt_id, course, answers, *, sequence=0):
    with transaction():
        for question, chosen in zip(course.questions, answers, strict=True):
            actions.save_answer(db.session.get_one(Attempt, attempt_id), question, chosen, sequence=sequence, now=NOW)


def submit(attempt_id, *, at=NOW):
    with transaction():
        row = actions.submit(db.session.get_one(Attempt, attempt_id), now=at)
        return row.score, row.passed


def sit(county, course, answers, *, at=NOW):
    attempt = begin(county, course)
    answer(attempt, course, answers)
    return submit(attempt, at=at)


def long_quiz(county):
    """Twelve questions of four options: two papers alike would be a miracle."""
    items = [NewItem("single", f"第{n}题", ("甲", "乙", "丙", "丁"), (n % 4,)) for n in range(11)]
    with transaction():
        author = db.session.get_one(Person, county.trainer)
        return write_quiz("长卷", [*items, NewItem("true_false", "判断", ("对", "错"), (0,))], actor=author, now=NOW).id


def test_the_order_of_a_paper_is_kept_until_it_is_submitted(county, course):
    quiz = long_quiz(county)
    attempt = begin(county, course, quiz=quiz)
    order = db.session.get_one(Attempt, attempt).paper
    for _ in range(3):
        assert begin(county, course, quiz=quiz) == attempt
    db.session.expire_all()
    assert db.session.get_one(Attempt, attempt).paper == order


def test_every_paper_is_shuffled_anew_and_holds_the_whole_quiz(county, course):
    quiz = long_quiz(county)
    papers = []
    for _ in range(3):
        attempt = begin(county, course, quiz=quiz)
        papers.append(db.session.get_one(Attempt, attempt).paper)
        submit(attempt)
    assert papers[0] != papers[1] != papers[2]
    for paper in papers:
        assert sorted(key for key, _ in paper) == sorted(key for key, _ in papers[0])
        assert all(sorted(order) == list(range(len(order))) for _, order in paper)
        assert [0, 1] in [order for _, order in paper], "对 stands before 错"


def test_a_choice_refers_to_the_question_not_to_where_it_stood_on_the_paper(county, course):
    for _ in range(4):
        assert sit(county, course, RIGHT) == (100, True)


@pytest.mark.parametrize("chosen", [(0,), (2,), (0, 1), (0, 1, 2), ()])
def test_half_a_multiple_choice_is_no_answer(county, course, chosen):
    assert sit(county, course, [(1,), chosen]) == (50, False)


def test_a_later_choice_replaces_an_earlier_and_a_late_arrival_changes_nothing(county, course):
    attempt = begin(county, course)
    answer(attempt, course, [(0,), (0,)], sequence=1)
    answer(attempt, course, RIGHT, sequence=3)
    answer(attempt, course, [(2,), (1,)], sequence=2)
    assert submit(attempt) == (100, True)


def test_a_choice_can_be_taken_back(county, course):
    attempt = begin(county, course)
    answer(attempt, course, RIGHT, sequence=1)
    answer(attempt, course, [(), ()], sequence=2)
    assert submit(attempt) == (0, False)


def test_an_empty_paper_may_be_submitted(county, course):
    assert submit(begin(county, course)) == (0, False)


def test_a_second_submission_changes_nothing(county, course):
    attempt = begin(county, course)
    answer(attempt, course, RIGHT)
    first = submit(attempt)
    assert submit(attempt, at=NOW + timedelta(days=1)) == first
    row = db.session.query(QuizSubmission).one()
    assert (row.at, row.right) == (NOW, sorted(course.questions))


def test_after_submission_no_answer_is_taken(county, course):
    attempt = begin(county, course)
    answer(attempt, course, [(0,), (1,)])
    submit(attempt)
    with pytest.raises(Refused, match="已经交了"):
        answer(attempt, course, RIGHT, sequence=9)
    assert [row.chosen for row in db.session.query(Answer).order_by(Answer.question_id)] == [[0], [1]]


def test_a_question_of_another_quiz_and_an_option_that_is_none_are_refused(county, course):
    attempt, other = begin(county, course), make_course(county, title="另一门")
    for question, chosen in ((other.questions[0], (1,)), (course.questions[0], (7,)), (course.questions[0], (0, 1)), (10**18, (0,))):
        with pytest.raises(Refused), transaction():
            actions.save_answer(db.session.get_one(Attempt, attempt), question, chosen, sequence=1, now=NOW)
    assert db.session.query(Answer).count() == 0


def test_a_quiz_may_be_taken_again_and_the_best_counts(county, course):
    scores = [sit(county, course, answers, at=NOW + timedelta(minutes=n))[0] for n, answers in enumerate([[(1,), ()], RIGHT, [(), ()]])]
    assert scores == [50, 100, 0]
    passed = queries.passed(county.member, course.course)
    assert (passed[course.quiz].score, passed[course.quiz].at) == (100, NOW + timedelta(minutes=1))
    assert len(queries.attempts(county.member, course.course)) == 3


def test_the_day_of_passing_is_that_of_the_first_pass(county, course):
    for minutes in (0, 5):
        sit(county, course, RIGHT, at=NOW + timedelta(minutes=minutes))
    assert queries.passed(county.member, course.course)[course.quiz].at == NOW


def test_a_failed_quiz_is_not_among_the_passed(county, course):
    sit(county, course, [(0,), ()])
    assert queries.passed(county.member, course.course) == {}
    assert queries.passed_everywhere(county.member) == set()


def test_someone_elses_attempt_is_not_found(county, course):
    attempt = begin(county, course)
    assert queries.attempt_for(county.member, attempt).id == attempt
    for who in (county.neighbour, county.secretary, county.county_admin):
        with pytest.raises(Missing):
            queries.attempt_for(who, attempt)


def test_each_person_has_a_paper_of_their_own(county, course):
    assert begin(county, course) != begin(county, course, person="neighbour")


def test_ids_on_a_paper_are_those_of_the_quiz(county, course):
    paper = db.session.get_one(Attempt, begin(county, course)).paper
    assert sorted(key for key, _ in paper) == sorted(course.questions)
    assert re.fullmatch(r"\[\[\d+, \[.*\]\]\]", str(paper))
