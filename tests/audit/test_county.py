"""A real county begins at a terminal, and stays apart from the demo."""

import pytest
from flask import Flask

from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.models import Installation
from learning.accounts.models import Account
from learning.audit.models import Entry
from learning.hours import queries as hours
from learning.organization.models import Organization, Person
from tests.clients import client_for

ADMINISTRATOR = ["administrator", "--county", "晴川县委", "--code", "QC", "--name", "吴壬", "--user-name", "wuren", "--password", "a river runs 88"]


@pytest.fixture
def county_command(app: Flask):
    """Runs `flask county ...` and gives its exit code and what it printed."""

    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["county", *words])
        db.session.remove()
        return done.exit_code, done.output

    return run


def test_an_administrator_is_created_and_may_govern(app, county_command):
    assert county_command("begin")[0] == 0
    assert county_command(*ADMINISTRATOR)[0] == 0
    person = db.session.query(Person).one()
    assert person.may("run_campaign", db.session.query(Organization).one())
    assert db.session.query(Account).one().user_name == "wuren"
    assert {row.act for row in db.session.query(Entry)} == {"found", "appoint"}
    assert hours.policy(clock.day_of(clock.now())).annual_quarters > 0
    assert client_for(app, person.id).get("/").status_code == 200


def test_beginning_twice_changes_nothing(county_command):
    assert county_command("begin")[0] == county_command("begin")[0] == 0
    assert db.session.get(Installation, 1).kind == "real"


def test_a_second_administrator_joins_the_county_that_stands(county_command):
    county_command(*ADMINISTRATOR)
    assert county_command(*ADMINISTRATOR[:5], "--name", "周辛", "--user-name", "zhouxin", "--password", "a river runs 99")[0] == 0
    assert db.session.query(Organization).count() == 1
    assert db.session.query(Person).count() == 2


def test_organizations_are_added_below_others(county_command):
    county_command(*ADMINISTRATOR)
    assert county_command("add", "QC01", "样例镇党委", "--kind", "township", "--under", "QC")[0] == 0
    assert county_command("add", "QC0101", "柳荫村党支部", "--kind", "branch", "--under", "QC01")[0] == 0
    assert county_command("add", "QC0101", "又一个", "--kind", "branch", "--under", "QC01")[0] != 0
    assert county_command("add", "X", "无主", "--kind", "branch", "--under", "none")[0] != 0
    assert county_command("add", "X", "无主", "--kind", "branch")[0] != 0
    assert db.session.query(Organization).count() == 3


def test_a_weak_password_creates_nothing(county_command):
    code, said = county_command(*ADMINISTRATOR[:-1], "12345678")
    assert code != 0 and "密码" in said
    assert db.session.query(Person).count() == 0


def test_a_demo_is_never_made_real(app, county_command):
    with transaction() as session:
        session.add(Installation(id=1, kind="demo", created_at=clock.now()))
    code, said = county_command("begin")
    assert code != 0 and "演示" in said
    assert county_command(*ADMINISTRATOR)[0] != 0
    assert db.session.query(Person).count() == 0
