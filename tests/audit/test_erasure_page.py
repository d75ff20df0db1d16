"""Erasing someone's data in two steps: said plainly before, asked why, done once, and read by the auditor without a name."""

from flask import Flask

from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.storage import storage
from learning.exports import actions as exports
from learning.exports.models import Export
from learning.exports.rules import Wish
from learning.organization.models import Person
from learning.records import log
from learning.records.models import Certificate, Erasure, LogLeaf
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import County
from tests.records.conftest import course
from tests.records.proofs import certify

__all__ = ["course"]
WHY = "本人书面申请，已核对身份"


def test_two_steps_with_a_reason_then_gone_for_good(app: Flask, county: County, course: MadeCourse):
    number = certify(county, course).number
    client, path = client_for(app, county.county_admin), f"/people/{county.member}/erasure"
    assert path in client.get(f"/people/{county.member}").text
    first = client.get(path).text
    assert "会删除什么" in first and "1 份证明" in first and "会留下什么" in first and "不能恢复" not in first
    assert "请写明依据或原因" in client.post(path, data={"reason": " "}).text
    assert "不要写姓名" in client.post(path, data={"reason": "张甲要求的"}).text
    second = client.post(path, data={"reason": WHY})
    assert second.status_code == 200 and "不能恢复" in second.text and WHY in second.text
    assert db.session.query(Erasure).count() == 0, "the first step erases nothing"
    done = client.post(path, data={"reason": WHY, "sure": "yes"}, follow_redirects=True)
    assert "已删除，不能恢复" in done.text and number in done.text
    db.session.rollback()
    assert db.session.get_one(Person, county.member).name == "已删除" and not log.verify().fault
    assert client.post(path, data={"reason": WHY, "sure": "yes"}).status_code == 404, "they belong nowhere any more"


def test_the_auditor_reads_what_stands_and_nobody_elses_name(app: Flask, county: County, course: MadeCourse):
    row = certify(county, course)
    number, commitment = row.number, db.session.query(LogLeaf).filter_by(kind="certificate").one().commitment
    client_for(app, county.county_admin).post(f"/people/{county.member}/erasure", data={"reason": WHY, "sure": "yes"})
    seen = client_for(app, county.auditor).get("/erasures").text
    for words in (f"编号 {county.member} 的同志", WHY, "吴壬", number, commitment, "第 1 条"):
        assert words in seen
    assert "张甲" not in seen
    assert client_for(app, county.auditor).get(f"/people/{county.member}/erasure").status_code == 403
    assert [client_for(app, who).get("/erasures").status_code for who in (county.secretary, county.member)] == [403, 403]


def test_whoever_holds_a_post_and_oneself_are_refused(app: Flask, county: County):
    client = client_for(app, county.county_admin)
    assert "请先免去职务" in client.post(f"/people/{county.secretary}/erasure", data={"reason": WHY, "sure": "yes"}).text
    assert client.get(f"/people/{county.county_admin}/erasure").status_code == 403
    assert client_for(app, county.town_admin).get(f"/people/{county.member}/erasure").status_code == 403
    assert db.session.query(Erasure).count() == 0


def test_files_that_may_name_them_go_with_them(app: Flask, county: County, course: MadeCourse):
    certify(county, course)
    with transaction() as session:
        for where, who in ((county.willow, county.secretary), (county.town, county.town_admin), (county.far, county.county_admin)):
            wish = Wish("certificate_list", "登记表", "xlsx", where, "see_people", {"base": ""})
            row = exports.ask(wish, actor=session.get_one(Person, who), now=clock.now())
            path = storage().workspace() / "file"
            path.write_bytes(b"x")
            storage().put(row.key, path)
            exports.publish(row, items=1, size=1, now=clock.now())
    keys = {row.organization_id: row.key for row in db.session.query(Export)}
    client_for(app, county.county_admin).post(f"/people/{county.member}/erasure", data={"reason": WHY, "sure": "yes"})
    assert {where: storage().exists(key) for where, key in keys.items()} == {county.willow: False, county.town: False, county.far: True}
    assert db.session.query(Certificate).one().person_name == "已删除"
