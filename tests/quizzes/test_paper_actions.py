"""The short way of a new paper: what the long way would hand out, once, and nothing to whoever may not sit the quiz again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from courses.kernel.brief import briefly
from courses.kernel.db import db, transaction
from courses.questions.models import Quiz
from learning.accounts import actions as accounts
from learning.accounts.models import SignedIn
from learning.accounts.sealing import token_hash
from learning.quizzes import actions
from learning.quizzes.models import Attempt
from learning.quizzes.paper_actions import Asked, hand_out_plainly
from tests.people import NOW


@pytest.fixture
def course(signed_in_course):
    return signed_in_course


def asked(person, course, *, device=None, now=NOW):
    blank = actions.draw(person, course.quiz, course_id=course.course, version_id=course.version, lesson_id=None, now=now)
    db.session.rollback()
    return Asked(token_hash(device or f"phone-{person}"), blank)


def papers(person):
    db.session.rollback()
    return list(db.session.scalars(select(Attempt).where(Attempt.person_id == person).order_by(Attempt.id)))


def limit(course, **terms):
    with transaction():
        for name, value in terms.items():
            setattr(db.session.get_one(Quiz, course.quiz), name, value)


def test_what_is_handed_out_is_what_the_long_way_finds_in_hand(county, course):
    limit(course, minutes=10)
    found = briefly(hand_out_plainly, asked(county.member, course))
    [row] = papers(county.member)
    assert (row.id, row.since, row.until, row.version_id) == (found, NOW, NOW + timedelta(minutes=10), course.version)
    assert {key for key, _ in row.paper} == set(course.questions)
    with transaction():
        again = actions.hand_out(county.member, course.quiz, course_id=course.course, version_id=course.version, lesson_id=None, now=NOW)
        assert again.id == found


def test_a_paper_in_hand_stays_the_only_one_until_it_is_handed_in(county, course):
    first = briefly(hand_out_plainly, asked(county.member, course))
    assert briefly(hand_out_plainly, asked(county.member, course)) == first
    with transaction():
        actions.hand_in(db.session.get_one(Attempt, first), now=NOW)
    second = briefly(hand_out_plainly, asked(county.member, course))
    assert [row.id for row in papers(county.member)] == [first, second]


def test_two_at_once_for_one_person_are_one_paper_and_others_have_their_own(county, course):
    waiting = [asked(county.member, course), asked(county.member, course), asked(county.neighbour, course)]

    def all_three(driver, _items):
        return [hand_out_plainly(driver, waiting)]

    one, second, other = briefly(all_three, None)
    assert second is None
    assert [row.id for row in papers(county.member)] == [one] and [row.id for row in papers(county.neighbour)] == [other]


def test_no_paper_beyond_the_last_attempt(county, course):
    limit(course, most_attempts=1)
    first = briefly(hand_out_plainly, asked(county.member, course))
    with transaction():
        actions.hand_in(db.session.get_one(Attempt, first), now=NOW)
    assert briefly(hand_out_plainly, asked(county.member, course)) is None
    assert len(papers(county.member)) == 1


def test_none_for_anothers_device_nor_for_one_that_was_signed_out(county, course):
    assert briefly(hand_out_plainly, asked(county.member, course, device=f"phone-{county.neighbour}")) is None
    with transaction():
        accounts.end_session(db.session.scalars(select(SignedIn.id).where(SignedIn.person_id == county.member)).one(), now=NOW)
    assert briefly(hand_out_plainly, asked(county.member, course)) is None
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0
