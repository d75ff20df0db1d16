"""Posts: who holds which, a new one, and the end of one, which is felt on the very next request."""

from datetime import UTC, datetime

import pytest

from courses.kernel.db import db, transaction
from learning.audit import jobs
from learning.organization import actions as organization
from learning.organization.actions import Belonging
from learning.organization.models import Appointment, Organization, Person
from tests.audit.pages import TODAY, page, said
from tests.clients import client_for
from tests.people import NOW


def appoint(app, who, person, role, where, note="", **more):
    return client_for(app, who).post(f"/people/{person}/posts/new", data={"role": role, "organization_id": where, "note": note, **more})


def post_of(person, role=None):
    rows = [row for row in db.session.get(Person, person).posts if role in (None, row.role)]
    assert len(rows) == 1
    return rows[0].id


@pytest.fixture
def elsewhere(app, county):
    """Another county in the same database: (its organization, its branch, a person there, that person's post)."""
    with transaction():
        top = organization.found("ZZ", "邻县县委", kind="county", parent=None, now=NOW)
        branch = organization.found("ZZ01", "外县村党支部", kind="branch", parent=top, now=NOW)
        person = organization.admit("冯二二", branch, Belonging(), since=TODAY, actor=None, now=NOW)
        post = organization.appoint(person, "branch_secretary", branch, since=TODAY, actor=None, now=NOW)
        return top.id, branch.id, person.id, post.id


def test_the_list_holds_every_post_in_force_with_its_place(app, county):
    text = page(app, county.county_admin, "/appointments")
    for words in ("陈戊 · 党支部书记", "柳荫村党支部", "周辛 · 乡镇党委管理员", "郑癸 · 审计查看", "2026-01-01 起"):
        assert words in text
    assert "张甲" not in text


@pytest.mark.parametrize("words", ["陈戊", "chen wu", "cw"])
def test_a_post_is_found_by_its_holder(app, county, words):
    text = page(app, county.county_admin, f"/appointments?words={words}")
    assert "陈戊 · 党支部书记" in text
    assert "周辛" not in text


def test_a_new_secretary_sees_the_branch_at_once_and_the_entry_says_why(app, county):
    client = client_for(app, county.neighbour)
    assert client.get(f"/branches/{county.bridge}").status_code == 403
    answer = appoint(app, county.county_admin, county.neighbour, "branch_secretary", county.bridge, "样例镇党委 2026 年第 3 号")
    assert answer.location == f"/people/{county.neighbour}"
    assert client.get(f"/branches/{county.bridge}").status_code == 200
    assert client.get(f"/branches/{county.willow}").status_code == 404
    assert said("appoint") == ["任命赵丁为石桥村党支部党支部书记（样例镇党委 2026 年第 3 号）"]
    row = db.session.get(Appointment, post_of(county.neighbour))
    assert (row.since, row.appointed_by_id, row.note) == (TODAY, county.county_admin, "样例镇党委 2026 年第 3 号")


WRONG_PLACES = [
    ("branch_secretary", "town"),
    ("branch_clerk", "county"),
    ("adviser", "town"),
    ("trainer", "willow"),
    ("reviewer", "willow"),
    ("town_admin", "county"),
    ("town_admin", "bridge"),
    ("county_admin", "town"),
    ("county_admin", "willow"),
    ("auditor", "willow"),
]


def test_a_post_is_refused_where_it_does_not_belong_and_the_form_is_kept(app, county):
    for role, where in WRONG_PLACES:
        answer = appoint(app, county.county_admin, county.member, role, getattr(county, where), "说明文字")
        text = answer.get_data(as_text=True)
        assert (answer.status_code, "请重新选择党组织" in text) == (422, True), (role, where)
        assert f'<option selected value="{role}">' in text
        assert f'<option selected value="{getattr(county, where)}">' in text
        assert 'value="说明文字"' in text
    assert db.session.get(Person, county.member).posts == []
    assert said("appoint") == []


def test_the_same_post_is_not_given_twice(app, county):
    answer = appoint(app, county.county_admin, county.secretary, "branch_secretary", county.willow)
    assert answer.status_code == 422
    assert "已经担任这个职务" in answer.get_data(as_text=True)


def test_nobody_appoints_themselves(app, county):
    assert client_for(app, county.county_admin).get(f"/people/{county.county_admin}/posts/new").status_code == 403
    assert appoint(app, county.county_admin, county.county_admin, "auditor", county.county).status_code == 403
    assert [post.role for post in db.session.get(Person, county.county_admin).posts] == ["county_admin"]


@pytest.mark.parametrize("who", ["secretary", "town_admin", "auditor", "member"])
def test_only_the_county_appoints(app, county, who):
    client = client_for(app, getattr(county, who))
    assert client.get("/appointments").status_code == 403
    assert appoint(app, getattr(county, who), county.neighbour, "branch_clerk", county.bridge).status_code == 403
    assert client.post(f"/appointments/{post_of(county.secretary)}/end").status_code == 403


def test_the_end_of_a_post_is_felt_on_the_very_next_request(app, county):
    client = client_for(app, county.secretary)
    assert client.get(f"/branches/{county.willow}").status_code == 200
    answer = client_for(app, county.county_admin).post(f"/appointments/{post_of(county.secretary)}/end", follow_redirects=True)
    assert "陈戊 的这个职务已免去" in answer.get_data(as_text=True)
    assert client.get(f"/branches/{county.willow}").status_code == 403
    assert client.post(f"/people/{county.member}/card").status_code == 403
    assert client.get("/courses").status_code == 200  # still a member who studies
    assert "工作台" not in client.get("/me").get_data(as_text=True)
    assert said("dismiss") == ["免去陈戊的柳荫村党支部党支部书记职务（自 2026-01-01 起担任）"]


def test_an_ended_post_stands_in_the_table_and_can_be_given_again(app, county):
    ended = post_of(county.secretary)
    client = client_for(app, county.county_admin)
    client.post(f"/appointments/{ended}/end")
    assert db.session.get(Appointment, ended).until == TODAY
    assert client.post(f"/appointments/{ended}/end").status_code == 404
    assert appoint(app, county.county_admin, county.secretary, "branch_secretary", county.willow).status_code == 302
    assert [row.id == ended for row in db.session.get(Person, county.secretary).appointments] == [True, False]


def test_one_of_two_posts_ended_leaves_the_other(app, county):
    appoint(app, county.county_admin, county.secretary, "branch_clerk", county.bridge)
    client_for(app, county.county_admin).post(f"/appointments/{post_of(county.secretary, 'branch_secretary')}/end")
    client = client_for(app, county.secretary)
    assert client.get(f"/branches/{county.willow}").status_code == 404
    assert client.get(f"/branches/{county.bridge}").status_code == 200


def test_nobody_dismisses_themselves(app, county):
    own = post_of(county.county_admin)
    answer = client_for(app, county.county_admin).post(f"/appointments/{own}/end")
    assert answer.status_code == 422
    assert "不能免去自己的职务" in answer.get_data(as_text=True)
    assert db.session.get(Appointment, own).until is None
    assert f"/appointments/{own}/end" not in page(app, county.county_admin, "/appointments")


def test_what_lies_beyond_reach_is_not_there(app, county, elsewhere):
    top, branch, person, post = elsewhere
    client = client_for(app, county.county_admin)
    text = page(app, county.county_admin, "/appointments")
    assert "冯二二" not in text and "外县村" not in text
    assert client.post(f"/appointments/{post}/end").status_code == 404
    assert client.get(f"/people/{person}/posts/new").status_code == 404
    assert appoint(app, county.county_admin, person, "branch_clerk", county.willow).status_code == 404
    for where in (top, branch):
        answer = appoint(app, county.county_admin, county.member, "branch_clerk", where)
        assert answer.status_code == 422
        assert "外县" not in answer.get_data(as_text=True)
    assert db.session.get(Person, county.member).posts == []
    assert db.session.get(Appointment, post).until is None


def test_no_number_of_a_person_stands_in_a_remark(app, county):
    for note, fault in (("电话 19900001234", "不要写手机号"), ("110101" + "194901010015", "不登记身份证号"), ("字" * 201, "最多 200 字")):
        answer = appoint(app, county.county_admin, county.member, "branch_clerk", county.willow, note)
        assert answer.status_code == 422
        assert fault in answer.get_data(as_text=True)


def test_whoever_moved_away_keeps_a_post_until_it_is_ended(app, county):
    with transaction():
        person = db.session.get(Person, county.secretary)
        organization.revise(person, db.session.get(Organization, county.bridge), Belonging(), on=TODAY, actor=None, now=NOW)
    assert client_for(app, county.secretary).get(f"/branches/{county.willow}").status_code == 200
    assert "陈戊 · 党支部书记" in page(app, county.county_admin, "/appointments")


def test_a_trainer_for_a_term_is_one_until_its_last_day_is_over(app, county):
    assert appoint(app, county.county_admin, county.neighbour, "trainer", county.town, ends_on="2026-12-31").status_code == 302
    assert said("appoint") == ["任命赵丁为样例镇党委讲师，聘期至 2026-12-31"]
    assert "聘期至 2026-12-31" in page(app, county.county_admin, "/appointments?words=赵丁")
    client = client_for(app, county.neighbour)
    jobs.end_terms(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))  # a minute before midnight in the county
    assert client.get("/workshop").status_code == 200
    jobs.end_terms(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert client.get("/workshop").status_code == 403
    assert said("dismiss") == [f"聘期已满，自动免去赵丁的样例镇党委讲师职务（自 {TODAY.isoformat()} 起担任）"]
    jobs.end_terms(datetime(2027, 1, 1, 16, 0, tzinfo=UTC))
    assert len(said("dismiss")) == 1


def test_a_term_that_is_over_already_is_refused_and_what_was_typed_stays(app, county):
    answer = appoint(app, county.county_admin, county.neighbour, "trainer", county.town, "县委 2026 年第 5 号", ends_on="2026-01-01")
    assert answer.status_code == 422
    assert "聘期截止日已经过去了" in answer.text and "县委 2026 年第 5 号" in answer.text
