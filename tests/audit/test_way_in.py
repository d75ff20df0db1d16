"""Helping someone in: a temporary password, a first sign-in card, a name to sign in by; and whom one may not help."""

import re
from types import SimpleNamespace

import pytest

from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.accounts import queries as accounts
from learning.audit.models import Entry
from learning.organization import actions as organization
from learning.organization.models import Organization, Person
from tests import databases
from tests.audit.pages import PASSWORD, TODAY, page, said, with_account
from tests.clients import client_for
from tests.people import NOW

OWN = "清风明月2027"


def reset(app, who, person):
    return client_for(app, who).post(f"/people/{person}/password")


def shown(answer):
    """The temporary password on the page that shows it."""
    assert answer.status_code == 200, answer.status_code
    return re.search(r'<p class="pin">([^<]+)</p>', answer.get_data(as_text=True))[1]


def sign_in(app, name, password):
    client = app.test_client()
    return client, client.post("/sign-in", data={"name": name, "password": password})


def print_card(app, who, person):
    answer = client_for(app, who).post(f"/people/{person}/card")
    assert answer.status_code == 200, answer.status_code
    text = answer.get_data(as_text=True)
    address = re.search(r'<span class="hash">([^<]+)</span>', text)[1]
    pin = re.search(r'<p class="pin">([\d ]+)</p>', text)[1]
    return SimpleNamespace(answer=answer, text=text, address=address, pin=pin)


def use_card(app, card, *, pin=None, password=OWN):
    client = app.test_client()
    return client, client.post(card.address, data={"pin": pin or card.pin, "password": password, "again": password})


def signed_in(client):
    return client.get("/me").status_code == 200


def appointed(person, role, where):
    with transaction():
        organization.appoint(db.session.get(Person, person), role, db.session.get(Organization, where), since=TODAY, actor=None, now=NOW)


# A temporary password


def test_a_temporary_password_signs_in_and_is_to_be_changed_first(app, county):
    with_account(county.member, user_name="zhangjia")
    temporary = shown(reset(app, county.secretary, county.member))
    client, answer = sign_in(app, "zhangjia", temporary)
    assert answer.location == "/me/password"
    assert sign_in(app, "zhangjia", PASSWORD)[1].status_code == 422
    changed = client.post("/me/password", data={"present": temporary, "password": OWN, "again": OWN})
    assert changed.status_code == 302
    assert sign_in(app, "zhangjia", OWN)[1].location == "/"
    assert sign_in(app, "zhangjia", temporary)[1].status_code == 422


def test_old_devices_are_signed_out(app, county):
    with_account(county.member)
    phone = client_for(app, county.member)
    assert signed_in(phone)
    reset(app, county.secretary, county.member)
    assert not signed_in(phone)
    assert said("reset_password") == ["为张甲重设密码（临时密码，登录后要换），退出了 1 台设备"]


def test_it_is_shown_once_and_kept_by_no_browser(app, county):
    with_account(county.member)
    answer = reset(app, county.secretary, county.member)
    temporary = shown(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert temporary not in page(app, county.secretary, f"/people/{county.member}/way-in")
    assert temporary not in page(app, county.secretary, f"/people/{county.member}")
    assert not any(temporary in row.words for row in db.session.query(Entry))
    assert client_for(app, county.secretary).get(f"/people/{county.member}/password").status_code == 405
    assert temporary.encode() not in databases.written(settings().data_dir)


def test_each_reset_gives_another_and_the_one_before_is_dead(app, county):
    with_account(county.member, user_name="zhangjia")
    first, second = shown(reset(app, county.secretary, county.member)), shown(reset(app, county.secretary, county.member))
    assert first != second
    assert sign_in(app, "zhangjia", first)[1].status_code == 422
    assert sign_in(app, "zhangjia", second)[1].status_code == 302


@pytest.mark.parametrize("typed", ["zhangjia", "19900001234"])
def test_a_lockout_is_lifted_by_the_reset(app, county, typed):
    with_account(county.member, user_name="zhangjia", mobile="19900001234")
    for _ in range(settings().lockout_failures):
        sign_in(app, typed, "wrong-guess")
    assert sign_in(app, typed, PASSWORD)[1].status_code == 429
    temporary = shown(reset(app, county.secretary, county.member))
    assert sign_in(app, typed, temporary)[1].status_code == 302


def test_nobody_without_a_name_to_sign_in_by_gets_one(app, county):
    client = client_for(app, county.secretary)
    assert "还没有登录用的手机号或用户名" in client.get(f"/people/{county.member}/way-in").get_data(as_text=True)
    answer = client.post(f"/people/{county.member}/password", follow_redirects=True)
    assert "请先登记手机号或用户名" in answer.get_data(as_text=True)
    assert 'class="pin"' not in answer.get_data(as_text=True)
    assert accounts.account_of(county.member) is None
    assert db.session.query(Entry).count() == 0


# A card


def test_a_card_lets_in_and_the_password_chosen_with_it_lets_in_again(app, county):
    card = print_card(app, county.secretary, county.old_member)
    assert card.address.startswith(f"{settings().public_url}/first/")
    assert card.answer.headers["Cache-Control"] == "no-store"
    assert "李乙" in card.text and "陈戊" in card.text
    client, answer = use_card(app, card)
    assert answer.location == "/"
    assert signed_in(client)
    assert "李乙" in client.get("/me").get_data(as_text=True)
    name = re.search(r"以后用户名填 (\w+)", card.text)[1]
    assert name == "liyi"
    assert sign_in(app, name, OWN)[1].location == "/"


def test_the_square_on_the_card_is_the_address_on_the_card(app, county):
    from learning.records import qr

    card = print_card(app, county.secretary, county.member)
    assert qr.svg(card.address) in card.text


def test_two_of_one_reading_get_two_user_names(app, county):
    with transaction():
        where = db.session.get(Organization, county.willow)
        twin = organization.admit("章佳", where, organization.Belonging(), since=TODAY, actor=None, now=NOW).id
    for person in (county.member, twin):
        print_card(app, county.secretary, person)
    assert [accounts.account_of(person).user_name for person in (county.member, twin)] == ["zhangjia", "zhangjia2"]


def test_who_has_a_number_keeps_to_it(app, county):
    with_account(county.member, user_name=None, mobile="19900001234")
    card = print_card(app, county.secretary, county.member)
    assert "以后填手机号和这个密码" in card.text
    assert accounts.account_of(county.member).user_name is None
    use_card(app, card)
    assert sign_in(app, "199 0000 1234", OWN)[1].status_code == 302


def test_a_card_is_used_once(app, county):
    card = print_card(app, county.secretary, county.member)
    use_card(app, card)
    again, answer = use_card(app, card, password="别的密码2028")
    assert answer.status_code == 404
    assert not signed_in(again)


def test_a_wrong_pin_lets_nobody_in(app, county):
    card = print_card(app, county.secretary, county.member)
    client, answer = use_card(app, card, pin="000000")
    assert answer.status_code == 422
    assert not signed_in(client)


def test_a_new_card_kills_the_one_before(app, county):
    first, second = print_card(app, county.secretary, county.member), print_card(app, county.secretary, county.member)
    assert use_card(app, first)[1].status_code == 404
    assert use_card(app, second)[1].status_code == 302


def test_a_revoked_card_is_dead(app, county):
    card = print_card(app, county.secretary, county.member)
    assert "作废现在的卡片" in page(app, county.secretary, f"/people/{county.member}/way-in")
    client_for(app, county.secretary).post(f"/people/{county.member}/card/revocation")
    client, answer = use_card(app, card)
    assert answer.status_code == 404
    assert not signed_in(client)
    assert said("revoke_card") == ["撤销了张甲的首次登录卡"]
    client_for(app, county.secretary).post(f"/people/{county.member}/card/revocation")
    assert len(said("revoke_card")) == 1  # there was none to revoke


def test_a_card_leaves_an_entry_without_its_secrets(app, county):
    card = print_card(app, county.secretary, county.member)
    token, pin = card.address.rsplit("/", 1)[1].replace("-", ""), card.pin.replace(" ", "")
    (words,) = said("issue_card")
    assert "为张甲打印首次登录卡" in words and "起用户名“zhangjia”" in words
    assert token not in words and pin not in words
    kept = databases.written(settings().data_dir)
    assert token.encode() not in kept


def test_a_new_post_kills_what_others_could_enter_with(app, county):
    with_account(county.member, user_name="zhangjia")
    temporary = shown(reset(app, county.secretary, county.member))
    card = print_card(app, county.secretary, county.member)
    client_for(app, county.county_admin).post(f"/people/{county.member}/posts/new", data={"role": "auditor", "organization_id": county.county, "note": ""})
    assert use_card(app, card)[1].status_code == 404
    assert sign_in(app, "zhangjia", temporary)[1].status_code == 422
    assert "没用过的登录卡和临时密码作废" in said("appoint")[0]


def test_a_new_post_leaves_ones_own_password_alone(app, county):
    with_account(county.member, user_name="zhangjia")
    phone = client_for(app, county.member)
    client_for(app, county.county_admin).post(f"/people/{county.member}/posts/new", data={"role": "auditor", "organization_id": county.county, "note": ""})
    assert signed_in(phone)
    assert sign_in(app, "zhangjia", PASSWORD)[1].status_code == 302


# A name to sign in by


def test_a_number_or_name_is_registered_and_the_number_never_shown(app, county):
    client = client_for(app, county.secretary)
    assert client.post(f"/people/{county.member}/way-in", data={"mobile": "19900001234", "user_name": ""}).status_code == 302
    text = page(app, county.secretary, f"/people/{county.member}/way-in")
    assert "已登记（加密保存，这里不显示）" in text
    assert "19900001234" not in text
    assert said("set_names") == ["张甲的用户名由“没有”改为“zhangjia”，手机号由没有改为已登记"]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"mobile": "", "user_name": ""}, "请填手机号或用户名"),
        ({"mobile": "1990000"}, "请填 11 位手机号"),
        ({"mobile": "19900009999"}, "号码重复"),
        ({"user_name": "zhaoding"}, "已有人用"),
        ({"user_name": "19900001234"}, "不要写手机号"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_kept_on_the_page(app, county, typed, fault):
    with_account(county.activist, user_name="zhaoding", mobile="19900009999")
    answer = client_for(app, county.secretary).post(f"/people/{county.member}/way-in", data=typed)
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert fault in text
    assert "王丙" not in text
    assert all(f'value="{value}"' in text for value in typed.values() if value)
    assert accounts.account_of(county.member) is None
    assert db.session.query(Entry).count() == 0


def test_saving_the_same_name_again_leaves_no_entry(app, county):
    with_account(county.member, user_name="zhangjia", mobile="19900001234")
    client_for(app, county.secretary).post(f"/people/{county.member}/way-in", data={"mobile": "19900001234", "user_name": "ZhangJia"})
    assert db.session.query(Entry).count() == 0


# Whom one may not help

WAYS = (("get", "way-in"), ("post", "way-in"), ("post", "password"), ("post", "card"), ("post", "card/revocation"))
HIGHER = [
    ("town_admin", "town"),
    ("county_admin", "county"),
    ("reviewer", "town"),
    ("auditor", "county"),
    ("trainer", "town"),
    ("branch_secretary", "willow"),
    ("branch_clerk", "bridge"),
    ("adviser", "far"),
]


def test_a_secretary_resets_nobody_with_a_post_who_stands_on_their_roster(app, county):
    with_account(county.member)
    client, phone = client_for(app, county.secretary), client_for(app, county.member)
    for role, where in HIGHER:
        appointed(county.member, role, getattr(county, where))
        for method, way in WAYS:
            assert getattr(client, method)(f"/people/{county.member}/{way}").status_code == 403, (role, way)
        assert "帮助登录" not in page(app, county.secretary, f"/people/{county.member}"), role
        with transaction():
            organization.dismiss(db.session.get(Person, county.member).posts[0], on=TODAY)
    assert signed_in(phone)
    assert db.session.query(Entry).count() == 0
    assert client.get(f"/people/{county.member}/way-in").status_code == 200  # without a post, again


TOWNSHIP_HELPS = {
    ("branch_secretary", "willow"): 200,
    ("trainer", "town"): 200,
    ("branch_secretary", "far"): 403,
    ("reviewer", "town"): 403,
    ("auditor", "town"): 403,
    ("town_admin", "town"): 403,
    ("county_admin", "county"): 403,
}


def test_a_township_helps_posts_below_it_alone_and_the_county_all(app, county):
    with_account(county.member)
    for (role, where), status in TOWNSHIP_HELPS.items():
        appointed(county.member, role, getattr(county, where))
        assert reset(app, county.town_admin, county.member).status_code == status, (role, where)
        assert reset(app, county.county_admin, county.member).status_code == 200, (role, where)
        with transaction():
            organization.dismiss(db.session.get(Person, county.member).posts[0], on=TODAY)


def test_nobody_helps_themselves(app, county):
    with_account(county.secretary)
    for method, way in WAYS:
        assert getattr(client_for(app, county.secretary), method)(f"/people/{county.secretary}/{way}").status_code == 403


def test_whoever_only_sees_people_helps_none(app, county):
    appointed(county.neighbour, "adviser", county.willow)
    with_account(county.member)
    for who in (county.auditor, county.neighbour):
        for method, way in WAYS:
            assert getattr(client_for(app, who), method)(f"/people/{county.member}/{way}").status_code == 403
