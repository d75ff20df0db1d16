"""Whether a mobile number is someone's elsewhere in the county is not told to whoever enters it: not in words, counts or what follows."""

import re
from pathlib import Path

import pytest
from flask import Flask

from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.accounts import queries as accounts
from learning.accounts.models import Account, SignInCard
from learning.audit.models import Entry
from learning.organization.models import Person
from tests.audit.pages import page, said, words_of
from tests.audit.test_import import go_on, sent
from tests.audit.test_way_in import OWN, print_card, reset, shown, sign_in, use_card, with_account
from tests.clients import client_for
from tests.people import County
from tests.roster import books

TAKEN, FREE = "19900009999", "19900008888"


@pytest.fixture(autouse=True)
def elsewhere(county: County) -> None:
    """Someone of another branch signs in by a number."""
    with_account(county.neighbour, user_name="zhaoding", mobile=TAKEN)


def plain(text: str, *secrets: str) -> str:
    """The words of a page without what is different each time."""
    for secret in (*secrets, TAKEN, FREE):
        text = text.replace(secret, "…")
    return re.sub(r"[?&]v=[0-9a-f]+|first/[a-z0-9-]+|\b\d{3} \d{3}\b", "…", words_of(text))


def entered(app: Flask, county: County, number: str) -> list[str]:
    """Everything a secretary is shown after a number was entered for their member."""
    client, way = client_for(app, county.secretary), f"/people/{county.member}/way-in"
    answer = client.post(way, data={"mobile": number, "user_name": ""}, follow_redirects=True)
    out = [f"{answer.status_code} {plain(answer.text)}", plain(client.post(way, data={"mobile": number, "user_name": ""}, follow_redirects=True).text)]
    temporary = reset(app, county.secretary, county.member)
    out.append(plain(temporary.text, shown(temporary)))
    card = print_card(app, county.secretary, county.member)
    out.append(plain(card.text, card.pin, f"{card.pin[:3]} {card.pin[3:]}", card.address))
    out += [plain(page(app, county.secretary, address)) for address in (way, f"/people/{county.member}", f"/branches/{county.willow}")]
    return out


def test_a_secretary_is_shown_the_same_for_a_number_of_another_branch_as_for_one_that_is_free(app: Flask, county: County):
    told = entered(app, county, TAKEN)
    mine = [row.words for row in db.session.query(Entry).filter_by(organization_id=county.willow).order_by(Entry.id)]
    with transaction() as session:
        session.query(Account).filter_by(person_id=county.member).delete()
        session.query(SignInCard).delete()
    assert told == entered(app, county, FREE)
    again = [row.words for row in db.session.query(Entry).filter_by(organization_id=county.willow).order_by(Entry.id)]
    assert again == [*mine, *mine]


def test_a_roster_with_such_a_number_reads_imports_and_reads_again_like_any_other(app: Flask, county: County, tmp_path: Path):
    client, told = client_for(app, county.secretary), []
    for number in (TAKEN, FREE):
        path = books.text(tmp_path / f"{number}.csv", [["姓名", "类别", "手机"], ["钱一一", "正式党员", number]])
        preview = sent(client, county.willow, path, "名册.csv")
        told.append([plain(client.get(preview).text), plain(go_on(client, preview))])
        told[-1].append(plain(client.get(sent(client, county.willow, path, "名册.csv")).text))
        fresh = db.session.query(Person).filter_by(name="钱一一").one()
        told[-1].append(plain(page(app, county.secretary, f"/people/{fresh.id}/way-in")).replace(str(fresh.id), "…"))
        if number == TAKEN:
            assert said("hold_mobile") and accounts.account_of(fresh.id).mobile_index is None
            with transaction() as session:
                gone = session.get_one(Person, fresh.id)
                gone.name, gone.membership.until = "已改名", gone.membership.since
    assert told[0] == told[1]
    assert "1 人 没有变化" in told[0][2] and "没有要导入的变化" in told[0][2]


def test_no_two_sign_in_by_one_number_and_whoever_was_second_has_a_name(app: Flask, county: County):
    client_for(app, county.secretary).post(f"/people/{county.member}/way-in", data={"mobile": TAKEN, "user_name": ""})
    assert db.session.query(Account).filter_by(mobile_index=accounts.account_of(county.neighbour).mobile_index).count() == 1
    card = print_card(app, county.secretary, county.member)
    phone, _ = use_card(app, card)
    assert sign_in(app, TAKEN, OWN)[1].status_code == 422
    assert sign_in(app, "zhangjia", OWN)[1].status_code == 302
    assert "暂时不能用来登录" in phone.get("/me").text
    assert accounts.account_named(TAKEN, key=settings().data_key).person_id == county.neighbour


def test_the_county_sees_both_and_mends_it(app: Flask, county: County):
    way = f"/people/{county.member}/way-in"
    client_for(app, county.secretary).post(way, data={"mobile": TAKEN, "user_name": ""})
    assert "赵丁" in page(app, county.county_admin, way) and "赵丁" not in page(app, county.secretary, way)
    assert "手机号和别人重复" in page(app, county.county_admin, "/entries") and "手机号和别人重复" not in page(
        app, county.secretary, f"/people/{county.member}"
    )
    own = client_for(app, county.county_admin)
    assert "号码重复" in own.post(f"/people/{county.activist}/way-in", data={"mobile": TAKEN, "user_name": ""}).text
    own.post(f"/people/{county.neighbour}/way-in", data={"mobile": FREE, "user_name": ""})
    own.post(way, data={"mobile": TAKEN, "user_name": ""})
    db.session.expire_all()
    assert accounts.account_named(TAKEN, key=settings().data_key).person_id == county.member
    assert "赵丁" not in page(app, county.county_admin, way)
