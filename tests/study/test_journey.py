"""From the first second watched to the certificate and the campaign's figure, through the rooms' own doors."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from courses.catalogue.models import Lesson
from courses.kernel.db import db, transaction
from learning.goals import actions as goals
from learning.goals import queries as goal_queries
from learning.hours import actions as hours
from learning.hours import queries as hour_queries
from learning.organization.models import Organization, Person
from learning.progress import actions as progress
from learning.progress import queries as progress_queries
from learning.progress.actions import Limits, Report
from learning.progress.models import LessonCompletion, StudySession
from learning.quizzes import actions as quizzes
from learning.quizzes import queries as quiz_queries
from learning.records import log, queries
from learning.records.models import CourseCompletion
from learning.study import actions
from learning.study import queries as desk
from tests.clients import client_for, forget_language
from tests.makers import make_course
from tests.people import NOW, TODAY

COUNTY = actions.County(Limits(2.0, 0.9, 800), "Asia/Shanghai")


@pytest.fixture
def course(county):
    made = make_course(county, seconds=100)
    with transaction():
        hours.set_policy(date(2026, 1, 1), now=NOW)
        goals.launch(
            "万名党员进党校",
            db.session.get(Organization, county.county),
            target=10,
            since=date(2026, 1, 1),
            until=date(2026, 12, 31),
            course_ids=[made.course],
            now=NOW,
        )
    return made


def watch_through(person_id, course, start=NOW):
    with transaction():
        progress.enrol(person_id, course.course, course.version, now=start)
        session = progress.open_session(person_id, course.video, length_seconds=100, now=start)
        actions.watch(session, Report(((0, 100),), 100, 1), county=COUNTY, now=start + timedelta(seconds=60))


def read_through(person_id, course, start=NOW):
    with transaction():
        person = db.session.get(Person, person_id)
        outline, lesson = desk.lesson_for(person_id, course.text)
        progress.reading_session(person_id, course.text, need_seconds=30, now=start)
        return actions.read(person, outline, lesson, county=COUNTY, now=start + timedelta(minutes=5))


def take_quiz(person_id, course, answers, at=NOW + timedelta(minutes=10)):
    with transaction():
        outline = desk.outline_for(person_id, course.course)
        attempt = quizzes.hand_out(person_id, course.quiz, course_id=course.course, version_id=course.version, lesson_id=None, now=at)
        for sequence, (question, chosen) in enumerate(zip(course.questions, answers, strict=True)):
            quizzes.save_answer(attempt, question, chosen, sequence=sequence, now=at)
        return actions.hand_in(attempt, outline, county=COUNTY, now=at).score


def test_a_passed_quiz_finishes_a_lesson_that_is_read_once_it_was_open_for_as_long_as_its_length_asks(county, course):
    with transaction() as session:
        session.execute(update(Lesson).where(Lesson.id == course.text).values(quiz_id=course.quiz, text="学" * 1600))

    def pass_quiz(at):
        with transaction():
            outline = desk.outline_for(county.member, course.course)
            progress.enrol(county.member, course.course, course.version, now=at)
            attempt = quizzes.hand_out(county.member, course.quiz, course_id=course.course, version_id=course.version, lesson_id=course.text, now=at)
            for sequence, (question, chosen) in enumerate(zip(course.questions, [(1,), (0, 2)], strict=True)):
                quizzes.save_answer(attempt, question, chosen, sequence=sequence, now=at)
            assert actions.hand_in(attempt, outline, county=COUNTY, now=at).passed
        return progress_queries.is_finished(county.member, course.text)

    assert not pass_quiz(NOW), "never opened"
    with transaction():
        progress.reading_session(county.member, course.text, need_seconds=120, now=NOW)
    assert not pass_quiz(NOW + timedelta(seconds=30)), "open for a quarter of what 1,600 characters ask"
    assert pass_quiz(NOW + timedelta(minutes=5))
    proof = db.session.query(LessonCompletion).filter_by(person_id=county.member, lesson_id=course.text).one()
    assert proof.how == "quiz" and proof.evidence["score"] == 100


def test_the_whole_way_issues_one_certificate_and_counts_one_person(county, course):
    watch_through(county.member, course)
    assert read_through(county.member, course) == 0
    assert queries.completion(county.member, course.course) is None
    assert take_quiz(county.member, course, [(1,), (0, 2)]) == 100
    certificate = queries.certificate_of(county.member, course.course)
    assert certificate is not None
    assert (certificate.person_name, certificate.quarters, certificate.score) == ("张甲", 1, 100)
    assert certificate.organization_name == "样例镇党委柳荫村党支部"
    assert hour_queries.year(county.member, 2026).counted == 1
    rows = {row.organization.id: row.counts for row in goal_queries.standing(goal_queries.running(TODAY)[0].id)}
    assert (rows[county.county].trained, rows[county.willow].trained_online) == (1, 1)
    assert log.verify().fault == "" and log.verify().leaves == 1


def test_half_right_is_not_passed_and_the_best_result_stands(county, course):
    watch_through(county.member, course)
    read_through(county.member, course)
    assert take_quiz(county.member, course, [(1,), (0,)]) == 50
    assert queries.completion(county.member, course.course) is None
    take_quiz(county.member, course, [(1,), (0, 2)], at=NOW + timedelta(minutes=11))
    take_quiz(county.member, course, [(), ()], at=NOW + timedelta(minutes=12))
    assert quiz_queries.passed(county.member, course.course)[course.quiz].score == 100
    assert queries.completion(county.member, course.course) is not None


def test_who_is_done_is_told_so_in_sentences_that_stand_apart(app, county, course):
    watch_through(county.member, course)
    read_through(county.member, course)
    take_quiz(county.member, course, [(1,), (0, 2)])
    forget_language()
    secretary = client_for(app, county.secretary)
    secretary.set_cookie("language", "en")
    page = secretary.get(f"/people/{county.member}").text
    assert "Finished 2026-" in page
    assert not re.search(r"\.Finished 2026-", page)


def test_settling_again_changes_nothing(county, course):
    watch_through(county.member, course)
    read_through(county.member, course)
    take_quiz(county.member, course, [(1,), (0, 2)])
    with transaction():
        actions.settle(county.member, course.course, county=COUNTY, now=NOW + timedelta(days=3))
    assert db.session.query(CourseCompletion).count() == 1
    assert hour_queries.year(county.member, 2026).counted == 1


def test_a_submitted_paper_takes_no_more_answers(county, course):
    take_quiz(county.member, course, [(0,), (1,)])
    attempt = quiz_queries.attempts(county.member, course.course)[0]
    with transaction(), pytest.raises(Exception, match="已经交了"):
        quizzes.save_answer(quiz_queries.attempt_for(county.member, attempt.id), course.questions[0], (1,), sequence=99, now=NOW)


def test_an_encouraged_person_who_finishes_stands_in_a_column_of_their_own(county, course):
    watch_through(county.old_member, course)
    read_through(county.old_member, course)
    take_quiz(county.old_member, course, [(1,), (0, 2)])
    rows = {row.organization.id: row.counts for row in goal_queries.standing(goal_queries.running(TODAY)[0].id)}
    willow = rows[county.willow]
    assert (willow.trained, willow.encouraged_trained) == (0, 1)


def test_a_session_of_another_person_cannot_be_reported_to(county, course):
    with transaction():
        session = progress.open_session(county.member, course.video, length_seconds=100, now=NOW).id
    with pytest.raises(Exception, match="没有找到"):
        desk.progress.session_for(county.neighbour, session)
    assert db.session.get(StudySession, session).credited_seconds == 0
