"""The auditor reads how each record arose, and changes nothing."""

import re
from datetime import timedelta

import pytest

from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.questions.models import Question
from learning.hours import actions as hours
from learning.organization.models import Person
from learning.organization.rules import grants
from learning.progress import actions as progress
from learning.progress import rules
from learning.progress.actions import Limits, Report
from learning.quizzes import actions as quizzes
from learning.records import actions as records
from learning.records import queries as record_queries
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

TODAY = clock.day_of(clock.now())
LIMITS = Limits(2.0, 0.9, 800)


def test_positions_read_as_on_a_player():
    assert rules.spans_text([(0, 100), (130, 3675)]) == "0:00–1:40、2:10–1:01:15"


@pytest.fixture
def course(county):
    made = make_course(county, seconds=100)
    with transaction():
        hours.set_policy(TODAY.replace(month=1, day=1), now=NOW)
    return made


@pytest.fixture
def studied(county, course):
    """张甲 finished online; the paper was passed on the second attempt."""
    with transaction():
        progress.enrol(county.member, course.course, course.version, now=NOW)
        session = progress.open_session(county.member, course.video, length_seconds=100, now=NOW)
        progress.extend(session, Report(((0, 95),), 95, 1), limits=LIMITS, now=NOW + timedelta(seconds=60))
        progress.reading_session(county.member, course.text, need_seconds=10, now=NOW)
        progress.read_through(county.member, course.text, 10, limits=LIMITS, now=NOW + timedelta(minutes=9))
        for number, answers in enumerate([[(0,), (1,)], [(1,), (0, 2)]]):
            at = NOW + timedelta(minutes=10 + number)
            attempt = quizzes.hand_out(county.member, course.quiz, course_id=course.course, version_id=course.version, lesson_id=None, now=at)
            for sequence, (question, chosen) in enumerate(zip(course.questions, answers, strict=True)):
                quizzes.save_answer(attempt, question, chosen, sequence=sequence, now=at)
            quizzes.submit(attempt, now=at)
        assert records.settle(county.member, course.course, now=NOW + timedelta(minutes=12), zone="Asia/Shanghai")
    return course


def page(app, county, course, who="auditor", person="member"):
    return client_for(app, getattr(county, who)).get(f"/people/{getattr(county, person)}/courses/{course.course}/evidence")


def test_online_study_shows_positions_papers_and_the_log_but_no_hour_of_the_day(app, county, studied):
    text = page(app, county, studied).get_data(as_text=True)
    certificate = record_queries.certificate_of(county.member, studied.course)
    for words in ("0:00–1:35", "发现火灾应拨打", "选择：110", "没答对", "100 分", certificate.number, "由系统根据学习事实生成", "2026-11-02"):
        assert words in text
    for hour in ("10:00", "10:10", "02:10", "10:12"):  # the clock in Shanghai and in UTC
        assert hour not in text


def test_a_bar_shows_what_was_played_and_on_which_sessions_by_day_alone(app, county, studied):
    text = page(app, county, studied).get_data(as_text=True)
    assert 'viewBox="0 0 100 4"' in text and '<rect class="bar-done" x="0" width="95" height="4"/>' in text
    assert 'aria-label="放过的位置：0:00–1:35"' in text
    assert "打开过 1 次" in text and "2026-11-02 · 记入 1:35" in text


def test_a_paper_shows_every_question_as_it_was_asked_though_the_question_changed_since(app, county, studied):
    with transaction():
        asked = db.session.get(Question, studied.questions[0])
        asked.until = NOW
        db.session.add(Question(kind="single", stem="改过的题", options=["110", "119"], answer=[1], explanation="", author_id=county.trainer, created_at=NOW))
        open_one = quizzes.hand_out(county.member, studied.quiz, course_id=studied.course, version_id=studied.version, lesson_id=None, now=NOW)
        order = dict(open_one.paper)
    text = page(app, county, studied).get_data(as_text=True)
    assert "发现火灾应拨打" in text and "改过的题" not in text
    assert "题目第 1 版" in text and "后来改过，这里是当时问的" in text and "没有交" in text
    options = re.sub(r"<[^>]+>", "", text[text.rindex("发现火灾应拨打") :].split("</ul>")[0])
    places = [options.index(("110", "119", "120")[place]) for place in order[studied.questions[0]]]
    assert places == sorted(places), "the options stand as on this paper"
    assert '<li class="chosen">110 <small>选了</small></li>' in text and "119 <small>正确答案</small>" in text


def test_the_auditors_role_opens_pages_and_nothing_that_writes(app):
    """Every route that an auditor's post lets in is read-only, whichever room it is in; asking for a file of what is read changes none of it."""
    for rule in app.url_map.iter_rules():
        kind, *capabilities = app.view_functions[rule.endpoint].access
        if kind == "may" and any(grants("auditor", capability) for capability in capabilities):
            writes = rule.methods & {"POST", "PUT", "PATCH", "DELETE"} if not rule.rule.endswith("/exports") else set()
            assert not writes, f"{rule} lets an auditor {writes}"


def test_a_roll_call_shows_every_line_and_who_entered_it(app, county, course):
    client = client_for(app, county.secretary)
    data = {"course_id": course.course, "kind": "group_viewing", "held_on": TODAY.isoformat(), "venue": "会议室", "present": [county.member]}
    client.post(f"/branches/{county.willow}/roll-calls/new", data=data)
    client.post("/roll-calls/1/edit", data={f"reason-{county.member}": "新转入"})
    text = page(app, county, course).get_data(as_text=True)
    assert "集中学习（点名）" in text
    assert "请假（新转入）" in text
    assert "第 2 次登记，登记人 陈戊" in text
    assert client_for(app, county.auditor).get("/roll-calls/1").status_code == 200
    assert client_for(app, county.auditor).get("/roll-calls/1/edit").status_code == 403


def test_a_revocation_stays_readable(app, county, studied):
    with transaction():
        certificate = record_queries.certificate_of(county.member, studied.course)
        records.revoke(certificate, "登记有误", actor=db.session.get(Person, county.county_admin), now=NOW)
    text = page(app, county, studied).get_data(as_text=True)
    assert "已撤销" in text
    assert "登记有误" in text


def test_only_whoever_may_see_evidence_reads_it(app, county, studied):
    for who in ("secretary", "town_admin", "county_admin", "member"):
        assert page(app, county, studied, who).status_code == 403
    assert page(app, county, studied, person="neighbour").status_code == 404


def test_the_auditor_finds_people_by_name_pinyin_or_initials(app, county, studied):
    client = client_for(app, county.auditor)
    for words in ("张", "zhangjia"[:5], "zj"):
        assert "张甲" in client.get(f"/evidence?words={words}").get_data(as_text=True)
    assert "没有找到" in client.get("/evidence?words=没有这个人").get_data(as_text=True)
    assert "消防安全进家门" in client.get(f"/people/{county.member}/evidence").get_data(as_text=True)


def test_there_is_nothing_to_post_to(app, county, studied):
    client = client_for(app, county.auditor)
    for address in ("/evidence", f"/people/{county.member}/evidence", f"/people/{county.member}/courses/{studied.course}/evidence"):
        assert client.post(address).status_code == 405
