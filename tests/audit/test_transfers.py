"""转出 and 转入: one side asks, the other answers; the old branch is responsible until then, and what was learned goes along."""

import pytest
from flask import Flask
from sqlalchemy import select

from courses.kernel.db import db
from learning.organization.models import Membership, Organization, Person, Transfer
from tests.audit.pages import TODAY, counts, page, said, words_of
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import County


@pytest.fixture
def keeper(app: Flask, county: County) -> int:
    """A secretary of the other branch, 石桥村."""
    client = client_for(app, county.county_admin)
    assert client.post(f"/people/{county.neighbour}/posts/new", data={"role": "branch_secretary", "organization_id": county.bridge}).status_code == 302
    return county.neighbour


def home(person_id: int) -> int:
    db.session.expire_all()
    return db.session.scalars(select(Membership.organization_id).where(Membership.person_id == person_id, Membership.until.is_(None))).one()


def newest() -> Transfer:
    return db.session.scalars(select(Transfer).order_by(Transfer.id.desc())).first()


def test_sent_out_and_taken_on(app: Flask, county: County, required: MadeCourse, keeper: int):
    ours, theirs = client_for(app, county.secretary), client_for(app, keeper)
    before = counts(county.willow), counts(county.bridge)
    answer = ours.post(f"/people/{county.member}/transfer", data={"destination": "样例镇党委石桥村党支部"}, follow_redirects=True)
    assert "等对方支部接收" in answer.text and home(county.member) == county.willow
    assert counts(county.willow) == before[0], "the old branch is responsible until it is accepted"
    assert "正在转接" in ours.post(f"/people/{county.member}/transfer", data={"destination": "QC0201"}).text
    assert ours.post(f"/transfers/{newest().id}/acceptance").status_code == 404, "the side that asked does not answer"
    assert "有 1 件组织关系转接等您办理" in page(app, keeper, f"/branches/{county.bridge}")
    assert "组织关系已经转接" in theirs.post(f"/transfers/{newest().id}/acceptance", follow_redirects=True).text
    assert home(county.member) == county.bridge
    assert (counts(county.willow).in_scope, counts(county.bridge).in_scope) == (before[0].in_scope - 1, before[1].in_scope + 1)
    rows = db.session.get_one(Person, county.member).memberships
    assert [(row.organization_id, row.until) for row in rows] == [(county.willow, TODAY), (county.bridge, None)]
    assert ours.get(f"/people/{county.member}").status_code == 404 and theirs.get(f"/people/{county.member}").status_code == 200
    assert len(said("transfer")) == 2, "both sides read of it"
    assert theirs.post(f"/transfers/{newest().id}/refusal", data={"reason": "晚了"}).status_code == 422


def test_a_transfer_under_way_is_shown_where_it_matters_and_no_second_is_offered(app: Flask, county: County, keeper: int):
    ours, form = client_for(app, county.secretary), f"/people/{county.member}/transfer"
    assert f'href="{form}"' in page(app, county.secretary, f"/people/{county.member}") and "提出转出" in page(app, county.secretary, form)
    assert ours.post(form, data={"destination": "样例镇党委石桥村党支部"}).status_code == 302
    person = page(app, county.secretary, f"/people/{county.member}")
    assert "组织关系正在转到石桥村党支部" in person and 'href="/transfers"' in person and f'href="{form}"' not in person
    assert "张甲 → 石桥村党支部" in page(app, county.secretary, f"/branches/{county.willow}")
    assert "提出转出" not in page(app, county.secretary, form)
    assert ours.post(f"/transfers/{newest().id}/withdrawal").status_code == 302
    assert f'href="{form}"' in page(app, county.secretary, f"/people/{county.member}")
    assert "→" not in page(app, county.secretary, f"/branches/{county.willow}")


def test_asked_for_by_name_without_telling_who_is_there(app: Flask, county: County, keeper: int):
    theirs, ours = client_for(app, keeper), client_for(app, county.secretary)
    answers = []
    for name in ("张甲", "无此人"):
        answer = theirs.post(f"/branches/{county.bridge}/transfers/new", data={"name": name, "origin": "柳荫村党支部"})
        answers.append((answer.status_code, answer.headers["Location"]))
    assert answers[0] == answers[1], "whether someone is on another roster is not told"
    real, nobody = db.session.scalars(select(Transfer).order_by(Transfer.id))
    assert real.person_id is None
    assert theirs.post(f"/transfers/{real.id}/acceptance").status_code == 404
    assert ours.post(f"/transfers/{nobody.id}/acceptance").status_code == 422
    assert ours.post(f"/transfers/{real.id}/acceptance").status_code == 302 and home(county.member) == county.bridge


def test_refused_with_a_reason_or_taken_back(app: Flask, county: County, keeper: int):
    ours, theirs = client_for(app, county.secretary), client_for(app, keeper)
    ours.post(f"/people/{county.member}/transfer", data={"destination": "石桥村党支部"})
    first = newest().id
    assert theirs.post(f"/transfers/{first}/withdrawal").status_code == 404
    assert theirs.post(f"/transfers/{first}/refusal", data={"reason": ""}).status_code == 422
    assert theirs.post(f"/transfers/{first}/refusal", data={"reason": "人还没到"}).status_code == 302
    assert "人还没到" in page(app, county.secretary, "/transfers") and home(county.member) == county.willow
    ours.post(f"/people/{county.member}/transfer", data={"destination": "石桥村党支部"})
    assert ours.post(f"/transfers/{newest().id}/withdrawal").status_code == 302
    assert "没有等待办理的转接" in words_of(page(app, keeper, "/transfers"))


def test_nobody_answers_what_they_asked_nor_for_themselves(app: Flask, county: County, keeper: int):
    town = client_for(app, county.town_admin)
    town.post(f"/people/{county.member}/transfer", data={"destination": "石桥村党支部"})
    assert town.post(f"/transfers/{newest().id}/acceptance").status_code == 422
    theirs = client_for(app, keeper)
    theirs.post(f"/transfers/{newest().id}/refusal", data={"reason": "改由支部办理"})
    ours = client_for(app, county.secretary)
    client_for(app, county.town_admin).post(f"/people/{keeper}/transfer", data={"destination": "柳荫村党支部"})
    assert ours.post(f"/transfers/{newest().id}/acceptance").status_code == 302, "another secretary takes them on"
    assert ours.get(f"/people/{county.secretary}/transfer").status_code == 403


def test_an_unknown_branch_is_said_so(app: Flask, county: County):
    answer = client_for(app, county.secretary).post(f"/people/{county.member}/transfer", data={"destination": "不知名支部"})
    assert answer.status_code == 422 and "没有找到这个支部" in answer.text
    assert db.session.get_one(Organization, county.willow).closed_on is None


def test_a_transfer_waits_for_nobody_who_asked_for_it_and_is_entered_once_for_whoever_sees_both_sides(app: Flask, county: County, keeper: int):
    town = client_for(app, county.town_admin)
    town.post(f"/people/{county.member}/transfer", data={"destination": "石桥村党支部"})
    assert "件等您办理" not in page(app, county.town_admin, "/desk")
    assert "同意转接" not in page(app, county.town_admin, "/transfers"), "nobody is asked what they asked themselves"
    assert "有 1 件等您办理" in page(app, county.county_admin, "/desk")
    entries = page(app, county.county_admin, "/entries")
    assert len(said("transfer")) == 2 and entries.count("申请把张甲的组织关系由柳荫村党支部转到石桥村党支部") == 1
