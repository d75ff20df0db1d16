"""查验: anyone may know that a paper is ours and how it stands, and nothing else."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from courses.kernel.db import db, transaction
from learning.accounts.models import Failure
from learning.accounts.rules import LOCKOUT_WINDOW
from learning.organization.models import Person
from learning.records import actions, rules
from learning.records.models import Certificate
from learning.records.views import WRONG_TRIES
from tests.people import NOW
from tests.records.proofs import certify, confirm, someone, study

WRONG = "AAAAAA"


@pytest.fixture
def row(county, course):
    return certify(county, course)


@pytest.fixture
def anyone(app):
    return app.test_client()


def words(answer):
    """What a reader reads: the page without its tags."""
    page = answer.get_data(as_text=True).split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def check(client, row, **other):
    return client.get(f"/check/{other.get('number', row.number)}/{other.get('code', row.code)}")


def change(county, row, act, *values):
    with transaction():
        actor = db.session.get_one(Person, county.county_admin)
        act(db.session.get_one(Certificate, row.id), *values, actor=actor, now=NOW)


def test_a_valid_certificate_is_said_to_be_valid(anyone, row):
    answer = check(anyone, row)
    assert answer.status_code == 200
    assert "有效" in words(answer)
    for fact in (row.number, "张*", "消防安全进家门（微课）", "0.25 学时", "2026-11-02", "样例镇党委", "集中学习（点名）"):
        assert fact in words(answer)


def test_nothing_else_about_the_person_is_told(anyone, county, row):
    page = check(anyone, row).get_data(as_text=True)
    for secret in ("张甲", "柳荫村", "正式党员", "陈戊", f"/people/{county.member}", f"/certificates/{row.id}", row.code):
        assert secret not in page.replace(f"/check/{row.number}/{row.code}", ""), f"{secret} stands on a page that anyone may read"
    assert "data-person" not in page


def test_the_page_may_be_read_by_people_not_by_search_engines_or_caches(anyone, row):
    answer = check(anyone, row)
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.headers.get("X-Robots-Tag", "")


def test_a_revoked_certificate_is_said_to_be_revoked_and_not_why(anyone, county, row):
    change(county, row, actions.revoke, "冒名顶替")
    assert "已撤销" in words(check(anyone, row))
    assert "不再有效" in words(check(anyone, row))
    assert "冒名顶替" not in check(anyone, row).get_data(as_text=True)


def test_a_corrected_certificate_shows_the_name_as_it_should_read_masked(anyone, county, row):
    change(county, row, actions.correct, "person_name", "章甲乙", "同音字")
    said = words(check(anyone, row))
    assert "已更正" in said
    assert "章**" in said
    assert "章甲乙" not in said
    assert "同音字" not in said


def test_a_corrected_certificate_that_was_revoked_is_revoked(anyone, county, row):
    change(county, row, actions.correct, "person_name", "章甲", "同音字")
    change(county, row, actions.revoke, "登记有误")
    assert "已撤销" in words(check(anyone, row))


def test_a_wrong_number_and_a_wrong_code_are_answered_alike(anyone, county, row):
    answers = [check(anyone, row, code=WRONG), check(anyone, row, number="QC0101-2026-999999-X")]
    assert [answer.status_code for answer in answers] == [404, 404]
    said = [words(answer) for answer in answers]
    assert said[0] == said[1]
    assert "没有查到" in said[0]


@pytest.mark.parametrize("code", ["", "A", "*", "%", "' or 1=1 --", "AAAAAAAAAAAAAAAAAAAA", "张", "%00"])
def test_what_is_no_code_opens_nothing(anyone, row, code):
    assert check(anyone, row, code=code).status_code == 404


def test_number_and_code_are_read_however_they_were_typed(anyone, row):
    typed = {"number": f" {row.number.lower().replace('-', '—')} ", "code": row.code.lower()}
    answer = anyone.get("/check", query_string=typed)
    assert answer.location == f"/check/{row.number}/{row.code}"
    assert check(anyone, row, number=row.number.lower(), code=row.code.lower()).status_code == 200


def test_a_slip_in_the_number_is_told_at_once_and_not_counted_as_a_guess(anyone, row):
    place = row.number.index("2026") + 3
    slipped = row.number[:place] + "7" + row.number[place + 1 :]
    answer = anyone.get("/check", query_string={"number": slipped, "code": row.code})
    assert answer.status_code == 422
    assert "打错了" in answer.get_data(as_text=True)
    assert db.session.query(Failure).count() == 0


def test_an_empty_form_names_what_is_missing(anyone, app):
    answer = anyone.get("/check?number=&code=")
    assert answer.status_code == 422
    assert "请填证明上的编号" in answer.get_data(as_text=True)


def test_guessing_is_limited_and_the_limit_ends(anyone, row):
    with time_machine.travel(NOW, tick=False) as clock:
        answers = [check(anyone, row, code=WRONG).status_code for _ in range(WRONG_TRIES + 2)]
        assert answers == [404] * WRONG_TRIES + [429, 429]
        assert check(anyone, row).status_code == 429, "or the last guess would tell"
        assert anyone.get(f"/check/{row.number}/{row.code}", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200
        clock.move_to(NOW + LOCKOUT_WINDOW + timedelta(seconds=1))
        assert check(anyone, row).status_code == 200


def test_checking_rightly_is_never_limited(anyone, row):
    assert {check(anyone, row).status_code for _ in range(WRONG_TRIES + 2)} == {200}


def test_at_this_limit_a_code_is_not_guessed_in_a_lifetime():
    a_day = WRONG_TRIES * (timedelta(days=1) / LOCKOUT_WINDOW)
    assert len(rules.CODE_ALPHABET) ** 6 / a_day / 365 > 800  # years, from one address, for one certificate


def test_no_address_is_kept_of_whoever_guessed(anyone, row):
    check(anyone, row, code=WRONG)
    assert "127.0.0.1" not in db.session.query(Failure).one().whose


def test_codes_are_of_the_alphabet_and_differ(county, course, row):
    assert len(row.code) == 6
    assert set(row.code) <= set(rules.CODE_ALPHABET)
    assert len({actions._code() for _ in range(500)}) == 500


def test_a_branch_record_is_checked_by_its_figures_and_fingerprint_without_names(anyone, county):
    record = confirm(county, [someone("张甲"), someone("李乙"), someone("王丙")])
    said = words(check(anyone, record))
    for fact in (record.number, record.sha256, "柳荫村党支部", "2026-11-02", "33%"):
        assert fact in said
    for name in ("张甲", "李乙", "王丙", "陈戊"):
        assert name not in said
    assert check(anyone, record, code=WRONG).status_code == 404


def test_the_qr_code_and_the_page_of_the_certificate_lead_to_the_check(app, county, row):
    from tests.clients import client_for

    page = client_for(app, county.member).get(f"/certificates/{row.id}").get_data(as_text=True)
    assert "<svg" in page
    assert row.code in page


def test_only_its_owner_and_those_in_charge_open_a_certificate(app, county, row):
    from tests.clients import client_for

    for kind in ("", ".pdf", ".png"):
        got = {
            who: client_for(app, getattr(county, who)).get(f"/certificates/{row.id}{kind}").status_code
            for who in ("member", "secretary", "town_admin", "auditor")
        }
        assert set(got.values()) == {200}, got
        for who in ("neighbour", "trainer", "activist"):
            assert client_for(app, getattr(county, who)).get(f"/certificates/{row.id}{kind}").status_code == 404
        assert app.test_client().get(f"/certificates/{row.id}{kind}").location.startswith("/sign-in")


def test_a_certificate_earned_online_says_so(anyone, county, course):
    study(county.secretary, course)
    with transaction():
        actions.settle(county.secretary, course.course, now=NOW, zone="Asia/Shanghai")
    online = db.session.query(Certificate).one()
    assert "线上学习" in words(check(anyone, online))


def test_guesses_made_at_once_are_no_more_than_guesses_made_in_turn(app, row):
    with ThreadPoolExecutor(16) as many:
        answers = list(many.map(lambda _: check(app.test_client(), row, code=WRONG).status_code, range(WRONG_TRIES + 20)))
    assert (answers.count(404), answers.count(429)) == (WRONG_TRIES, 20)


def test_guessing_at_papers_and_signing_in_are_counted_apart(app, anyone, row):
    for _ in range(WRONG_TRIES):
        check(anyone, row, code=WRONG)
    assert anyone.post("/sign-in", data={"name": "check:127.0.0.1", "password": "wrong-guess"}).status_code == 422
