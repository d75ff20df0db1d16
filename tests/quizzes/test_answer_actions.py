"""The short way of a usual answer leaves the same rows as the long way that takes every answer."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from courses.kernel.brief import briefly
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from learning.accounts import actions as accounts
from learning.accounts.models import SignedIn
from learning.accounts.sealing import token_hash
from learning.quizzes import actions
from learning.quizzes.answer_actions import Sent, save_plainly
from learning.quizzes.models import Answer, Attempt, LateAnswer
from tests.people import NOW

# An answer: to which of the questions (the last is on no paper), what, under which number, and how many minutes after the paper was handed out.
CHOSEN = st.one_of(st.lists(st.integers(-1, 3), max_size=3), st.lists(st.text("ab", max_size=2), min_size=1, max_size=2)).map(tuple)
ANSWERS = st.lists(st.tuples(st.integers(0, 2), CHOSEN, st.integers(0, 5), st.integers(0, 12)), min_size=1, max_size=10)


@pytest.fixture
def course(signed_in_course):
    return signed_in_course


def begin(person, course, *, minutes=10):
    with transaction():
        attempt = Attempt(
            person_id=person, quiz_id=course.quiz, course_id=course.course, version_id=course.version, since=NOW, until=NOW + timedelta(minutes=minutes),
            paper=[[key, [0, 1, 2]] for key in course.questions],
        )  # fmt: skip
        db.session.add(attempt)
        db.session.flush()
        return attempt.id


def sent(person, attempt, question, chosen, *, sequence=1, now=NOW):
    return Sent(token_hash(f"phone-{person}"), attempt, question, chosen, sequence, now)


def in_the_long_way(one):
    try:
        with transaction():
            return actions.save_answer(db.session.get_one(Attempt, one.attempt_id), one.question_id, one.chosen, sequence=one.sequence, now=one.now)
    except Refused:
        return "refused"


def in_the_short_way(one):
    saved = briefly(save_plainly, one)
    return saved if saved is not None else in_the_long_way(one)


def rows(attempt):
    db.session.rollback()
    kept = [select(model.question_id, model.chosen, model.sequence, model.at).where(model.attempt_id == attempt) for model in (Answer, LateAnswer)]
    return [sorted(map(str, db.session.execute(statement))) for statement in kept]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS)
def test_any_answers_leave_the_same_rows_in_either_way(county, course, answers):
    one, other = (begin(county.member, course) for _ in range(2))
    for place, chosen, sequence, minutes in answers:
        asked = {"question": [*course.questions, 99][place], "chosen": chosen, "sequence": sequence, "now": NOW + timedelta(minutes=minutes)}
        assert in_the_long_way(sent(county.member, one, **asked)) == in_the_short_way(sent(county.member, other, **asked))
    assert rows(one) == rows(other)


def test_a_usual_answer_is_kept_in_the_short_way_and_the_later_one_stands(county, course):
    attempt, question = begin(county.member, course), course.questions[0]
    assert briefly(save_plainly, sent(county.member, attempt, question, (1,), sequence=5)) == actions.Saved(stands=True, sequence=5, late=False)
    assert briefly(save_plainly, sent(county.member, attempt, question, (2,), sequence=6)) == actions.Saved(stands=True, sequence=6, late=False)
    assert briefly(save_plainly, sent(county.member, attempt, question, (0,), sequence=5)) == actions.Saved(stands=False, sequence=6, late=False)
    db.session.rollback()
    assert db.session.scalars(select(Answer.chosen)).all() == [[2]]


def test_a_paper_handed_in_anothers_paper_and_a_device_signed_out_are_not_for_the_short_way(county, course):
    attempt, question = begin(county.member, course), course.questions[0]
    assert briefly(save_plainly, sent(county.neighbour, attempt, question, (1,))) is None
    handed_in = begin(county.member, course)
    with transaction():
        actions.hand_in(db.session.get_one(Attempt, handed_in), now=NOW)
    assert briefly(save_plainly, sent(county.member, handed_in, question, (1,))) is None
    with transaction():
        accounts.end_session(db.session.scalars(select(SignedIn.id).where(SignedIn.person_id == county.member)).one(), now=NOW)
    assert briefly(save_plainly, sent(county.member, attempt, question, (1,))) is None
    assert rows(attempt) == rows(handed_in) == [[], []]
