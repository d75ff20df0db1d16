"""The committee's board and the pages of whoever runs a campaign."""

from datetime import timedelta

import pytest

from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.audit.models import Entry
from learning.goals import actions, queries
from learning.goals.models import Campaign
from learning.hours import actions as hours
from learning.organization.models import Organization
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

TODAY = clock.day_of(clock.now())
SINCE = TODAY - timedelta(days=60)


@pytest.fixture
def course(county):
    with transaction():
        hours.set_policy(TODAY.replace(month=1, day=1), now=NOW)
    return make_course(county).course


@pytest.fixture
def campaign(app, county, course):
    with transaction():
        where = db.session.get(Organization, county.county)
        row = actions.launch(
            "万名党员进党校", where, target=10_000, since=SINCE, until=TODAY + timedelta(days=30), course_ids=[course], basis="县委通知第一条", now=NOW
        )
        actions.recount_all(now=NOW, today=TODAY)
        number = row.id
    data = {"course_id": course, "kind": "lecture", "held_on": TODAY.isoformat(), "venue": "会议室", "present": [county.member, county.old_member]}
    client_for(app, county.secretary).post(f"/branches/{county.willow}/roll-calls/new", data=data)
    return number


def page(app, who, address):
    return client_for(app, who).get(address).get_data(as_text=True)


def test_the_board_states_target_scope_trained_rate_composition_and_day(app, county, campaign):
    text = page(app, county.county_admin, f"/campaigns/{campaign}")
    for words in ("10,000", "9,999", "不到 1%", f"统计日期：{TODAY.year}年{TODAY.month}月{TODAY.day}日", "县委通知第一条", "第二十三条", "消防安全进家门"):
        assert words in text
    assert "集中学习（点名） <b>1</b>" in text
    assert "12%" in text  # one of eight in scope


def test_a_past_day_shows_that_day(app, county, campaign):
    text = page(app, county.auditor, f"/campaigns/{campaign}?as_of={TODAY - timedelta(days=1)}")
    assert "集中学习（点名） <b>0</b>" in text
    early = page(app, county.auditor, f"/campaigns/{campaign}?as_of=2001-01-01")
    assert "改为最近的一天" in early
    assert client_for(app, county.auditor).get(f"/campaigns/{campaign}?as_of=nonsense").status_code == 200


def test_a_township_sees_its_own_subtree_and_the_countys_totals(app, county, campaign):
    text = page(app, county.town_admin, f"/campaigns/{campaign}")
    assert "晴川县委" in text
    assert "柳荫村党支部" in text
    assert "邻镇党委" not in text
    assert "远山村党支部" not in text


def test_secretaries_and_members_have_no_board(app, county, campaign):
    assert client_for(app, county.secretary).get(f"/campaigns/{campaign}").status_code == 403
    assert client_for(app, county.member).get("/campaigns").status_code == 403


def edited(course, **more):
    return {
        "title": "万名党员进党校",
        "target": "8000",
        "since": SINCE,
        "until": TODAY,
        "basis": "",
        "means": "all",
        "stages": ["full", "probationary"],
        "courses": [course],
        **more,
    }


def test_the_county_changes_a_campaign_and_the_entry_says_how_it_read_before(app, county, course, campaign):
    answer = client_for(app, county.county_admin).post(f"/campaigns/{campaign}/edit", data=edited(course))
    assert answer.status_code == 302
    assert db.session.get(Campaign, campaign).target == 8000
    words = db.session.query(Entry).filter_by(act="revise_campaign").one().words
    assert "目标 10000 人" in words
    assert "目标 8000 人" in words


def test_whom_it_asks_and_what_is_trained_are_changed_with_a_reason_that_the_board_tells(app, county, course, campaign):
    client, address = client_for(app, county.county_admin), f"/campaigns/{campaign}/edit"
    form = client.get(address).get_data(as_text=True)
    assert "应训是名册上实有的人" in form and "在哪个活动里都另外统计" in form
    change = {"means": "hours", "hours": "1", "kinds": ["centralized_training"], "places": "柳荫村党支部\nQC02", "roles": ["branch_secretary"]}
    answer = client.post(address, data=edited(course, target="10000", **change))
    assert answer.status_code == 422 and "请写原因" in answer.get_data(as_text=True)
    assert client.post(address, data=edited(course, **change, reason="按新通知")).status_code == 302
    board = page(app, county.auditor, f"/campaigns/{campaign}")
    for words in ("柳荫村党支部、邻镇党委的预备党员、正式党员，担任党支部书记的", "集中培训满 1 学时", "规则改过 1 次", "原因：按新通知", "第 1 版"):
        assert words in board, words
    assert "石桥村党支部" not in board
    assert "原因：按新通知" in db.session.query(Entry).filter_by(act="revise_campaign").one().words
    again = client.get(address).get_data(as_text=True)
    assert "QC0101\nQC02" in again.replace("\r", "") and 'value="1"' in again
    wrong = client.post(address, data=edited(course, places="没有的支部"))
    assert wrong.status_code == 422 and "没有找到" in wrong.get_data(as_text=True)


def test_a_members_home_says_what_the_campaign_asks_in_its_own_measure(app, county, course, campaign):
    client = client_for(app, county.county_admin)
    hours_of = {"means": "hours", "hours": "2", "kinds": ["centralized_training"], "reason": "按新通知"}
    assert client.post(f"/campaigns/{campaign}/edit", data=edited(course, **hours_of)).status_code == 302
    assert "活动期间集中培训满 2 学时，就完成了" in page(app, county.secretary, "/")
    assert "要求 2 学时，已有 0 学时" in page(app, county.secretary, "/")
    assert client.post(f"/campaigns/{campaign}/edit", data=edited(course, means="any", reason="改回来")).status_code == 302
    assert "您已经完成" in page(app, county.member, "/") and "任选一门" in page(app, county.member, "/")
    assert client.post(f"/campaigns/{campaign}/edit", data=edited(course, roles=["branch_secretary"], reason="只训书记")).status_code == 302
    assert "万名党员进党校" not in page(app, county.neighbour, "/"), "nothing is asked of them"
    assert "万名党员进党校" in page(app, county.secretary, "/")


def test_faults_keep_what_was_typed(app, county, course, campaign):
    answer = client_for(app, county.county_admin).post(f"/campaigns/{campaign}/edit", data=edited(course, target="0", title="新名称"))
    assert answer.status_code == 422
    assert 'value="新名称"' in answer.get_data(as_text=True)
    answer = client_for(app, county.county_admin).post(f"/campaigns/{campaign}/edit", data=edited(course, until=SINCE - timedelta(days=1)))
    assert answer.status_code == 422
    assert "结束日期要在开始日期之后" in answer.get_data(as_text=True)
    assert db.session.get(Campaign, campaign).target == 10_000


def test_a_new_campaign_counts_those_who_finished_already(app, county, course, campaign):
    answer = client_for(app, county.county_admin).post("/campaigns", data=edited(course, title="第二次活动"))
    assert answer.status_code == 302
    fresh = db.session.query(Campaign).filter_by(title="第二次活动").one().id
    assert queries.standing(fresh)[0].counts.trained == 1


def test_shares_as_typed_and_in_proportion(app, county, campaign):
    client = client_for(app, county.county_admin)
    assert client.get(f"/campaigns/{campaign}/shares").status_code == 200
    assert client.post(f"/campaigns/{campaign}/shares", data={f"share-{county.town}": "893"}).status_code == 302
    rows = {row.organization.id: row.share for row in queries.standing(campaign)}
    assert rows[county.town] == 893
    bad = client.post(f"/campaigns/{campaign}/shares", data={f"share-{county.town}": "很多"})
    assert bad.status_code == 422
    assert 'value="很多"' in bad.get_data(as_text=True)
    client.post(f"/campaigns/{campaign}/shares", data={"how": "proportional"})
    rows = {row.organization.id: row.share for row in queries.standing(campaign)}
    assert rows[county.town] == 10_000


def test_a_campaign_by_courses_without_a_course_is_refused_at_its_field(app, county, course, campaign):
    client = client_for(app, county.county_admin)
    for means in ("all", "any"):
        answer = client.post("/campaigns", data={**edited(course, means=means, title="空的活动"), "courses": []})
        assert answer.status_code == 422 and answer.text.count("请至少勾一门课程") == 2, "above the form and at the field"
    assert db.session.query(Campaign).filter_by(title="空的活动").count() == 0
    answer = client.post("/campaigns", data=edited(course, means="class", stages=[]))
    assert "没有填全：请至少选一类人员；请选择培训班。" in answer.text
    answer = client.post(f"/campaigns/{campaign}/edit", data={**edited(course, reason="换课"), "courses": []})
    assert answer.status_code == 422 and "请至少勾一门课程" in answer.text


def test_a_campaign_that_stood_without_a_course_is_still_given_another_title(app, county, course, campaign):
    with transaction():
        where = db.session.get(Organization, county.county)
        number = actions.launch("还没有课", where, target=10, since=SINCE, until=TODAY, now=NOW).id
    answer = client_for(app, county.county_admin).post(f"/campaigns/{number}/edit", data={**edited(course, title="新名称"), "courses": []})
    assert answer.status_code == 302 and db.session.get(Campaign, number).title == "新名称"


def test_hours_of_a_campaign_are_taken_in_quarters(app, county, course, campaign):
    client, address = client_for(app, county.county_admin), f"/campaigns/{campaign}/edit"
    hours_of = {"means": "hours", "kinds": ["centralized_training"], "reason": "按新通知"}
    assert client.post(address, data=edited(course, hours="2.25", **hours_of)).status_code == 302
    assert db.session.get(Campaign, campaign).terms.quarters == 9
    assert 'value="2.25"' in client.get(address).text and "集中培训满 2.25 学时" in page(app, county.auditor, f"/campaigns/{campaign}")
    for wrong in ("0.3", "0", "1001", "许多"):
        answer = client.post(address, data=edited(course, hours=wrong, **hours_of))
        assert answer.status_code == 422 and "学时按四分之一学时填写" in answer.text, wrong
    empty = client.post(address, data=edited(course, hours="", **hours_of))
    assert empty.status_code == 422 and "请填至少多少学时" in empty.text


def test_shares_that_do_not_add_up_are_saved_and_said_to(app, county, campaign):
    client, address = client_for(app, county.county_admin), f"/campaigns/{campaign}/shares"
    assert "名额合计" not in client.get(address).text, "nothing is shared out yet"
    saved = client.post(address, data={f"share-{county.town}": "10080", f"share-{county.willow}": "70"}, follow_redirects=True).text
    assert saved.count("各单位名额合计 10080，比目标 10000 多 80。") == 2, "beside what was saved, and on the page"
    assert "下级名额合计 70，比本级少 10010。" in saved
    assert "比目标 10000 多 80。" in client.get(address).text
    saved = client.post(address, data={f"share-{county.town}": "９９５０", f"share-{county.willow}": "９９５０"}, follow_redirects=True).text
    assert "名额已保存。各单位名额合计 9950，比目标 10000 少 50。" in saved and "下级名额合计" not in saved
    saved = client.post(address, data={"how": "proportional"}, follow_redirects=True).text
    assert "名额已保存。各单位名额合计 10000，正好等于目标。" in saved


def test_of_two_campaigns_on_a_members_home_each_says_whose_figures_are_shown(app, county, course, campaign):
    assert "大家的进展</h2>" in page(app, county.member, "/"), "one needs no name"
    client_for(app, county.county_admin).post("/campaigns", data=edited(course, title="第二次活动"))
    text = page(app, county.member, "/")
    assert "大家的进展：万名党员进党校</h2>" in text and "大家的进展：第二次活动</h2>" in text and "大家的进展</h2>" not in text


def test_a_township_does_not_run_the_countys_campaign(app, county, course, campaign):
    client = client_for(app, county.town_admin)
    assert client.get(f"/campaigns/{campaign}/edit").status_code == 403
    assert client.post(f"/campaigns/{campaign}/shares", data={}).status_code == 403


def test_the_repair_command_recounts(app, county, campaign):
    answer = app.test_cli_runner().invoke(args=["goals", "recount"])
    assert "recounted 7 organizations" in answer.output
