"""Entries: what was done to whose data, found again by whoever may look, and altered by nobody."""

import ast
import html
import re
from datetime import timedelta
from pathlib import Path

import pytest

from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.audit import entry_queries
from learning.audit.actions import note, note_many
from learning.audit.entry_rules import ACT_WORDS, Asked
from learning.audit.models import Entry
from learning.organization import actions as organization
from learning.organization.actions import Belonging
from learning.organization.models import Organization, Person
from tests.audit.pages import TODAY, page
from tests.clients import client_for
from tests.people import NOW


@pytest.fixture
def entries(app, county):
    """Two changes by the secretary and one by the township, made through pages."""
    fields = {"stage": "full", "expectation": "required", "online": "y"}
    secretary, town = client_for(app, county.secretary), client_for(app, county.town_admin)
    assert secretary.post(f"/people/{county.member}/edit", data={**fields, "name": "张佳", "organization_id": county.willow}).status_code == 302
    assert secretary.post(f"/people/{county.old_member}/card").status_code == 200
    assert town.post(f"/people/{county.neighbour}/edit", data={**fields, "name": "赵丁", "floating": "y", "organization_id": county.bridge}).status_code == 302


@pytest.fixture
def elsewhere(app, county):
    """An entry of another county."""
    with transaction():
        top = organization.found("ZZ", "邻县县委", kind="county", parent=None, now=NOW)
        person = organization.admit("冯二二", top, Belonging(), since=TODAY, actor=None, now=NOW)
        note("rename", "姓名由“冯一一”改为“冯二二”", actor=None, organization_id=top.id, about_person_id=person.id, now=clock.now())


@pytest.mark.parametrize("who", ["auditor", "county_admin"])
def test_everything_is_read_newest_first_with_day_place_and_hand(app, county, entries, who):
    text = page(app, getattr(county, who), "/entries")
    words = ("赵丁的情况由", "为李乙打印首次登录卡", "姓名由“张甲”改为“张佳”")
    places = [text.index(one) for one in words]
    assert places == sorted(places)
    for words in (TODAY.isoformat(), "柳荫村党支部", "石桥村党支部", "经办人 陈戊", "经办人 周辛"):
        assert words in text


@pytest.mark.parametrize(
    ("words", "found", "not_found"),
    [
        ("登录卡", "为李乙打印", "张佳"),
        ("张佳", "姓名由", "李乙"),
        ("  张佳 ", "姓名由", "李乙"),
        ("%", "没有找到", "张佳”"),
        ("_", "没有找到", "李乙"),
        ("没有这样的话", "没有找到", "李乙"),
    ],
)
def test_they_are_found_by_what_they_say(app, county, entries, words, found, not_found):
    text = client_for(app, county.auditor).get("/entries", query_string={"words": words}).get_data(as_text=True)
    assert found in text
    assert not_found not in text.replace(f'value="{words}"', "")


@pytest.mark.parametrize("who", ["member", "secretary", "trainer", "reviewer", "town_admin"])
def test_nobody_else_may_look(app, county, entries, who):
    answer = client_for(app, getattr(county, who)).get("/entries?words=张佳")
    assert answer.status_code == 403
    assert "姓名由" not in answer.get_data(as_text=True)


def test_a_stranger_is_asked_to_sign_in(app, county, entries):
    assert "/sign-in" in app.test_client().get("/entries").location


def test_another_countys_entries_are_not_there(app, county, elsewhere):
    for address in ("/entries", "/entries?words=冯一一", "/entries?words=姓名"):
        assert "冯二二" not in page(app, county.auditor, address)


def test_an_auditor_of_a_township_reads_of_that_township_alone(app, county, entries):
    with transaction():
        far = organization.admit("何二二", db.session.get(Organization, county.far), Belonging(), since=TODAY, actor=None, now=NOW)
        organization.appoint(far, "auditor", db.session.get(Organization, county.other_town), since=TODAY, actor=None, now=NOW)
        note("rename", "姓名由“何一一”改为“何二二”", actor=None, organization_id=county.far, about_person_id=far.id, now=clock.now())
        asking = far.id
    text = page(app, asking, "/entries")
    assert "何一一" in text
    assert "张佳" not in text and "李乙" not in text


def test_a_person_page_shows_the_auditor_what_was_done_and_the_secretary_not(app, county, entries):
    assert "姓名由“张甲”改为“张佳”" in page(app, county.auditor, f"/people/{county.member}")
    assert "姓名由" not in page(app, county.secretary, f"/people/{county.member}")


def test_the_auditor_changes_nothing(app, county, entries):
    client = client_for(app, county.auditor)
    before = db.session.query(Entry).count()
    for address in ("edit", "way-in", "password", "card", "card/revocation", "posts/new"):
        assert client.post(f"/people/{county.member}/{address}", data={"name": "x"}).status_code == 403
    assert client.post("/entries").status_code == 405
    text = page(app, county.auditor, f"/people/{county.member}")
    assert "修改资料" not in text and "帮助登录" not in text and "任命职务" not in text
    assert db.session.query(Entry).count() == before


def test_long_lists_come_in_pages_that_keep_the_search(app, county):
    with transaction():
        actor = db.session.get(Person, county.secretary)
        for number in range(55):
            note("rename", f"第 {number} 次更名", actor=actor, organization_id=county.willow, now=NOW)
    first = page(app, county.auditor, "/entries?words=更名&act=rename")
    assert first.count("次更名") == 50
    assert "第 54 次更名" in first and "第 4 次更名" not in first
    (more,) = re.findall(r'href="(/entries\?before=[^"]*)"', first)
    last = page(app, county.auditor, html.unescape(more))
    assert "第 4 次更名" in last and last.count("次更名") == 5 and "更早的" not in last
    assert "words=%E6%9B%B4%E5%90%8D" in last and "act=rename" in last
    for odd in ("before=0", "before=-3", "before=999999", "before=nonsense", "since=nonsense", "act=nonsense", "until=2026-13-01"):
        assert client_for(app, county.auditor).get(f"/entries?{odd}").status_code == 200


@pytest.mark.parametrize(
    ("asked", "found", "not_found"),
    [
        ({"person": "赵丁"}, "赵丁的情况", "李乙打印"),
        ({"person": "李乙", "by": "陈戊"}, "为李乙打印", "赵丁的情况"),
        ({"by": "周辛"}, "赵丁的情况", "李乙打印"),
        ({"place": "石桥村党支部"}, "赵丁的情况", "李乙打印"),
        ({"place": "QC01"}, "赵丁的情况", "没有找到"),
        ({"place": "QC02"}, "没有找到", "赵丁的情况"),
        ({"act": "issue_card"}, "为李乙打印", "赵丁的情况"),
        ({"since": TODAY.isoformat(), "until": TODAY.isoformat()}, "为李乙打印", "没有找到"),
        ({"until": (TODAY - timedelta(days=1)).isoformat()}, "没有找到", "为李乙打印"),
        ({"person": "张"}, "没有找到", "张佳”"),
        ({"person": "没有这个人"}, "没有找到", "赵丁的情况"),
    ],
)
def test_they_are_found_by_person_hand_place_kind_and_day(app, county, entries, asked, found, not_found):
    text = client_for(app, county.auditor).get("/entries", query_string=asked).get_data(as_text=True)
    assert found in text
    assert not_found not in text


def test_someone_touched_by_an_import_is_found_by_its_line(app, county):
    with transaction():
        entry = note("import_roster", "导入名册：1 人有变化", actor=None, organization_id=county.willow, now=NOW)
        note_many(entry, [(county.member, county.willow, "类别改为预备党员")])
    assert "导入名册：1 人有变化" in page(app, county.auditor, "/entries?person=张甲")
    assert "没有找到" in page(app, county.auditor, "/entries?person=赵丁")


INDEXES = {  # what is asked, and the index that must answer it in the order of time, with a million entries as with a hundred
    "ix_audit_entry_at": Asked(),
    "ix_audit_entry_actor_id_at": Asked(by="陈戊"),
    "ix_audit_entry_act_at": Asked(act="rename"),
    "ix_audit_entry_about_person_id": Asked(person="张甲"),
    "ix_audit_entry_organization_id_at": Asked(place="柳荫村党支部"),
}


@pytest.mark.parametrize("index", INDEXES)
def test_every_search_is_answered_from_an_index(app, county, index, monkeypatch):
    monkeypatch.setattr(entry_queries, "FEW", 1)  # as in a county with more organizations than are named one by one
    statement = entry_queries.entries(db.session.get(Person, county.auditor), INDEXES[index]).limit(51)
    plan = planned(statement)
    assert index in plan, plan
    # What comes in the order of time is on PostgreSQL put into that of the ids within one instant, and no further: an incremental sort.
    sorts = "TEMP B-TREE" in plan or re.search(r"(?<!Incremental )Sort  \(", plan)
    assert not sorts or index == "ix_audit_entry_about_person_id", f"a page is sorted out of everything: {plan}"


def planned(statement):
    """How the database would find the rows of a statement, once there are so many that reading all costs too much."""
    sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.begin() as connection:
        if not sqlite:
            for word in ("enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"):
                connection.exec_driver_sql(f"set local {word} = off")
        text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))  # psycopg wants a percent sign twice, and so it is written
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{'explain query plan' if sqlite else 'explain'} {text}"))


def test_every_kind_of_act_has_words():
    used = set()
    for path in sorted(Path("learning").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            place = {"note": 0, "_noted": 1}.get(name)
            if place is not None and len(node.args) > place + 1 and isinstance(node.args[place], ast.Constant):
                used.add(node.args[place].value)
    assert "rename" in used and used <= set(ACT_WORDS), f"say in entry_rules.ACT_WORDS what {sorted(used - set(ACT_WORDS))} are"
