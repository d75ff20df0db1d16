"""The branch's completion record: previewed from facts, confirmed by the secretary alone, kept whole."""

from datetime import date

import pytest

from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.audit import branch_queries, branch_rules
from learning.audit.branch_rules import Line
from learning.audit.models import Entry
from learning.goals import actions as goals
from learning.goals import queries as goal_queries
from learning.hours import actions as hours
from learning.organization.actions import Belonging, revise
from learning.organization.models import Organization, Person
from learning.records import log
from learning.records import queries as records
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

TODAY = clock.day_of(clock.now())


def line(name="张甲", **more):
    values = {"stage": "full", "group": "required", "floating": False, "online": True, "contact": "", "trained_on": None, "route": None}
    return Line(**{"name": name, **values, "state": "help", "number": "", **more})


def test_counts_show_the_composition_and_keep_the_rate_honest():
    done = {"trained_on": date(2026, 11, 2), "state": "done"}
    lines = [
        line(**done, route="online"),
        line(**done, route="class", floating=True),
        line(),
        line(**done, route="home", group="encouraged"),
        line(stage="activist", group="other", **done, route="online"),
    ]
    got = branch_rules.counts(lines)
    assert (got["total"], got["in_scope"], got["trained"], got["rate_text"]) == (4, 3, 2, "66%")
    assert (got["online"], got["class"], got["home"]) == (1, 1, 0)
    assert (got["encouraged_trained"], got["others_trained"], got["floating_trained"]) == (1, 1, 1)


def test_notes_give_reasons_and_help_in_categories():
    away = line(floating=True, contact="李乙", leaves=((date(2026, 11, 2), "外出流动"),), deliveries=(date(2026, 11, 3),))
    assert branch_rules.notes(away) == ["外出流动（联系人李乙）", "2026-11-02 请假（外出流动）", "送学上门 1 次（2026-11-03）"]


def test_nothing_is_asked_of_the_encouraged():
    assert branch_rules.person(line(group="encouraged"))["state"] == "自愿学习"
    assert branch_rules.person(line())["state"] == "help"


def test_several_numbers_are_shown_as_the_last_and_how_many():
    assert [branch_rules.number_text(row) for row in ([], ["A"], ["A", "B"])] == ["", "A", "B 等 2 份"]


@pytest.fixture
def course(app, county):
    made = make_course(county)
    with transaction():
        hours.set_policy(TODAY.replace(month=1, day=1), now=NOW)
        where = db.session.get(Organization, county.county)
        goals.launch("万名党员进党校", where, target=10, since=TODAY.replace(month=1, day=1), until=TODAY, course_ids=[made.course], now=NOW)
        goals.recount_all(now=NOW, today=TODAY)
    data = {"course_id": made.course, "kind": "lecture", "held_on": TODAY.isoformat(), "venue": "会议室", "present": [county.member]}
    data[f"reason-{county.secretary}"] = "请假"
    client_for(app, county.secretary).post(f"/branches/{county.willow}/roll-calls/new", data=data)
    return made.course


def test_the_preview_agrees_with_the_campaigns_standing(app, county, course):
    branch, campaign = db.session.get(Organization, county.willow), goal_queries.running(TODAY)[0]
    preview = branch_queries.preview(branch, campaign, today=TODAY)
    row = next(row.counts for row in goal_queries.standing(campaign.id) if row.organization.id == county.willow)
    assert (preview.counts["in_scope"], preview.counts["trained"], preview.counts["class"]) == (row.in_scope, row.trained, row.trained_class)
    assert (preview.counts["encouraged"], preview.counts["others"]) == (row.encouraged, row.others)
    notes = {one.name: branch_rules.notes(one) for one in preview.lines}
    assert notes["陈戊"] == [f"{TODAY.isoformat()} 请假"]
    assert any("实到 1 人" in words for words in preview.help)


def test_the_page_shows_names_and_soft_words(app, county, course):
    page = client_for(app, county.secretary).get(f"/branches/{county.willow}/record").get_data(as_text=True)
    assert "张甲" in page
    assert "需要帮助" in page
    assert "自愿学习" in page
    assert "确认支部完成记录" in page


def test_the_secretary_confirms_and_the_record_is_kept_and_logged(app, county, course):
    answer = client_for(app, county.secretary).post(f"/branches/{county.willow}/record", data={"campaign": 1})
    assert answer.status_code == 302
    row = records.branch_records(county.willow)[0]
    assert row.content["counts"]["trained"] == 1
    assert [one["name"] for one in row.content["people"] if one["number"]] == ["张甲"]
    assert row.content["confirmed_by"] == "陈戊"
    assert set(row.content) == {"organization", "organization_full", "campaign", "as_of", "counts", "people", "help", "confirmed_by", "confirmed_on"}
    assert log.leaf_of("branch_record", row.id) is not None
    assert db.session.query(Entry).filter_by(act="confirm_branch").count() == 1


def test_only_the_branch_secretary_confirms(app, county, course):
    assert client_for(app, county.town_admin).post(f"/branches/{county.willow}/record", data={}).status_code == 403
    assert "只有这个支部的书记可以确认" in client_for(app, county.town_admin).get(f"/branches/{county.willow}/record").get_data(as_text=True)
    assert client_for(app, county.secretary).post(f"/branches/{county.bridge}/record", data={}).status_code == 404
    assert client_for(app, county.secretary).get(f"/branches/{county.bridge}/record").status_code == 404
    assert client_for(app, county.member).get(f"/branches/{county.willow}/record").status_code == 403


def test_a_confirmed_record_does_not_change_with_the_roster(app, county, course):
    client_for(app, county.secretary).post(f"/branches/{county.willow}/record", data={})
    with transaction():
        person = db.session.get(Person, county.member)
        revise(person, db.session.get(Organization, county.bridge), Belonging(), on=TODAY, actor=None, now=NOW)
        goals.recount([county.willow, county.bridge], now=NOW, today=TODAY)
    assert "张甲" in {one["name"] for one in records.branch_records(county.willow)[0].content["people"]}
    assert log.verify().fault == ""


def test_the_counts_that_will_be_fixed_are_shown_before_the_word(app, county, course):
    page = client_for(app, county.secretary).get(f"/branches/{county.willow}/record").get_data(as_text=True)
    step = page.split('<details class="card confirming">')[1].split("</details>")[0]
    assert "党员 3 人，应训 2 人，已训 1 人，完成率 50%" in step and "不能再改" in step and ">确认</button>" in step
