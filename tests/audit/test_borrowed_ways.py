"""Whoever hands out a way in could use it: so it ends with a new post of its owner, a transfer of its owner, and the dismissal of its giver."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.kernel.db import db, transaction
from learning.accounts import queries as accounts
from learning.organization import actions as organization
from learning.organization.models import Organization, Person
from tests.audit.pages import TODAY, page, said, with_account
from tests.audit.test_way_in import OWN, print_card, reset, shown, sign_in, signed_in, use_card
from tests.clients import client_for
from tests.people import NOW, County


def by_card(app: Flask, county: County) -> FlaskClient:
    """张甲's account, entered by the secretary who printed the card."""
    client, _ = use_card(app, print_card(app, county.secretary, county.member))
    return client


def by_password(app: Flask, county: County) -> FlaskClient:
    """The same with a temporary password, which is changed twice more."""
    with_account(county.member, user_name="zhangjia")
    temporary = shown(reset(app, county.secretary, county.member))
    client, _ = sign_in(app, "zhangjia", temporary)
    for before, after in ((temporary, "暂时的密码2027"), ("暂时的密码2027", OWN)):
        assert client.post("/me/password", data={"present": before, "password": after, "again": after}).status_code == 302
    return client


def appoint(app: Flask, county: County, role: str, where: int, *, who: int | None = None):
    return client_for(app, county.county_admin).post(f"/people/{who or county.member}/posts/new", data={"role": role, "organization_id": where, "note": ""})


@pytest.mark.parametrize("enter", [by_card, by_password])
def test_a_new_post_shuts_out_whoever_handed_out_the_way_in(app: Flask, county: County, enter):
    intruder = enter(app, county)
    assert signed_in(intruder)
    asked = page(app, county.county_admin, f"/people/{county.member}/posts/new")
    assert "张甲现在的密码，是凭陈戊发的登录卡或临时密码设的" in asked
    answer = appoint(app, county, "branch_secretary", county.bridge)
    assert not signed_in(intruder) and sign_in(app, "zhangjia", OWN)[1].status_code == 422
    assert "密码作废，设备全部退出" in said("appoint")[0]
    assert answer.location == f"/people/{county.member}/way-in", "the next page gives the new card"


def test_the_new_secretary_is_in_again_with_one_card_and_stays_in(app: Flask, county: County):
    by_card(app, county)
    appoint(app, county, "branch_secretary", county.bridge)
    client, answer = use_card(app, print_card(app, county.county_admin, county.member), password="明月清风2028")
    assert answer.location == "/" and client.get(f"/branches/{county.bridge}").status_code == 200
    assert appoint(app, county, "auditor", county.county).location == f"/people/{county.member}"
    assert signed_in(client), "whoever the county's administrator let in may hold any post"


def test_a_giver_who_may_help_the_new_post_is_trusted_and_one_who_may_not_is_not(app: Flask, county: County):
    client, _ = use_card(app, print_card(app, county.town_admin, county.member))
    appoint(app, county, "branch_secretary", county.willow)
    assert signed_in(client), "the township helps secretaries"
    appoint(app, county, "auditor", county.town)
    assert not signed_in(client), "but no auditors"


def test_ways_not_yet_used_stay_behind_in_a_transfer(app: Flask, county: County):
    with_account(county.member, user_name="zhangjia")
    temporary, card = shown(reset(app, county.secretary, county.member)), print_card(app, county.secretary, county.old_member)
    for person, expectation in ((county.member, "required"), (county.old_member, "encouraged")):
        said_ = {"name": "张甲", "stage": "full", "expectation": expectation, "online": "y", "organization_id": county.bridge}
        assert client_for(app, county.town_admin).post(f"/people/{person}/edit", data=said_).status_code == 302
    assert sign_in(app, "zhangjia", temporary)[1].status_code == 422
    assert use_card(app, card)[1].status_code == 404
    assert all("没用过的登录卡和临时密码作废" in words for words in said("revise_person")) and len(said("revise_person")) == 4


def test_a_card_of_the_township_goes_along(app: Flask, county: County):
    card = print_card(app, county.town_admin, county.member)
    data = {"name": "张甲", "stage": "full", "expectation": "required", "online": "y", "organization_id": county.bridge}
    client_for(app, county.town_admin).post(f"/people/{county.member}/edit", data=data)
    assert use_card(app, card)[1].status_code == 302


def test_what_a_dismissed_secretary_handed_out_and_nobody_used_is_dead(app: Flask, county: County):
    with_account(county.member, user_name="zhangjia")
    temporary, card = shown(reset(app, county.secretary, county.member)), print_card(app, county.secretary, county.old_member)
    other = print_card(app, county.town_admin, county.activist)
    post = db.session.get(Person, county.secretary).posts[0].id
    client_for(app, county.county_admin).post(f"/appointments/{post}/end")
    assert sign_in(app, "zhangjia", temporary)[1].status_code == 422
    assert use_card(app, card)[1].status_code == 404
    assert use_card(app, other)[1].status_code == 302
    assert "2 份登录卡和临时密码作废" in said("dismiss")[0]


def test_who_holds_another_post_that_suffices_keeps_what_they_handed_out(app: Flask, county: County):
    with transaction():
        organization.appoint(
            db.session.get(Person, county.secretary), "town_admin", db.session.get(Organization, county.town), since=TODAY, actor=None, now=NOW
        )
    card = print_card(app, county.secretary, county.member)
    post = next(row.id for row in db.session.get(Person, county.secretary).posts if row.role == "branch_secretary")
    client_for(app, county.county_admin).post(f"/appointments/{post}/end")
    assert use_card(app, card)[1].status_code == 302


def test_a_branch_moved_to_another_township_leaves_the_old_ones_cards_behind(app: Flask, county: County):
    card, own = print_card(app, county.town_admin, county.member), print_card(app, county.secretary, county.activist)
    data = {"name": "柳荫村党支部", "type": "", "parent_id": county.other_town}
    assert client_for(app, county.county_admin).post(f"/organizations/{county.willow}/edit", data=data).status_code == 302
    assert use_card(app, card)[1].status_code == 404
    assert use_card(app, own)[1].status_code == 302


def test_a_password_from_nobody_is_ones_own(app: Flask, county: County):
    with_account(county.member)
    account = accounts.account_of(county.member)
    assert account is not None and account.password_from_id is None
