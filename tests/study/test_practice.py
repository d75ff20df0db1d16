"""A practical lesson: ticked by oneself it finishes nothing, seen by a witness it does, once, and the record says how it arose."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue import rules as catalogue_rules
from courses.catalogue.models import CourseVersion, Lesson
from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.audit.models import Entry
from learning.hours import actions as hours
from learning.progress.models import Enrolment, LessonCompletion
from learning.progress.practice_rules import Practice
from learning.records import queries as records
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

STEPS = ["布置会场", "宣读名单", "当场唱票"]


@pytest.fixture
def practice(county):
    """The id of a practical lesson, the one thing that its published course requires."""
    made = make_course(county, title="“三会一课”怎么开")
    with transaction():
        hours.set_policy(date(2026, 1, 1), now=NOW)
        for lesson_id in (made.video, made.text):
            db.session.get_one(Lesson, lesson_id).elective = True
        db.session.get_one(CourseVersion, made.version).final_quiz_id = None
        row = Lesson(version_id=made.version, origin="p1", position=3, kind="practice", title="现场模拟", steps=STEPS)
        db.session.add(row)
        db.session.flush()
        return made, row.id


def seen(lesson_id, *present, **more):
    return {"lesson_id": lesson_id, "held_on": clock.day_of(clock.now()).isoformat(), "present": list(present), **more}


@given(st.integers(0, 6), st.sets(st.integers(0, 6)), st.sets(st.integers(0, 6)))
def test_only_steps_that_were_seen_finish_a_lesson(count, ticked, was_seen):
    practice = Practice(count, frozenset(ticked), frozenset(was_seen))
    assert practice.is_done == (count > 0 and all(step in was_seen for step in range(count)))
    assert not (practice.is_done and practice.is_asking)
    assert practice.is_asking == (count > 0 and not practice.is_done and all(step in ticked | was_seen for step in range(count)))


def test_steps_are_typed_one_a_line_with_or_without_marks():
    assert catalogue_rules.steps_of("1. 布置会场\r\n\n- 宣读名单\n（3）当场唱票\n30 分钟内讲完") == ["布置会场", "宣读名单", "当场唱票", "30 分钟内讲完"]


def test_what_one_ticks_oneself_waits_for_whoever_saw_it(app, county, practice):
    made, lesson_id = practice
    member, trainer = client_for(app, county.member), client_for(app, county.trainer)
    assert "布置会场" in member.get(f"/lessons/{lesson_id}").text
    member.post(f"/lessons/{lesson_id}/ticks", data={"step": [0, 1]})
    assert "张甲" not in trainer.get(f"/workshop/courses/{made.course}/practice").text
    member.post(f"/lessons/{lesson_id}/ticks", data={"step": [0, 1, 2, 99]})
    assert "等在场的支部书记或讲师确认" in member.get(f"/lessons/{lesson_id}").text
    assert db.session.query(LessonCompletion).count() == 0
    assert "张甲" in trainer.get(f"/workshop/courses/{made.course}/practice").text
    assert trainer.post(f"/workshop/courses/{made.course}/practice", data=seen(lesson_id, county.neighbour)).status_code == 422
    answer = trainer.post(f"/workshop/courses/{made.course}/practice", data=seen(lesson_id, county.member))
    assert answer.status_code == 302, answer.text
    done = records.completion(county.member, made.course)
    assert (done.route, done.entered_by_id, done.evidence["witnesses"]) == ("class", county.trainer, {"p1": county.trainer})
    assert "见证人：刘己" in member.get(f"/lessons/{lesson_id}").text
    assert "现场模拟（见证）" in member.get("/record").text
    auditor = client_for(app, county.auditor).get(f"/people/{county.member}/courses/{made.course}/evidence").text
    assert "现场模拟，见证人 刘己" in auditor
    assert "线上学习" not in auditor.split("结果")[1].split("</section>")[0]


def test_a_secretary_enters_a_whole_session_and_single_steps(app, county, practice):
    made, lesson_id = practice
    secretary = client_for(app, county.secretary)
    address = f"/branches/{county.willow}/practice"
    assert "当场唱票" in secretary.get(address).text
    some = {f"seen-{county.activist}": [0, 2]}
    assert secretary.post(address, data=seen(lesson_id, county.member, county.old_member, county.neighbour, **some)).status_code == 302
    finished = {row.person_id for row in db.session.query(LessonCompletion)}
    assert finished == {county.member, county.old_member}
    assert "已见证 2 步" in secretary.get(address).text
    assert secretary.post(address, data=seen(lesson_id, **{f"seen-{county.activist}": [1]})).status_code == 302
    assert records.completion(county.activist, made.course) is not None
    assert secretary.post(address, data=seen(lesson_id, county.member)).status_code == 302
    assert db.session.query(LessonCompletion).count() == 3
    assert db.session.query(Entry).filter_by(act="witness_practice").count() == 3
    assert "当场唱票" not in client_for(app, county.member).get(address, headers={"Accept": "application/json"}).text


def test_nobody_witnesses_themselves_another_branch_or_a_day_to_come(app, county, practice):
    _, lesson_id = practice
    secretary = client_for(app, county.secretary)
    assert secretary.post(f"/branches/{county.willow}/practice", data=seen(lesson_id, county.secretary)).status_code == 422
    assert secretary.post(f"/branches/{county.bridge}/practice", data=seen(lesson_id, county.neighbour)).status_code == 404
    assert secretary.post(f"/branches/{county.willow}/practice", data={**seen(lesson_id, county.member), "held_on": "2099-01-01"}).status_code == 422
    assert secretary.post(f"/branches/{county.willow}/practice", data={**seen(lesson_id, county.member), "held_on": "昨天"}).status_code == 422
    with transaction():
        db.session.get_one(Lesson, lesson_id).steps = []
    assert secretary.post(f"/branches/{county.willow}/practice", data=seen(lesson_id, county.member)).status_code == 422
    assert db.session.query(LessonCompletion).count() == db.session.query(Enrolment).count() == 0


def test_a_trainer_writes_a_practical_lesson(app, county):
    trainer = client_for(app, county.trainer)
    trainer.post("/workshop/new", data={"series": "0", "new_series": "实训", "title": "开一次党小组会", "summary": ""})
    course = db.session.query(CourseVersion).one()
    address = trainer.post(f"/workshop/courses/{course.course_id}/lessons", data={"lesson_title": "演一遍", "kind": "practice"}).location
    assert "还没有写步骤" in trainer.get(f"/workshop/courses/{course.course_id}").text
    trainer.post(address, data={"title": "演一遍", "text": "准备一间屋子。", "steps": "1. 点名\n2. 学文件\n"})
    assert ">\r\n点名\n学文件</textarea>" in trainer.get(address).text, "what was typed stands there to be typed on, one step a line"
    assert "现场模拟，2 步" in trainer.get(f"/workshop/courses/{course.course_id}").text
    assert trainer.post(address, data={"title": "演一遍", "steps": "\n".join("步" for _ in range(31))}).status_code == 422
