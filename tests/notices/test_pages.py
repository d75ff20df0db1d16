"""通知公告 as pages: whom a notice reaches, until when, and who may post and withdraw it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.audit.models import Entry
from learning.hours import actions as hours
from learning.notices.models import Notice
from tests.clients import client_for
from tests.people import County

TITLE, TEXT = "本周六上午集中收看", "请带笔记本，不方便来的同志可以在手机上看。"


@pytest.fixture(autouse=True)
def policy(county: County) -> None:
    """The home page shows the year's hours, by the county's rule."""
    with transaction():
        hours.set_policy(today().replace(month=1, day=1), now=clock.now())


def today() -> Any:
    return clock.day_of(clock.now())


def post(app: Flask, who: int, where: int, **more: Any) -> Any:
    form = {"title": TITLE, "text": TEXT, "until": today().isoformat(), **more}
    return client_for(app, who).post(f"/organizations/{where}/notices", data=form)


def page(app: Flask, who: int, path: str = "/notices") -> str:
    return client_for(app, who).get(path).get_data(as_text=True)


def only() -> Notice:
    db.session.rollback()
    return db.session.query(Notice).one()


def test_a_branchs_notice_reaches_its_own_people_alone(app: Flask, county: County):
    assert post(app, county.secretary, county.willow).status_code == 302
    assert TEXT in page(app, county.member) and TITLE in page(app, county.member, "/")
    assert TITLE not in page(app, county.neighbour) and TITLE not in page(app, county.neighbour, "/")
    assert db.session.query(Entry).one().words == f"柳荫村党支部发出通知“{TITLE}”"


def test_a_townships_notice_reaches_every_branch_below_it(app: Flask, county: County):
    assert post(app, county.town_admin, county.town).status_code == 302
    for who in (county.member, county.neighbour, county.trainer):
        assert TEXT in page(app, who)
        assert "样例镇党委" in page(app, who)


def test_the_last_day_still_counts_and_the_next_does_not(app: Flask, county: County, monkeypatch: pytest.MonkeyPatch):
    post(app, county.secretary, county.willow)
    assert TITLE in page(app, county.member, "/")
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=1))
    assert TITLE not in page(app, county.member, "/") and TITLE not in page(app, county.member)
    assert "已到期" in page(app, county.secretary, f"/organizations/{county.willow}/notices")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "请写标题"),
        ({"text": "字" * 2001}, "最多 2000 字"),
        ({"until": "2020-01-01"}, "截止日期已经过了"),
        ({"until": "2999-01-01"}, "最多显示一年"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(app: Flask, county: County, wrong: dict[str, str], said: str):
    answer = post(app, county.secretary, county.willow, **wrong)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in text and (TITLE in text or "title" in wrong)
    assert db.session.query(Notice).count() == 0


def test_a_withdrawn_notice_is_seen_by_nobody_and_withdrawn_once(app: Flask, county: County):
    post(app, county.secretary, county.willow)
    address = f"/notices/{only().id}/withdrawal"
    secretary = client_for(app, county.secretary)
    assert secretary.post(address).status_code == 302
    assert TITLE not in page(app, county.member, "/") and TITLE not in page(app, county.member)
    first = only().withdrawn_at
    assert secretary.post(address).status_code == 422 and only().withdrawn_at == first
    assert [row.act for row in db.session.query(Entry).order_by(Entry.id)] == ["post_notice", "withdraw_notice"]


def test_nobody_posts_or_withdraws_beyond_their_posts(app: Flask, county: County):
    post(app, county.town_admin, county.town)
    for who, where in ((county.secretary, county.bridge), (county.secretary, county.town), (county.member, county.willow), (county.auditor, county.county)):
        assert post(app, who, where).status_code in {403, 404}
    assert client_for(app, county.secretary).post(f"/notices/{only().id}/withdrawal").status_code == 404
    assert only().withdrawn_at is None
