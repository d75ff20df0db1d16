"""The roster by who needs help; adding, mending, revising and moving people; and who is refused all of it."""

import re

import pytest

from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.accounts import queries as accounts
from learning.audit.models import Entry
from learning.audit.people_rules import Line, advice
from learning.organization import actions as organization
from learning.organization import queries as organizations
from learning.organization.actions import Belonging
from learning.organization.models import Organization, Person
from learning.records import queries as records
from tests import databases
from tests.audit.pages import TODAY, counts, page, said, with_account, words_of
from tests.clients import client_for
from tests.people import NOW
from tests.study.test_journey import read_through, take_quiz, watch_through

IDENTITY = "110101" + "19490101" + "0015"  # looks like one; belongs to nobody
NEW = {"name": "钱一一", "stage": "full", "expectation": "required", "online": "y", "contact": "", "mobile": "", "user_name": ""}


def add(app, county, **more):
    return client_for(app, county.secretary).post(f"/branches/{county.willow}/people/new", data={**NEW, **more})


def edit(app, who, person, where, **more):
    values = {"name": "张甲", "stage": "full", "expectation": "required", "online": "y", "contact": "", "organization_id": where, **more}
    return client_for(app, who).post(f"/people/{person}/edit", data=values)


def names(where):
    return [row.person.name for row in organizations.members_on(where, TODAY)]


def person_named(name):
    return db.session.query(Person).filter_by(name=name).one()


def finish(person, course):
    watch_through(person, course)
    read_through(person, course)
    take_quiz(person, course, [(1,), (0, 2)])


def group(text, title):
    """What stands under one heading of the roster."""
    parts = re.split(r"<h2[^>]*>", text)
    return words_of(next(part for part in parts if part.startswith(title)))


# Who still needs help


def test_the_roster_says_who_needs_help_who_studies_and_who_has_finished(app, county, required):
    finish(county.member, required)
    text = page(app, county.secretary, f"/branches/{county.willow}")
    assert "张甲" in group(text, "已完成（1 人）")
    assert "陈戊" in group(text, "需要帮助（1 人）")
    assert "提醒一下，帮着点开第一课" in group(text, "需要帮助")
    watch_through(county.secretary, required)
    text = page(app, county.secretary, f"/branches/{county.willow}")
    assert "陈戊" in group(text, "学习中（1 人）")
    assert "现在没有需要帮助的同志" in text
    assert "必修 1 门，学完 0 门，问问有没有不顺手的地方" in text


def test_encouraged_people_and_activists_stand_apart_and_outside_the_scope(app, county, required):
    finish(county.old_member, required)
    text = page(app, county.secretary, f"/branches/{county.willow}")
    assert "李乙" in group(text, "不作硬性要求（1 人）")
    assert "王丙" in group(text, "积极分子等（1 人）")
    assert "应训 2 人，已完成 0 人" in text


def test_everyone_of_the_branch_stands_on_the_roster_once_and_nobody_else(app, county, required):
    text = words_of(page(app, county.secretary, f"/branches/{county.willow}").split("<h2>支部职务</h2>")[0].split("<h1>", 1)[1])
    assert {name: text.count(name) for name in ("张甲", "李乙", "王丙", "陈戊")} == {"张甲": 1, "李乙": 1, "王丙": 1, "陈戊": 1}
    assert "赵丁" not in text
    assert "周辛" not in text


@pytest.mark.parametrize(
    ("belonging", "words"),
    [
        (Belonging(online=False), "没有手机或不上网：建议送学上门，或请来集中收看"),
        (Belonging(floating=True, contact="陈戊"), "外出流动：电话联系，可以在手机上学（联系人 陈戊）"),
        (Belonging(expectation="encouraged"), "愿意学就学，可以送学上门"),
    ],
)
def test_each_is_told_what_would_help(app, county, required, belonging, words):
    with transaction():
        person = db.session.get(Person, county.member)
        organization.revise(person, person.membership.organization, belonging, on=TODAY, actor=None, now=NOW)
    assert words in page(app, county.secretary, f"/branches/{county.willow}")


def test_nobody_is_ranked_and_no_hour_or_total_is_shown(app, county, required):
    finish(county.member, required)
    for address in (f"/branches/{county.willow}", f"/people/{county.member}", f"/people/{county.member}/courses/{required.course}"):
        text = words_of(page(app, county.secretary, address).split("<main", 1)[1])
        assert not re.search(r"\d{1,2}:\d{2}|排名|第 ?\d+ ?名|分钟|最近登录", text), address


def test_a_branch_without_a_campaign_still_shows_its_people(app, county):
    text = page(app, county.secretary, f"/branches/{county.willow}")
    assert "现在没有进行中的学习活动" in text
    assert "张甲" in text


def test_a_campaign_of_elsewhere_asked_for_in_the_address_changes_nothing(app, county, required):
    assert "应训 2 人" in page(app, county.secretary, f"/branches/{county.willow}?campaign=999")


def test_one_persons_page_says_how_each_course_was_finished(app, county, required):
    finish(county.member, required)
    text = page(app, county.secretary, f"/people/{county.member}")
    assert "消防安全进家门（微课）" in text
    assert "线上" in group(text, "课程")
    text = page(app, county.secretary, f"/people/{county.member}/courses/{required.course}")
    assert records.certificate_of(county.member, required.course).number in text
    assert "发现火灾应拨打" not in text  # the answers are for the auditor alone


# Who may not


def doors(county):
    """Every address of this room, for someone and somewhere of the branch 柳荫."""
    branch, person = f"/branches/{county.willow}", f"/people/{county.member}"
    return [
        ("get", branch),
        ("get", f"{branch}/people/new"),
        ("post", f"{branch}/people/new"),
        ("get", person),
        ("get", f"{person}/edit"),
        ("post", f"{person}/edit"),
        ("get", f"{person}/way-in"),
        ("post", f"{person}/way-in"),
        ("post", f"{person}/password"),
        ("post", f"{person}/card"),
        ("post", f"{person}/card/revocation"),
        ("get", f"{person}/posts/new"),
        ("post", f"{person}/posts/new"),
    ]


def appointed(person, role, where):
    with transaction():
        organization.appoint(db.session.get(Person, person), role, db.session.get(Organization, where), since=TODAY, actor=None, now=NOW)


@pytest.mark.parametrize("who", ["secretary_of_another_branch", "another_township", "member", "trainer", "stranger"])
def test_refused_at_every_door(app, county, required, who):
    appointed(county.neighbour, "branch_secretary", county.bridge)
    with transaction():
        far = organization.admit("何二二", db.session.get(Organization, county.far), Belonging(), since=TODAY, actor=None, now=NOW).id
    appointed(far, "town_admin", county.other_town)
    asking = {"secretary_of_another_branch": county.neighbour, "another_township": far, "member": county.member, "trainer": county.trainer}
    client = app.test_client() if who == "stranger" else client_for(app, asking[who])
    before = (db.session.query(Entry).count(), db.session.query(Person).count())
    for method, address in doors(county):
        answer = getattr(client, method)(address, data={**NEW, "organization_id": county.willow, "role": "branch_clerk"} if method == "post" else None)
        if who == "stranger":
            assert answer.status_code == 302 and "/sign-in" in answer.location, address
        else:
            expected = {404, 403} if who in {"secretary_of_another_branch", "another_township"} else {403}
            assert answer.status_code in expected, (address, answer.status_code)
        assert "张甲" not in answer.get_data(as_text=True)
    assert (db.session.query(Entry).count(), db.session.query(Person).count()) == before


# Someone new


def test_someone_without_a_phone_is_added_and_counted(app, county, required):
    before = counts(county.willow)
    answer = add(app, county, online="")
    assert answer.status_code == 302
    fresh = person_named("钱一一")
    assert answer.location == f"/people/{fresh.id}/way-in"
    assert (fresh.membership.organization_id, fresh.membership.online, fresh.membership.since) == (county.willow, False, TODAY)
    assert accounts.account_of(fresh.id) is None
    assert counts(county.willow).in_scope == before.in_scope + 1
    assert counts(county.county).in_scope == counts(county.willow).in_scope + 6
    assert said("add_person") == ["在柳荫村党支部名册中加入 钱一一：正式党员，应训，没有手机或不上网"]


def test_a_mobile_number_is_sealed_and_in_no_entry(app, county, required):
    assert add(app, county, mobile="+86 199-0000-1234", user_name="QianYiYi").status_code == 302
    account = accounts.account_of(person_named("钱一一").id)
    assert account.user_name == "qianyiyi"
    assert accounts.account_named("19900001234", key=settings().data_key).person_id == account.person_id
    assert b"19900001234" not in account.mobile_sealed
    assert not any("1990000" in row.words for row in db.session.query(Entry))


FAULTS = [
    ({"mobile": "12345"}, "请填 11 位手机号"),
    ({"mobile": "19900001234"}, "号码重复"),
    ({"user_name": "Taken"}, "已有人用"),
    ({"user_name": "a"}, "请换一个"),
    ({"name": ""}, "请填姓名"),
    ({"name": "   　"}, "请填姓名"),
    ({"name": "\u200b\u200b"}, "请填姓名"),
    ({"name": "——"}, "请填姓名"),
    ({"name": "钱" * 41}, "姓名最多 40 字"),
    ({"name": IDENTITY}, "不登记身份证号"),
    ({"contact": f"钱二二 {IDENTITY[:6]} {IDENTITY[6:]}"}, "不登记身份证号"),
    ({"mobile": IDENTITY}, "不登记身份证号"),
    ({"user_name": IDENTITY}, "不登记身份证号"),
    ({"contact": "钱二二 199 0000 5678"}, "不要写手机号"),
    ({"name": "钱一一19900005678"}, "不要写手机号"),
    ({"user_name": "qian-19900005678"}, "不要写手机号"),
    ({"contact": "联" * 41}, "最多 40 字"),
    ({"stage": "emperor"}, "类别："),
    ({"expectation": "forced"}, "学习要求："),
]


def test_what_cannot_be_is_refused_with_words_and_everything_typed_is_kept(app, county, required):
    with_account(county.member, user_name="taken", mobile="19900001234")
    people = db.session.query(Person).count()
    for typed, fault in FAULTS:
        values = {"expectation": "encouraged", "stage": "probationary", "floating": "y", "contact": "陈戊", **typed}
        answer = add(app, county, **values)
        text = answer.get_data(as_text=True)
        assert (answer.status_code, fault in text) == (422, True), (typed, fault)
        kept = {name: value.strip() for name, value in {**NEW, **values}.items() if name in {"name", "contact", "mobile", "user_name"}}
        assert {name: re.search(f'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text)[1] for name in kept} == kept, typed
        assert re.search(r'<input checked[^>]*name="floating"', text), typed
        if not typed.keys() & {"stage", "expectation"}:
            assert '<option selected value="probationary">' in text, typed
            assert re.search(r'<input checked[^>]*value="encouraged"', text), typed
    assert (db.session.query(Person).count(), db.session.query(Entry).count()) == (people, 0)


def test_an_identity_number_reaches_no_row_of_the_database(app, county, required):
    for field in ("name", "contact", "mobile", "user_name"):
        add(app, county, **{field: IDENTITY})
    edit(app, county.secretary, county.member, county.willow, contact=IDENTITY)
    kept = databases.written(settings().data_dir)
    assert IDENTITY.encode() not in kept
    assert "张甲".encode() in kept


def test_a_namesake_is_asked_about_once_and_then_accepted(app, county, required):
    answer = add(app, county, name=" 张甲 ")
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "名册里已经有一位“张甲”" in text
    assert 'name="confirmed"' in text
    assert names(county.willow).count("张甲") == 1
    assert add(app, county, name="张甲", confirmed="y").status_code == 302
    assert names(county.willow).count("张甲") == 2
    assert "confirmed" not in page(app, county.secretary, f"/branches/{county.willow}/people/new")


def test_a_namesake_of_another_branch_is_not_betrayed(app, county, required):
    assert add(app, county, name="赵丁").status_code == 302


def test_a_name_with_marks_of_the_page_language_is_shown_as_typed(app, county, required):
    add(app, county, name="<b>钱</b>")
    text = page(app, county.secretary, f"/branches/{county.willow}")
    assert "&lt;b&gt;钱&lt;/b&gt;" in text
    assert "<b>钱</b>" not in text


# A name mended


def test_a_mended_name_is_found_again_and_the_certificate_keeps_its_own(app, county, required):
    finish(county.member, required)
    number = records.certificate_of(county.member, required.course).id
    assert edit(app, county.secretary, county.member, county.willow, name="张佳").status_code == 302
    assert said("rename") == ["姓名由“张甲”改为“张佳”"]
    assert said("revise_person") == []
    assert "张佳" in page(app, county.secretary, "/people?words=ZHANG+JIA")
    assert "张甲" in page(app, county.secretary, f"/certificates/{number}")
    assert records.certificate_of(county.member, required.course).person_name == "张甲"


def test_saving_without_a_change_says_so_and_leaves_no_entry(app, county, required):
    answer = edit(app, county.secretary, county.member, county.willow)
    assert answer.status_code == 302
    assert db.session.query(Entry).count() == 0
    assert len(db.session.get(Person, county.member).memberships) == 1


def test_a_wrong_edit_keeps_what_was_typed_and_changes_nothing(app, county, required):
    answer = edit(app, county.secretary, county.member, county.willow, name="张佳", contact="联" * 41)
    assert answer.status_code == 422
    assert 'value="张佳"' in answer.get_data(as_text=True)
    assert db.session.get(Person, county.member).name == "张甲"
    assert db.session.query(Entry).count() == 0


# What is asked of someone


def test_an_expectation_revised_moves_the_person_between_the_columns(app, county, required):
    finish(county.member, required)
    assert (counts(county.willow).in_scope, counts(county.willow).trained, counts(county.willow).encouraged_trained) == (2, 1, 0)
    assert edit(app, county.secretary, county.member, county.willow, expectation="encouraged").status_code == 302
    after = counts(county.willow)
    assert (after.in_scope, after.trained, after.encouraged, after.encouraged_trained) == (1, 0, 2, 1)
    assert counts(county.county).trained == 0
    assert said("revise_person") == ["张甲的情况由“正式党员，应训”改为“正式党员，不作硬性要求”"]
    edit(app, county.secretary, county.member, county.willow, expectation="required")
    assert (counts(county.willow).in_scope, counts(county.willow).trained) == (2, 1)


def test_an_activist_who_is_admitted_enters_the_scope(app, county, required):
    finish(county.activist, required)
    assert counts(county.willow).others_trained == 1
    edit(app, county.secretary, county.activist, county.willow, name="王丙", stage="probationary")
    after = counts(county.willow)
    assert (after.in_scope, after.trained, after.others) == (3, 1, 0)


# Another branch


def test_a_township_moves_someone_and_both_branches_read_of_it(app, county, required):
    finish(county.member, required)
    willow, bridge, top = counts(county.willow), counts(county.bridge), counts(county.county)
    answer = edit(app, county.town_admin, county.member, county.bridge)
    assert answer.location == f"/people/{county.member}"
    assert (counts(county.willow).in_scope, counts(county.willow).trained) == (willow.in_scope - 1, 0)
    assert (counts(county.bridge).in_scope, counts(county.bridge).trained) == (bridge.in_scope + 1, 1)
    assert counts(county.county) == top
    rows = db.session.query(Entry).filter_by(act="revise_person").order_by(Entry.organization_id)
    assert [row.organization_id for row in rows] == [county.willow, county.bridge]
    assert all("组织关系由柳荫村党支部转到石桥村党支部" in row.words for row in rows)
    assert "张甲" not in names(county.willow)
    assert client_for(app, county.secretary).get(f"/people/{county.member}").status_code == 404
    assert "消防安全进家门" in page(app, county.town_admin, f"/people/{county.member}")


def test_the_county_may_move_someone_to_another_township(app, county, required):
    assert edit(app, county.county_admin, county.member, county.far).status_code == 302
    assert "张甲" in names(county.far)


@pytest.mark.parametrize(("who", "where"), [("secretary", "bridge"), ("secretary", "town"), ("town_admin", "far"), ("town_admin", "other_town")])
def test_nobody_is_moved_beyond_ones_reach(app, county, required, who, where):
    answer = edit(app, getattr(county, who), county.member, getattr(county, where))
    assert answer.status_code in {404, 422}
    assert "张甲" in names(county.willow)
    assert "远山" not in answer.get_data(as_text=True)
    assert db.session.query(Entry).count() == 0


def test_a_secretary_is_offered_their_own_branch_alone(app, county, required):
    text = page(app, county.secretary, f"/people/{county.member}/edit")
    assert "柳荫村党支部" in text
    assert "石桥村党支部" not in text


def test_nobody_edits_their_own_line(app, county, required):
    for who in ("secretary", "town_admin", "county_admin"):
        own = getattr(county, who)
        assert client_for(app, own).get(f"/people/{own}/edit").status_code == 403
        assert edit(app, own, own, county.willow, name="陈五", expectation="encouraged").status_code == 403
    assert db.session.get(Person, county.secretary).name == "陈戊"
    assert db.session.get(Person, county.secretary).membership.expectation == "required"


def test_every_change_says_by_whom_about_whom_and_where(app, county, required):
    add(app, county, mobile="19900001234")
    fresh = person_named("钱一一").id
    edit(app, county.secretary, fresh, county.willow, name="钱二二", contact="陈戊", floating="y")
    client_for(app, county.secretary).post(f"/people/{fresh}/way-in", data={"mobile": "19900005678", "user_name": "qian22"})
    client_for(app, county.secretary).post(f"/people/{fresh}/way-in", data={"user_name": "qian23"})
    rows = db.session.query(Entry).order_by(Entry.id).all()
    assert {(row.actor_id, row.organization_id, row.about_person_id) for row in rows} == {(county.secretary, county.willow, fresh)}
    assert [row.words for row in rows] == [
        "在柳荫村党支部名册中加入 钱一一：正式党员，应训",
        "姓名由“钱一一”改为“钱二二”",
        "钱二二的情况由“正式党员，应训”改为“正式党员，应训，外出流动（联系人 陈戊）”",
        "钱二二的用户名由“qianyiyi”改为“qian22”，手机号已更换",
        "钱二二的用户名由“qian22”改为“qian23”",
    ]
    assert not any(number in row.words for row in rows for number in ("19900001234", "19900005678"))


def test_whoever_was_helped_is_not_advised_as_if_nobody_had_come():
    def told(**more):
        values = {"person_id": 1, "name": "李乙", "stage": "full", "expectation": "required", "floating": False, "online": False, "contact": ""}
        return advice(Line(**values, **{"state": "help", "progress": "", "placed": "required", **more}))

    assert told() == "没有手机或不上网：建议送学上门，或请来集中收看"
    assert told(state="doing", progress="必修课已学完 1/4 门") == "没有手机或不上网：必修课已学完 1/4 门，其余的可以再送一次，或请来集中收看"
    assert told(state="done") == ""
