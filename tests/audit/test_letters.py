"""Letters to the committee: written by anyone, read by the right committee alone, answered once, and the answer seen by the sender."""

import pytest

from courses.kernel.db import db, transaction
from learning.audit.models import Entry, Feedback
from learning.organization import actions as organization
from learning.organization.actions import Belonging
from learning.organization.models import Organization, Person
from tests.audit.pages import TODAY, page, said
from tests.clients import client_for
from tests.people import NOW

WORDS = "第二课的声音太小，老同志听不清。"


def write(app, who, text=WORDS):
    return client_for(app, who).post("/feedback", data={"text": text})


def answer(app, who, letter, text="已请讲师重新录音。"):
    return client_for(app, who).post(f"/feedback/{letter}", data={"answer": text})


@pytest.fixture
def letter(app, county):
    assert write(app, county.member).status_code == 302
    return db.session.query(Feedback).one().id


@pytest.fixture
def other_admin(app, county):
    """The administrator of the other township."""
    with transaction():
        person = organization.admit("何二二", db.session.get(Organization, county.far), Belonging(), since=TODAY, actor=None, now=NOW)
        organization.appoint(person, "town_admin", db.session.get(Organization, county.other_town), since=TODAY, actor=None, now=NOW)
        return person.id


def test_a_letter_is_kept_and_shown_to_its_sender_as_waiting(app, county, letter):
    text = page(app, county.member, "/feedback")
    assert WORDS in text
    assert "等待答复" in text


def test_the_township_and_the_county_read_it(app, county, letter):
    for who in (county.town_admin, county.county_admin):
        inbox = page(app, who, "/feedback/inbox")
        assert "张甲" in inbox
        assert "待答复" in inbox
        assert WORDS in page(app, who, f"/feedback/{letter}")


def test_another_township_does_not(app, county, letter, other_admin):
    assert "张甲" not in page(app, other_admin, "/feedback/inbox")
    assert client_for(app, other_admin).get(f"/feedback/{letter}").status_code == 404
    refused = answer(app, other_admin, letter)
    assert refused.status_code == 404
    assert WORDS not in refused.get_data(as_text=True)
    assert db.session.get(Feedback, letter).answered_at is None


@pytest.mark.parametrize("who", ["secretary", "trainer", "reviewer", "auditor", "neighbour", "member"])
def test_nobody_below_or_beside_the_committee_reads_letters(app, county, letter, who):
    client = client_for(app, getattr(county, who))
    assert client.get("/feedback/inbox").status_code == 403
    assert client.get(f"/feedback/{letter}").status_code == 403
    assert answer(app, getattr(county, who), letter).status_code == 403
    if who != "member":
        assert WORDS not in page(app, getattr(county, who), "/feedback")


def test_the_secretary_sees_nothing_of_it_anywhere(app, county, letter):
    for address in ("/desk", f"/branches/{county.willow}", f"/people/{county.member}"):
        text = client_for(app, county.secretary).get(address, follow_redirects=True).get_data(as_text=True)
        assert WORDS not in text
        assert "意见" not in text


def test_an_answer_reaches_the_sender_and_leaves_an_entry(app, county, letter):
    assert answer(app, county.town_admin, letter).location == "/feedback/inbox"
    text = page(app, county.member, "/feedback")
    assert "已请讲师重新录音。" in text
    assert "等待答复" not in text
    assert "已答复" in page(app, county.town_admin, "/feedback/inbox")
    row = db.session.query(Entry).filter_by(act="answer_feedback").one()
    assert (row.words, row.actor_id, row.about_person_id, row.organization_id) == ("答复了张甲的意见", county.town_admin, county.member, county.willow)
    assert WORDS not in row.words


def test_it_is_answered_once(app, county, letter):
    answer(app, county.town_admin, letter)
    again = answer(app, county.county_admin, letter, "另一个答复")
    assert again.status_code == 422
    assert "已经有人答复了" in again.get_data(as_text=True)
    assert "已请讲师重新录音。" in again.get_data(as_text=True)
    assert db.session.get(Feedback, letter).answer == "已请讲师重新录音。"
    assert said("answer_feedback") == ["答复了张甲的意见"]


def test_nobody_answers_their_own_letter(app, county):
    write(app, county.town_admin)
    own = db.session.query(Feedback).one().id
    refused = answer(app, county.town_admin, own)
    assert refused.status_code == 422
    assert "不能答复自己写的意见" in refused.get_data(as_text=True)
    assert answer(app, county.county_admin, own).status_code == 302


@pytest.mark.parametrize(
    ("text", "fault"),
    [("", "请写下您的意见"), ("  \r\n 　", "请写下您的意见"), ("字" * 1001, "最多 1000 字"), ("我是" + "110101" + "194901010015", "不登记身份证号")],
)
def test_an_empty_or_endless_letter_is_refused_and_kept_on_the_page(app, county, text, fault):
    refused = write(app, county.member, text)
    assert refused.status_code == 422
    shown = refused.get_data(as_text=True)
    assert fault in shown
    assert text.strip() in shown
    assert db.session.query(Feedback).count() == 0


def test_a_thousand_characters_fit_however_a_browser_ends_its_lines(app, county):
    lines = "\r\n".join(["字" * 99] * 10)  # ten lines of 99, nine ends: 999 to whoever counts on the page
    assert write(app, county.member, lines).status_code == 302


@pytest.mark.parametrize(("text", "fault"), [("", "请写下答复"), ("  ", "请写下答复"), ("字" * 1001, "最多 1000 字")])
def test_an_empty_or_endless_answer_is_refused_and_kept_on_the_page(app, county, letter, text, fault):
    refused = answer(app, county.town_admin, letter, text)
    assert refused.status_code == 422
    assert fault in refused.get_data(as_text=True)
    assert text.strip() in refused.get_data(as_text=True)
    assert db.session.get(Feedback, letter).answered_at is None


def test_marks_of_the_page_language_are_shown_as_typed(app, county):
    write(app, county.member, "<script>alert(1)</script>")
    for who, address in ((county.member, "/feedback"), (county.town_admin, "/feedback/inbox")):
        text = page(app, who, address)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_what_waits_stands_first(app, county, letter):
    write(app, county.neighbour, "第二封")
    write(app, county.activist, "第三封")
    answer(app, county.town_admin, db.session.query(Feedback).filter_by(text="第三封").one().id)
    inbox = page(app, county.town_admin, "/feedback/inbox")
    assert inbox.index("第二封") < inbox.index(WORDS[:5]) < inbox.index("第三封")


def test_someone_who_belongs_nowhere_is_told_where_to_turn(app, county):
    with transaction():
        db.session.get(Person, county.member).membership.until = TODAY
    refused = write(app, county.member)
    assert refused.status_code == 422
    assert "请先联系所在党支部" in refused.get_data(as_text=True)


def test_a_stranger_is_asked_to_sign_in(app, county):
    assert "/sign-in" in app.test_client().post("/feedback", data={"text": WORDS}).location
    assert db.session.query(Feedback).count() == 0
