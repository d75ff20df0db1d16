"""What must stand nowhere in the clear: mobile numbers, passwords, tokens, identity numbers."""

import logging
from datetime import date

import pytest
from cryptography.exceptions import InvalidTag

from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.accounts import sealing
from learning.accounts.models import Account
from learning.hours import actions as hours
from learning.records.models import Correction, Revocation
from tests import databases
from tests.accounts.doors import ANOTHER, MOBILE, PASSWORD, browser, change_password, is_in, issue, sign_in, use
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW
from tests.records.proofs import certify

IDENTITY = "11010119900307123X"


def bytes_of_the_database(folder):
    """Everything the database holds; on SQLite its file with the write-ahead log beside it."""
    db.session.remove()
    return databases.written(folder)


def test_no_byte_of_the_database_gives_a_number_or_a_password_away(app, county, member, tmp_path):
    client = browser(app)
    sign_in(client, MOBILE)
    sign_in(browser(app), "199 0000 9999", "guess-of-a-stranger")
    change_password(client)
    card = issue(county.old_member, county.secretary)
    use(browser(app), card, pin="987 654")
    held = bytes_of_the_database(tmp_path)
    assert b"zhangjia" in held, "the search itself must find what is there"
    for secret in (MOBILE, "19900009999", "9900001234", PASSWORD, ANOTHER, "guess-of-a-stranger", card.token, card.pin, "987654"):
        assert secret.encode() not in held
        assert secret.encode("utf-16-le") not in held


def test_a_number_is_sealed_anew_each_time_and_only_its_key_opens_it(app, member):
    row = db.session.query(Account).one()
    assert sealing.unseal(row.mobile_sealed, settings().data_key) == MOBILE
    assert sealing.seal(MOBILE, settings().data_key) != sealing.seal(MOBILE, settings().data_key)
    with pytest.raises(InvalidTag):
        sealing.unseal(row.mobile_sealed, b"another key of thirty-two bytes!")
    assert sealing.index(MOBILE, settings().data_key) != sealing.index(MOBILE, b"another key of thirty-two bytes!")


def test_only_the_person_sees_the_number(app, county, member):
    mine = browser(app)
    sign_in(mine)
    assert MOBILE in mine.get("/me").get_data(as_text=True)
    for who in (county.secretary, county.county_admin):
        helper = client_for(app, who)
        for address in (f"/people/{member}", f"/people/{member}/way-in"):
            assert MOBILE not in helper.get(address).get_data(as_text=True)


def test_nothing_secret_is_written_to_the_log(app, county, member, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    client = browser(app)
    sign_in(client, MOBILE, "guess-of-a-stranger")
    sign_in(client, MOBILE)
    change_password(client)
    use(browser(app), issue(county.old_member, county.secretary), password="short-one")
    out = capfd.readouterr()
    said = caplog.text + out.out + out.err
    for secret in (MOBILE, PASSWORD, ANOTHER, "guess-of-a-stranger", "short-one", "234567"):
        assert secret not in said


def test_a_page_never_gives_a_password_back(app, member):
    page = sign_in(browser(app), "zhangjia", "guess-of-a-stranger").get_data(as_text=True)
    assert "guess-of-a-stranger" not in page


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/branches/{willow}/people/new", "name"),
        ("/branches/{willow}/people/new", "contact"),
        ("/people/{member}/edit", "name"),
        ("/people/{member}/way-in", "user_name"),
        ("/people/{member}/way-in", "mobile"),
        ("/branches/{willow}/roll-calls/new", "venue"),
        ("/branches/{willow}/roll-calls/new", "lecturer"),
        ("/branches/{willow}/home-deliveries/new", "what"),
        ("/branches/{willow}/home-deliveries/new", "delivered_by"),
        ("/feedback", "text"),
    ],
)
def test_an_identity_number_is_taken_by_no_form(app, county, address, field):
    where = address.format(willow=county.willow, member=county.member)
    answer = client_for(app, county.secretary).post(where, data={field: f"某某 {IDENTITY}"})
    assert answer.status_code == 422
    assert "身份证号" in answer.get_data(as_text=True), f"{field} of {where} takes an identity number"


@pytest.mark.parametrize("act", ["revocation", "correction"])
def test_no_identity_number_is_written_about_a_certificate(app, county, act):
    """The reason stands for ever: no row of these can be changed afterwards."""
    with transaction():
        hours.set_policy(date(2026, 1, 1), now=NOW)
    certificate = certify(county, make_course(county))
    data = {"reason": f"身份证 {IDENTITY}", "field": "person_name", "value": "张佳"}
    client_for(app, county.county_admin).post(f"/certificates/{certificate.id}/{act}", data=data)
    assert db.session.query(Revocation).count() + db.session.query(Correction).count() == 0


def test_a_password_can_be_anything_but_an_identity_number_is_no_name(app, member):
    assert sign_in(browser(app), IDENTITY).status_code == 422
    client = browser(app)
    sign_in(client)
    assert is_in(client)
