"""Watching and reading, on a real database: what is credited, what waits, and what finishes a lesson."""

from datetime import timedelta

import pytest

from courses.kernel.db import db, transaction
from learning.progress import actions, queries
from learning.progress.actions import Limits, Report
from learning.progress.models import Allowance, Coverage, LessonCompletion, StudySession
from tests.makers import make_course
from tests.people import NOW

LIMITS = Limits(speed=2.0, threshold=0.9, reading_rate=800)


@pytest.fixture
def course(county):
    return make_course(county, seconds=100)


def opened(person_id, lesson_id, at):
    with transaction():
        return actions.open_session(person_id, lesson_id, length_seconds=100, now=at).id


def reported(session_id, spans, at, sequence=1, position=0):
    with transaction():
        session = db.session.get(StudySession, session_id)
        return actions.extend(session, Report(tuple(spans), position, sequence), limits=LIMITS, now=at)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def test_what_was_played_is_credited_and_finishes_the_lesson_once(county, course):
    session = opened(county.member, course.video, NOW)
    assert reported(session, [(0, 50)], after(50)).covered_seconds == 50
    assert reported(session, [(0, 50)], after(51), 2).covered_seconds == 50
    outcome = reported(session, [(50, 95)], after(100), 3)
    assert outcome.covered_seconds == 95
    assert outcome.courses_moved == (course.course,)
    assert reported(session, [(95, 100)], after(110), 4).courses_moved == ()
    assert db.session.query(LessonCompletion).one().at == after(100)


def test_five_seconds_after_opening_at_most_ten_are_credited(county, course):
    session = opened(county.member, course.video, NOW)
    assert reported(session, [(0, 100)], after(5)).covered_seconds == 10


def test_parallel_sessions_share_one_allowance(county, course):
    sessions = [opened(county.member, course.video, NOW) for _ in range(4)]
    for place, session in enumerate(sessions):
        reported(session, [(place * 25, place * 25 + 25)], after(5))
    assert db.session.query(Coverage).one().covered_seconds == 10


def test_a_claim_above_the_allowance_waits_and_is_credited_later(county, course):
    session = opened(county.member, course.video, NOW)
    outcome = reported(session, [(0, 100)], after(5))
    assert outcome.waiting_seconds == 90
    assert reported(session, [], after(60), 2).covered_seconds == 100


def test_a_report_of_a_day_later_is_credited_within_the_age_of_its_session(county, course):
    session = opened(county.member, course.video, NOW)
    assert reported(session, [(0, 100)], NOW + timedelta(days=1)).covered_seconds == 100


def test_a_claim_through_a_new_session_after_silence_is_bounded_by_the_new_one(county, course):
    opened(county.member, course.video, NOW)
    session = opened(county.member, course.video, NOW + timedelta(days=1))
    assert reported(session, [(0, 100)], NOW + timedelta(days=1, seconds=3)).covered_seconds == 6


def test_spans_beyond_the_end_and_below_zero_count_for_nothing(county, course):
    session = opened(county.member, course.video, NOW)
    assert reported(session, [(-500, 10), (90, 10**6)], after(3000)).covered_seconds == 20


def test_an_older_report_does_not_move_the_position_back(county, course):
    session = opened(county.member, course.video, NOW)
    reported(session, [(0, 30)], after(30), 5, position=30)
    reported(session, [(0, 10)], after(31), 2, position=10)
    assert queries.parts(county.member, [course.video])[course.video].position == 30


def test_another_persons_session_is_not_theirs(county, course):
    session = opened(county.member, course.video, NOW)
    with pytest.raises(Exception, match="没有找到"):
        queries.session_for(county.neighbour, session)


def test_the_allowance_never_falls_below_zero(county, course):
    session = opened(county.member, course.video, NOW)
    for second in range(1, 40):
        reported(session, [(0, second * 5)], after(second), second)
    assert db.session.get(Allowance, county.member).left_ms >= 0
    assert db.session.query(Coverage).one().covered_seconds == 78


def test_a_text_is_finished_by_reading_not_sooner_than_its_length_allows(county, course):
    with transaction():
        actions.reading_session(county.member, course.text, need_seconds=60, now=NOW)
    with transaction():
        assert actions.read_through(county.member, course.text, 800, limits=LIMITS, now=after(10)) == 50
    with transaction():
        assert actions.read_through(county.member, course.text, 800, limits=LIMITS, now=after(60)) == 0
    assert db.session.query(LessonCompletion).one().how == "text"


def test_a_text_never_opened_is_not_finished(county, course):
    with transaction():
        assert actions.read_through(county.member, course.text, 800, limits=LIMITS, now=NOW) >= 60
    assert db.session.query(LessonCompletion).count() == 0
