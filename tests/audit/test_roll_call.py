"""A shared viewing on one page: everyone ticked, those away unticked; every entry shows who made it."""

import html
import re
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.audit.models import Entry
from learning.classes import queries as classes
from learning.classes.models import Attendance, OfflineSession
from learning.classes.rules import state_text
from learning.goals import actions as goals
from learning.goals import queries as goal_queries
from learning.hours import actions as hours
from learning.organization.models import Organization
from learning.records import queries as records
from tests.audit.pages import words_of
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

TODAY = clock.day_of(clock.now())


@pytest.fixture
def course(county):
    made = make_course(county)
    with transaction():
        hours.set_policy(TODAY.replace(month=1, day=1), now=NOW)
        where = db.session.get(Organization, county.county)
        goals.launch("万名党员进党校", where, target=10, since=TODAY.replace(month=1, day=1), until=TODAY, course_ids=[made.course], now=NOW)
        goals.recount_all(now=NOW, today=TODAY)
    return made.course


def posted(course, present, **more):
    return {"course_id": course, "kind": "group_viewing", "held_on": TODAY.isoformat(), "venue": "村党群服务中心", "lecturer": "", "present": present, **more}


def take(app, county, course, present, **more):
    return client_for(app, county.secretary).post(f"/branches/{county.willow}/roll-calls/new", data=posted(course, present, **more))


def willow(county):
    campaign = goal_queries.running(TODAY)[0]
    return next(row.counts for row in goal_queries.standing(campaign.id) if row.organization.id == county.willow)


def test_the_page_has_everyone_of_the_branch_ticked_and_nobody_else(app, county, course):
    page = client_for(app, county.secretary).get(f"/branches/{county.willow}/roll-calls/new").get_data(as_text=True)
    for name in ("张甲", "李乙", "王丙", "陈戊"):
        assert name in page
    assert "赵丁" not in page
    assert page.count(" checked>") == 4


def test_those_present_get_their_record_and_those_away_their_line(app, county, course):
    answer = take(app, county, course, [county.member, county.old_member], **{f"reason-{county.secretary}": "外出流动"})
    assert answer.status_code == 302
    session = db.session.query(OfflineSession).one()
    roll = {person_id: (line.state, line.reason) for person_id, line in classes.roll(session.id).items()}
    assert roll == {
        county.member: ("present", ""),
        county.old_member: ("present", ""),
        county.activist: ("absent", ""),
        county.secretary: ("leave", "外出流动"),
    }
    completion = records.completion(county.member, course)
    assert (completion.route, completion.entered_by_id) == ("class", county.secretary)
    assert records.certificate_of(county.member, course) is not None
    assert (willow(county).trained_class, willow(county).encouraged_trained) == (1, 1)
    assert "实到 2 人" in db.session.query(Entry).filter_by(act="roll_call").one().words


def test_the_sheet_shows_who_entered_it_and_has_room_to_sign(app, county, course):
    client = client_for(app, county.secretary)
    page = client.post(f"/branches/{county.willow}/roll-calls/new", data=posted(course, [county.member]), follow_redirects=True).get_data(as_text=True)
    assert "陈戊" in page
    assert "签名" in page
    assert "实到 1 人，其中 1 人由此学完" in page


def test_a_correction_adds_a_line_and_erases_none(app, county, course):
    take(app, county, course, [county.member])
    session = db.session.query(OfflineSession).one().id
    client = client_for(app, county.secretary)
    answer = client.post(f"/roll-calls/{session}/edit", data={"present": [county.activist], f"reason-{county.member}": "请假"})
    assert answer.status_code == 302
    lines = [(line.line, line.state) for line in db.session.query(Attendance).filter_by(person_id=county.member).order_by(Attendance.id)]
    assert lines == [(1, "present"), (2, "leave")]
    assert records.completion(county.activist, course).route == "class"
    assert records.completion(county.member, course) is not None  # stands until the county revokes it
    page = client.get(f"/roll-calls/{session}").get_data(as_text=True)
    assert "张甲 已更正为没到" in page
    assert "第 2 次登记" in page
    assert db.session.query(Entry).filter_by(act="correct_roll").count() == 2


def test_an_unchanged_correction_writes_nothing(app, county, course):
    take(app, county, course, [county.member])
    session, before = db.session.query(OfflineSession).one().id, db.session.query(Attendance).count()
    client_for(app, county.secretary).post(f"/roll-calls/{session}/edit", data={"present": [county.member]})
    assert db.session.query(Attendance).count() == before


def test_a_second_roll_of_the_same_session_is_refused_and_what_was_typed_is_kept(app, county, course):
    take(app, county, course, [county.member])
    answer = take(app, county, course, [county.activist])
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "已经登记过了" in page
    assert 'value="村党群服务中心"' in page
    assert f'value="{county.activist}" id="present-{county.activist}" checked' in page
    assert f'value="{county.member}" id="present-{county.member}" checked' not in page


def test_a_day_to_come_is_refused_with_words(app, county, course):
    answer = take(app, county, course, [county.member], held_on="2099-01-01")
    assert answer.status_code == 422
    assert "日期还没到" in answer.get_data(as_text=True)
    assert db.session.query(OfflineSession).count() == 0


def test_people_of_another_branch_cannot_be_slipped_in(app, county, course):
    take(app, county, course, [county.member, county.neighbour])
    assert records.completion(county.neighbour, course) is None


def test_a_secretary_of_another_branch_finds_nothing(app, county, course):
    take(app, county, course, [county.member])
    session = db.session.query(OfflineSession).one().id
    client = client_for(app, county.secretary)
    assert client.get(f"/branches/{county.bridge}/roll-calls/new").status_code == 404
    assert client.post(f"/branches/{county.bridge}/roll-calls/new", data=posted(course, [county.neighbour])).status_code == 404
    assert client.get(f"/branches/{county.bridge}/home-deliveries/new").status_code == 404
    with transaction():
        db.session.get(OfflineSession, session).organization_id = county.bridge
    assert client.get(f"/roll-calls/{session}").status_code == 404
    assert client.post(f"/roll-calls/{session}/edit", data={}).status_code == 404


def test_a_member_without_a_post_may_not(app, county, course):
    assert client_for(app, county.member).get(f"/branches/{county.willow}/roll-calls/new").status_code == 403


def deliver(app, county, course, person, **more):
    data = {"person_id": person, "course_id": course, "delivered_on": TODAY.isoformat(), "delivered_by": "陈戊", "what": "到家中讲解", **more}
    return client_for(app, county.secretary).post(f"/branches/{county.willow}/home-deliveries/new", data=data)


def test_a_home_delivery_earns_the_record_and_says_how(app, county, course):
    assert deliver(app, county, course, county.old_member).status_code == 302
    completion = records.completion(county.old_member, course)
    assert (completion.route, completion.entered_by_id) == ("home", county.secretary)
    assert (willow(county).encouraged_trained, willow(county).trained) == (1, 0)
    assert db.session.query(Entry).filter_by(act="home_delivery").one().about_person_id == county.old_member
    page = client_for(app, county.secretary).get(f"/branches/{county.willow}/sessions").get_data(as_text=True)
    assert "李乙" in page
    assert "到家中讲解" in page


def test_a_delivery_twice_on_a_day_or_to_oneself_is_refused(app, county, course):
    deliver(app, county, course, county.old_member)
    again = deliver(app, county, course, county.old_member, what="又去了一次")
    assert again.status_code == 422
    assert "又去了一次" in again.get_data(as_text=True)
    own = deliver(app, county, course, county.secretary)
    assert own.status_code == 422
    assert "不能给自己" in own.get_data(as_text=True)


def test_a_delivery_to_someone_of_another_branch_is_refused(app, county, course):
    assert deliver(app, county, course, county.neighbour).status_code == 422
    assert records.completion(county.neighbour, course) is None


def test_who_finished_online_before_keeps_that_record(app, county, course):
    deliver(app, county, course, county.member)
    take(app, county, course, [county.member])
    assert records.completion(county.member, course).route == "home"
    assert willow(county).trained == 1


def test_nobody_and_no_course_is_chosen_beforehand(app, county, course):
    client = client_for(app, county.secretary)
    for address in ("roll-calls", "home-deliveries"):
        page = client.get(f"/branches/{county.willow}/{address}/new").get_data(as_text=True)
        assert '<option selected value="0">请选择</option>' in page, address
    assert "请选择课程" in take(app, county, 0, [county.member]).get_data(as_text=True)
    assert "请选择同志" in deliver(app, county, course, 0).get_data(as_text=True)
    page = client.get(f"/branches/{county.willow}/home-deliveries/new?person={county.old_member}").get_data(as_text=True)
    assert f'<option selected value="{county.old_member}">' in page, "opened from someone's page, it is about them"


def test_what_a_roll_comes_to_is_confirmed_first_and_nothing_is_lost(app, county, course):
    data = posted(course, [county.member, county.secretary], counted="", **{f"reason-{county.old_member}": "年老体弱"})
    client = client_for(app, county.secretary)
    page = client.post(f"/branches/{county.willow}/roll-calls/new", data=data).get_data(as_text=True)
    assert "实到 2 人，请假 1 人，缺席 1 人" in page and "没到的：李乙、王丙" in page
    assert db.session.query(OfflineSession).count() == 0
    assert 'value="村党群服务中心"' in page and f'value="{county.member}" id="present-{county.member}" checked' in page
    changed = {**data, "counted": reviewed(page), "present": [county.member]}
    assert "实到 1 人，请假 1 人，缺席 2 人" in client.post(f"/branches/{county.willow}/roll-calls/new", data=changed).get_data(as_text=True)
    assert client.post(f"/branches/{county.willow}/roll-calls/new", data={**data, "counted": reviewed(page)}).status_code == 302
    assert db.session.query(OfflineSession).count() == 1


def reviewed(page):
    return re.search(r'name="counted" type="hidden" value="(\w+)"', page)[1]


def test_the_review_repeats_what_was_held_and_asking_again_never_saves(app, county, course):
    page = take(app, county, course, [county.member], counted="").get_data(as_text=True)
    told = page[page.index("还没有保存") : page.index("确认登记")]
    assert all(words in told for words in ("消防安全进家门", TODAY.isoformat(), "集中收看", "村党群服务中心"))
    assert "还没有保存" in take(app, county, course, [county.member], counted=reviewed(page), how="review").get_data(as_text=True)
    assert db.session.query(OfflineSession).count() == 0, "nothing changed, and still the button that asks again only asks"


@pytest.mark.parametrize(
    "change",
    [{"venue": "会议室"}, {"kind": "lecture"}, {"held_on": (TODAY - timedelta(days=1)).isoformat()}, {"lecturer": "王丙"}, {"swap": True}, {"reason": True}],
)
def test_whatever_was_changed_since_the_review_is_reviewed_again(app, county, course, change):
    away = {f"reason-{county.secretary}": "外出流动", f"reason-{county.old_member}": ""}
    page = take(app, county, course, [county.member], counted="", **away).get_data(as_text=True)
    assert "陈戊 外出流动" in page
    present = [county.activist] if change.pop("swap", False) else [county.member]
    if change.pop("reason", False):
        change = {f"reason-{county.secretary}": "年老体弱"}
    again = take(app, county, course, present, **{**away, "counted": reviewed(page), **change})
    assert again.status_code == 200 and "还没有保存" in again.get_data(as_text=True), "the counts are the same, the roll is not"
    assert db.session.query(OfflineSession).count() == 0
    assert take(app, county, course, present, **{**away, "counted": reviewed(again.get_data(as_text=True)), **change}).status_code == 302


def test_a_second_meeting_of_the_same_course_and_day_is_entered_only_when_it_is_said_to_be_one(app, county, course):
    take(app, county, course, [county.member])
    first = db.session.query(OfflineSession).one().id
    other = {"kind": "lecture", "venue": "会议室"}
    page = take(app, county, course, [county.activist], counted="", **other).get_data(as_text=True)
    assert "已经登记过" in page and f'href="/roll-calls/{first}"' in page and 'name="second"' in page
    sent = {**other, "counted": reviewed(page)}
    refused = take(app, county, course, [county.activist], **sent)
    assert refused.status_code == 422 and "确认登记" in refused.get_data(as_text=True)
    assert take(app, county, course, [county.activist], **other).status_code == 422, "nor for a program that asks for no review"
    assert take(app, county, course, [county.activist], how="scan", **other).status_code == 422, "nor to sign in to"
    assert db.session.query(OfflineSession).count() == 1
    assert take(app, county, course, [county.activist], **sent, second="y").status_code == 302
    assert db.session.query(OfflineSession).count() == 2


def test_a_home_delivery_is_looked_at_before_it_is_entered_and_what_to_do_about_a_wrong_one_is_said(app, county, course):
    asked = deliver(app, county, course, county.old_member, counted="").get_data(as_text=True)
    told = asked[asked.index("还没有保存") : asked.index("确认登记")]
    assert all(words in told for words in ("李乙", "消防安全进家门", TODAY.isoformat(), "到家中讲解"))
    other = deliver(app, county, course, county.activist, counted=reviewed(asked))
    assert other.status_code == 200 and "还没有保存" in other.get_data(as_text=True), "another person is looked at again"
    assert db.session.query(Entry).filter_by(act="home_delivery").count() == 0
    assert deliver(app, county, course, county.old_member, counted=reviewed(asked)).status_code == 302
    assert "由县里撤销" in client_for(app, county.secretary).get(f"/branches/{county.willow}/sessions").get_data(as_text=True)


def test_a_roll_call_sent_after_the_sign_in_ended_is_given_back_and_goes_through_once_signed_in(app, county, course):
    address, here = f"/branches/{county.willow}/roll-calls/new", {"Referer": "http://localhost/"}
    data = posted(course, [county.member, county.activist], **{f"reason-{county.secretary}": "外出流动"})
    lost = app.test_client().post(address, data=data, headers=here)
    assert lost.status_code == 401 and 'target="_blank"' in lost.text
    kept = [tuple(map(html.unescape, pair)) for pair in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', lost.text)]
    typed = MultiDict((name, value) for name, value in kept if name not in {"csrf_token", "then"})
    assert typed.getlist("present") == [str(county.member), str(county.activist)] and f'action="{address}"' in lost.text
    assert client_for(app, county.secretary).post(address, data=typed).status_code == 302
    assert {person_id: line.state for person_id, line in classes.roll(1).items()}[county.activist] == "present"


def test_a_page_whose_token_is_void_gives_back_what_was_typed_but_not_to_another_site(app, county, course):
    app.config["WTF_CSRF_ENABLED"] = True
    client, address, data = client_for(app, county.secretary), f"/branches/{county.willow}/roll-calls/new", posted(course, [county.member])
    given = client.post(address, data=data, headers={"Referer": "http://localhost/"})
    assert given.status_code == 400 and 'value="村党群服务中心"' in given.text
    again = MultiDict(tuple(map(html.unescape, pair)) for pair in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', given.text))
    again.setlist("csrf_token", again.getlist("csrf_token")[-1:])
    assert client.post(address, data=again, headers={"Referer": "http://localhost/"}).status_code == 302, "the page that gives it back holds a token that does"
    for headers in ({}, {"Referer": "http://evil.example/"}, {"Referer": "http://localhost/", "Origin": "http://evil.example"}, {"Referer": "http://["}):
        foreign = client.post(address, data=data, headers=headers)
        assert foreign.status_code == 400 and "村党群服务中心" not in foreign.text and "没有保存" in foreign.text, headers
    secret = client.post("/sign-in", data={"name": "a", "password": "荷塘月色"}, headers={"Referer": "http://localhost/"})
    assert secret.status_code == 400 and "荷塘月色" not in secret.text


def test_the_summary_of_faults_counts_them_and_names_each_once(app, county, course):
    page = words_of(take(app, county, 0, [county.member], venue="").get_data(as_text=True))
    assert "有 2 处要改一下。哪门课程：请选择课程；地点：请填地点，例如 村党群服务中心。" in page
    one = words_of(take(app, county, 0, [county.member]).get_data(as_text=True))
    assert "有 1 处要改一下。" in one and "哪门课程：请选择课程。" in one


def test_leave_for_no_other_reason_is_said_once(app, county, course):
    assert (state_text("leave", "请假"), state_text("leave", "外出流动"), state_text("present", "")) == ("请假", "请假（外出流动）", "实到")


def test_what_someone_entered_about_themselves_says_so_everywhere(app, county, course):
    asked = take(app, county, course, [county.secretary], counted="").get_data(as_text=True)
    assert "实到的只有您自己" in asked
    take(app, county, course, [county.secretary])
    session = db.session.query(OfflineSession).one().id
    client = client_for(app, county.town_admin)
    assert client.get(f"/roll-calls/{session}").get_data(as_text=True).count("本人登记") == 1, "of four lines, one is about whoever wrote it"
    assert "本人登记" in client.get(f"/people/{county.secretary}").get_data(as_text=True)
    assert "本人登记" in client_for(app, county.auditor).get(f"/people/{county.secretary}/courses/{course}/evidence").get_data(as_text=True)
    for who, where in (
        (county.town_admin, f"/organizations/{county.willow}/ledger"),
        (county.secretary, f"/people/{county.secretary}/file"),
        (county.secretary, "/record"),
    ):
        assert client_for(app, who).get(where).get_data(as_text=True).count("本人登记") == 1, where
    assert "登记人本人由本人登记" in db.session.query(Entry).filter_by(act="roll_call").one().words
