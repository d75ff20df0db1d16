"""A person's data can go, with the salts of their leaves: no name is left, every proof of the others stands, and the log says that it happened."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from courses.kernel.db import Base, db, transaction
from courses.kernel.errors import Refused
from learning.audit import erasure_actions
from learning.audit.people_actions import Moment
from learning.organization.models import Person
from learning.records import actions, log, proofs, rules, tree
from learning.records.models import BranchRecord, Certificate, LogLeaf
from tests.clients import client_for
from tests.people import NOW, TODAY
from tests.records.proofs import attend, certify, confirm, printed, settle, someone, tampered

GONE = "张甲"


@pytest.fixture
def known(app, county, course):
    """张甲 has a corrected certificate, a signed paper, and stands in a branch record; so does 李乙."""
    mine = certify(county, course)
    attend(county, course, county.old_member, on=TODAY - timedelta(days=1))
    settle(county.old_member, course)
    other = db.session.query(Certificate).filter_by(person_id=county.old_member).one()
    with transaction():
        actions.correct(db.session.get_one(Certificate, mine.id), "person_name", GONE + "甲", "少一个字", actor=_admin(county), now=NOW)
    row = confirm(county, [someone(GONE, number=mine.number), someone("李乙", number=other.number, note=f"由{GONE}帮助")])
    admin = client_for(app, county.county_admin)
    assert GONE in printed(admin.get(f"/branch-records/{row.id}.pdf").data)
    assert admin.get(f"/certificates/{mine.id}.pdf").status_code == 200
    return row.sha256, tree.checkpoints()[0].text


def _admin(county):
    return db.session.get_one(Person, county.county_admin)


def erase(county, person_id, reason="本人申请"):
    with transaction():
        person = db.session.get_one(Person, person_id)
        erasure_actions.erase(person, reason, actor=_admin(county), when=Moment(NOW, TODAY))


def everywhere():
    return "\n".join(str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table)))


def test_nothing_of_the_person_is_left_and_the_proof_stands(app, county, known):
    fingerprint, kept = known
    erase(county, county.member)
    assert GONE not in everywhere()
    found = log.verify(kept=kept)
    assert (found.fault, found.erased, found.leaves) == ("", 2, 5)
    row = db.session.query(BranchRecord).one()
    assert row.sha256 == fingerprint == rules.fingerprint(row.content)
    paper = printed(client_for(app, county.county_admin).get(f"/branch-records/{row.id}.pdf").data)
    assert GONE not in paper and "已删除" in paper


def test_what_is_left_of_others_is_proved_as_before(county, known):
    erase(county, county.member)
    with transaction():
        tree.checkpoint(now=NOW)
    other = db.session.query(Certificate).filter_by(person_id=county.old_member).one()
    said = json.loads(proofs.file_of(other))
    assert said["salt"] and said["record"]["person_name"] == "李乙"
    mine = json.loads(proofs.file_of(db.session.query(Certificate).filter_by(person_id=county.member).one()))
    assert (mine["salt"], mine["record"]["person_name"]) == ("", "已删除")


def test_a_salt_that_went_without_an_erasure_is_found(county, known):
    with tampered("update log_leaf set salt = '' where \"index\" = 1"):
        assert "没有登记过删除" in log.verify().fault


def test_the_guards_let_through_nothing_but_an_erasure(county, known):
    erase(county, county.member)
    for statement in ("update certificate set person_name = '李四'", "update certificate set person_name = '已删除', quarters = 9", "delete from erasure"):
        with pytest.raises(Exception, match="append-only"), transaction() as session:
            session.connection().exec_driver_sql(statement)


def test_who_cannot_be_erased(county, known):
    for who, reason in ((county.county_admin, "x"), (county.secretary, "x"), (county.member, " ")):
        with pytest.raises(Refused):
            erase(county, who, reason)
    erase(county, county.member)
    with pytest.raises(Refused, match="已经删除过"):
        erase(county, county.member)
    assert db.session.query(LogLeaf).filter_by(kind="erasure").count() == 1
