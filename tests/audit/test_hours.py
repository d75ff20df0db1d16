"""The county's page of hours: every version with its basis, a new one with its reason, and a year closed for good."""

from datetime import timedelta

from flask import Flask

from courses.kernel.db import db, transaction
from learning.hours import actions as hours
from learning.hours import queries, rules
from learning.hours.models import HoursPolicy
from tests.audit.pages import TODAY, page, said, words_of
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import NOW, County


def policy(**more: object) -> dict[str, object]:
    """What the form of a new version holds."""
    bases = {f"basis_{topic}": f"县委组织部文件第{number}条" for number, topic in enumerate(rules.TOPICS, 1)}
    hours_ = {"day_hours": "8", "half_day_hours": "4", "annual_hours": "40", "secretary_hours": "56", "carry_hours": "4"}
    rest = {"since": TODAY.isoformat(), "minutes_per_hour": 50, "rounding": "down", "leading_roles": ["branch_secretary", "branch_clerk"]}
    return {**bases, **hours_, **rest, "counted_kinds": ["centralized_training", "online_training"], "basis": "县委组织部文件", "reason": "会议决定", **more}


def test_a_new_version_holds_from_its_day_with_each_basis_where_it_is_used(app: Flask, county: County, required: MadeCourse):
    admin = client_for(app, county.county_admin)
    assert "从哪一天起" in page(app, county.county_admin, "/hours/policies/new")
    assert admin.post("/hours/policies/new", data=policy()).status_code == 302
    shown = words_of(page(app, county.county_admin, "/hours"))
    for words in ("50 分钟折 1 学时", "县委组织部文件第1条", "最多结转 4 学时", "党支部书记、支部委员", "全部版本（2 版）", "会议决定", "吴壬"):
        assert words in shown, words
    assert "45 分钟折 1 学时" in shown, "the version before is still there to be read"
    mine = words_of(page(app, county.member, "/record"))
    assert "40 学时" in mine and "县委组织部文件第3条" in mine and "县委组织部文件第5条" in mine
    [entry] = said("issue_policy")
    assert "50 分钟折 1 学时" in entry and "原为：45 分钟折 1 学时" in entry and "原因：会议决定" in entry


def test_what_contradicts_itself_or_says_no_reason_is_refused_and_nothing_lost(app: Flask, county: County, required: MadeCourse):
    admin = client_for(app, county.county_admin)
    for wrong in (
        {"reason": ""},
        {"basis_annual": ""},
        {"annual_hours": "0.3"},
        {"secretary_hours": "8"},
        {"counted_kinds": []},
        {"since": "2000"},
        {"carry_hours": "90"},
    ):
        answer = admin.post("/hours/policies/new", data=policy(**wrong))
        assert answer.status_code == 422, wrong
        assert "会议决定" in answer.text or "reason" in wrong
    again = policy(since=db.session.query(HoursPolicy).one().since.isoformat())
    assert "请换一个日期" in admin.post("/hours/policies/new", data=again).text
    assert db.session.query(HoursPolicy).count() == 1


def test_a_year_is_closed_once_it_is_over(app: Flask, county: County, required: MadeCourse):
    admin, last = client_for(app, county.county_admin), TODAY.year - 1
    assert "现在没有要结账的年份" in page(app, county.county_admin, "/hours")
    assert admin.post("/hours/closings", data={"year": last, "reason": "已核对"}).status_code == 422
    with transaction():
        hours.credit(county.member, required.course, "online_training", 4, year=last, actor_id=None, now=NOW - timedelta(days=365))
    assert f"结 {last} 年的账" in page(app, county.county_admin, "/hours")
    assert admin.post("/hours/closings", data={"year": last, "reason": ""}).status_code == 422
    assert admin.post("/hours/closings", data={"year": last, "reason": "各支部已核对"}).status_code == 302
    assert queries.last_closed() == last and f"{last} 年学时年度结账" in said("close_year")[0]
    assert "各支部已核对" in page(app, county.auditor, "/hours")
    assert "数字不再变" in page(app, county.member, f"/record?year={last}")


def test_only_the_county_sets_hours_and_the_auditor_reads(app: Flask, county: County, required: MadeCourse):
    for who in (county.town_admin, county.secretary, county.member):
        assert client_for(app, who).get("/hours").status_code == 403
    for who in (county.auditor, county.town_admin):
        assert client_for(app, who).post("/hours/policies/new", data=policy()).status_code == 403
        assert client_for(app, who).post("/hours/closings", data={"year": 2025, "reason": "x"}).status_code == 403
    assert "发布新规则" not in page(app, county.auditor, "/hours")
