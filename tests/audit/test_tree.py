"""The tree of organizations kept by committees: added, renamed, moved with all below, closed when empty; scope and sums follow."""

from flask import Flask
from sqlalchemy import select

from courses.kernel.db import db
from learning.organization.models import Organization, Person
from learning.organization.rules import KINDS, may_stand_under
from learning.records import queries as records
from tests.audit.pages import TODAY, counts, page, said
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import County


def add(app: Flask, who: int, above: int, code: str, kind: str, name: str) -> int:
    answer = client_for(app, who).post(f"/organizations/{above}/below/new", data={"name": name, "code": code, "kind": kind, "type": "community"})
    assert answer.status_code == 302, answer.text
    return db.session.scalars(select(Organization.id).where(Organization.code == code)).one()


def edited(app: Flask, who: int, row: int, **values: object):
    kept = db.session.get_one(Organization, row)
    form = {"name": kept.name, "type": kept.type, "parent_id": kept.parent_id, **values}
    return client_for(app, who).post(f"/organizations/{row}/edit", data=form)


def test_any_depth_and_no_branch_above_a_committee():
    assert all(may_stand_under(kind, "county") for kind in KINDS if kind not in {"county", "group"})
    assert may_stand_under("community_committee", "community_committee") and may_stand_under("group", "branch")
    assert not any(may_stand_under(kind, "branch") for kind in KINDS if kind != "group")
    assert not any(may_stand_under(kind, "group") for kind in KINDS)


def test_a_committee_is_added_and_a_branch_moves_under_it_with_everything(app: Flask, county: County, required: MadeCourse):
    before = counts(county.town)
    committee = add(app, county.town_admin, county.town, "QC0190", "community_committee", "向阳社区党委")
    group = add(app, county.town_admin, county.willow, "QC010101", "group", "第一党小组")
    assert edited(app, county.town_admin, county.willow, parent_id=committee, name="柳荫社区党支部").status_code == 302
    db.session.expire_all()
    branch, below = db.session.get_one(Organization, county.willow), db.session.get_one(Organization, group)
    assert branch.path == f"{db.session.get_one(Organization, committee).path}{county.willow}/" and below.path == f"{branch.path}{group}/"
    assert branch.name == "柳荫社区党支部"
    assert counts(county.town) == before and counts(committee).in_scope == counts(county.willow).in_scope > 0
    assert db.session.get_one(Person, county.secretary).may("edit_people", below), "scope goes along"
    assert client_for(app, county.town_admin).get(f"/branches/{group}").status_code == 200
    (words,) = said("revise_organization")
    assert "名称由“柳荫村党支部”改为“柳荫社区党支部”" in words and "连同下面 1 个组织" in words


def test_moved_out_of_reach_is_out_of_reach_and_nobody_changes_the_top_of_their_own(app: Flask, county: County, required: MadeCourse):
    town, far = counts(county.town), counts(county.other_town)
    assert edited(app, county.town_admin, county.willow, parent_id=county.other_town).status_code == 422
    assert edited(app, county.county_admin, county.willow, parent_id=county.other_town).status_code == 302
    db.session.expire_all()
    assert client_for(app, county.town_admin).get(f"/branches/{county.willow}").status_code == 404
    moved = counts(county.willow).in_scope
    assert (counts(county.town).in_scope, counts(county.other_town).in_scope) == (town.in_scope - moved, far.in_scope + moved)
    assert client_for(app, county.town_admin).get(f"/organizations/{county.town}/edit").status_code == 404
    assert edited(app, county.county_admin, county.town, parent_id=county.willow).status_code == 422


def test_closed_when_empty_and_read_afterwards(app: Flask, county: County):
    client = client_for(app, county.county_admin)
    assert "名册里还有同志" in client.post(f"/organizations/{county.willow}/closing", follow_redirects=True).text
    assert "下面还有没撤销的党组织" in client.post(f"/organizations/{county.other_town}/closing", follow_redirects=True).text
    post = {"role": "branch_secretary", "organization_id": county.far}
    assert client.post(f"/people/{county.neighbour}/posts/new", data=post).status_code == 302
    keeper = client_for(app, county.neighbour)
    assert keeper.get(f"/branches/{county.far}").status_code == 200
    assert "已撤销" in client.post(f"/organizations/{county.far}/closing", follow_redirects=True).text
    assert keeper.get(f"/branches/{county.far}").status_code == 403, "the post ended with it, in the middle of a session"
    assert "撤销" in page(app, county.county_admin, f"/organizations/{county.far}") and "职务随之免去" in said("close_organization")[0]


def test_a_group_leader_takes_the_groups_roll_and_no_other(app: Flask, county: County):
    group = add(app, county.town_admin, county.willow, "QC010101", "group", "第一党小组")
    admin = client_for(app, county.county_admin)
    assert admin.post(f"/people/{county.member}/posts/new", data={"role": "group_leader", "organization_id": county.willow}).status_code == 422
    assert admin.post(f"/people/{county.member}/posts/new", data={"role": "group_leader", "organization_id": group}).status_code == 302
    leader = client_for(app, county.member)
    assert leader.get(f"/branches/{group}/roll-calls/new").status_code == 200
    assert [leader.get(path).status_code for path in (f"/branches/{county.willow}", f"/branches/{group}/people/new", "/organizations")] == [404, 403, 403]


def test_a_street_stands_where_a_township_does_and_its_branch_is_issued_to_in_its_name(app: Flask, county: County, required: MadeCourse):
    street = add(app, county.county_admin, county.county, "QC03", "street", "城东街道党工委")
    branch = add(app, county.county_admin, street, "QC0301", "branch", "城东第一党支部")
    assert counts(street).in_scope == 0
    office = {"role": "town_admin", "organization_id": street, "note": ""}
    assert client_for(app, county.county_admin).post(f"/people/{county.neighbour}/posts/new", data=office).status_code == 302
    assert client_for(app, county.neighbour).get(f"/branches/{branch}").status_code == 200
    assert client_for(app, county.town_admin).get(f"/branches/{branch}").status_code == 404
    assert client_for(app, county.county_admin).post(f"/people/{county.member}/edit", data=moved_to(branch)).status_code == 302
    roll = {"course_id": required.course, "kind": "lecture", "held_on": TODAY.isoformat(), "venue": "会议室", "present": county.member}
    assert client_for(app, county.neighbour).post(f"/branches/{branch}/roll-calls/new", data=roll).status_code == 302
    assert records.certificate_of(county.member, required.course).issuer_name == "城东街道党工委"
    assert counts(street).trained == 1


def moved_to(branch: int) -> dict[str, object]:
    return {"name": "张甲", "stage": "full", "expectation": "required", "online": "y", "organization_id": branch}
