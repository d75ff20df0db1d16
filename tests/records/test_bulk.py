"""Certificates by the many: issued by a worker that may be killed, put in one PDF, in a zip and in a list, as they are one by one."""

import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from courses.kernel import clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from learning.classes.models import OfflineSession, TrainingClass
from learning.exports.models import Export
from learning.organization.models import Person
from learning.records import actions, bulk_actions, bulk_queries, jobs, log, pdf
from learning.records.bulk_queries import Scope
from learning.records.models import Certificate, CourseCompletion, Issuance, LogLeaf, SignedPaper
from tests.clients import client_for
from tests.makers import MadeCourse, make_course
from tests.people import NOW, TODAY, County
from tests.records.proofs import ZONE, attend, pages, settle

WHO = ("member", "old_member", "activist", "secretary", "neighbour")


@pytest.fixture
def secretary(app: Flask, county: County) -> FlaskClient:
    return client_for(app, county.secretary)


@pytest.fixture
def waiting(county: County, course: MadeCourse) -> Iterator[list[int]]:
    """Five who finished the course and have no certificate."""
    with transaction() as session:
        for name in WHO:
            facts = {"person_id": getattr(county, name), "course_id": course.course, "version_id": course.version, "route": "class"}
            session.add(CourseCompletion(**facts, began_on=TODAY, completed_on=TODAY, at=NOW, entered_by_id=county.secretary, evidence={}))
    yield [getattr(county, name) for name in WHO]


def certify(county: County, course: MadeCourse, *people: int) -> list[Certificate]:
    """The certificates of those who were present, each on a day of their own."""
    for place, person_id in enumerate(people):
        attend(county, course, person_id, on=TODAY - timedelta(days=place))
        settle(person_id, course)
    return db.session.query(Certificate).join(CourseCompletion).filter(CourseCompletion.course_id == course.course).order_by(Certificate.id).all()


def work(app: Flask) -> None:
    while queue.work_once(app, lease_seconds=30):
        pass
    db.session.rollback()  # what the worker wrote is read anew


def made(client: FlaskClient, where: int, make: str, app: Flask, **narrowed: int) -> bytes:
    """The newest file, asked for and made."""
    assert client.post(f"/organizations/{where}/certificates/exports", data={"make": make, **narrowed}).location.endswith("/exports")
    work(app)
    row = db.session.query(Export).order_by(Export.id.desc()).first()
    assert row is not None and row.ready_at is not None, row and row.fault
    return client.get(f"/exports/{row.id}/file").data


def test_those_that_are_missing_are_issued_once_to_all_in_reach(app: Flask, county: County, secretary: FlaskClient, waiting: list[int]):
    shown = secretary.get(f"/organizations/{county.willow}/certificates").text
    assert "补发这 4 份证明" in shown
    assert secretary.post(f"/organizations/{county.willow}/certificates/issuances").status_code == 302
    assert "正在补发" in secretary.get(f"/organizations/{county.willow}/certificates").text
    assert "正在批量发证" in secretary.post(f"/organizations/{county.willow}/certificates/issuances", follow_redirects=True).text
    assert secretary.get(f"/organizations/{county.willow}/certificates/progress").json["busy"]
    work(app)
    holders = {row.person_id for row in db.session.query(Certificate)}
    assert holders == set(waiting) - {county.neighbour}, "the neighbour belongs to another branch"
    assert "补发 4 份" in secretary.get(f"/organizations/{county.willow}/certificates").text
    assert "没有要补发的证明" in secretary.post(f"/organizations/{county.willow}/certificates/issuances", follow_redirects=True).text
    assert not log.verify().fault


def test_a_killed_worker_leaves_none_issued_twice_and_none_forgotten(app: Flask, county: County, waiting: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk_actions, "BATCH", 2)
    client = client_for(app, county.town_admin)
    assert client.post(f"/organizations/{county.town}/certificates/issuances").status_code == 302
    taken = queue.claim(now=clock.now(), lease=timedelta(seconds=-1))
    assert taken is not None

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(queue.Claim, "report", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.issue_certificates(taken[0], **taken[2])
    db.session.remove()
    assert (db.session.query(Certificate).count(), db.session.query(Issuance).one().issued) == (2, 2)
    work(app)
    db.session.rollback()
    row = db.session.query(Issuance).one()
    assert (row.issued, row.total, row.fault, row.ended_at is not None) == (5, 5, None, True)
    assert sorted(one.person_id for one in db.session.query(Certificate)) == sorted(waiting)
    assert db.session.query(LogLeaf).filter_by(kind="certificate").count() == 5
    with pytest.raises(queue.Lost):  # whoever was thought dead and wakes up issues nothing
        jobs.issue_certificates(taken[0], **taken[2])


def test_nobody_issues_beyond_their_post(app: Flask, county: County, waiting: list[int]):
    path = f"/organizations/{county.willow}/certificates/issuances"
    assert [client_for(app, who).post(path).status_code for who in (county.auditor, county.member, county.trainer)] == [403, 403, 403]
    assert client_for(app, county.secretary).post(path.replace(str(county.willow), str(county.bridge))).status_code == 404
    assert db.session.query(Issuance).count() == 0


def test_of_a_class_those_who_came_by_the_line_in_force(county: County, course: MadeCourse):
    for name in WHO[:3]:
        session_id = attend(county, course, getattr(county, name), on=TODAY - timedelta(days=WHO.index(name)))
        settle(getattr(county, name), course)
    with transaction() as session:
        span = {"title": "冬训", "audience": "党员", "venue": "礼堂", "since": TODAY, "until": TODAY, "entered_at": NOW}
        row = TrainingClass(organization_id=county.willow, entered_by_id=county.secretary, **span)
        session.add(row)
        session.flush()
        session.get_one(OfflineSession, session_id).class_id = row.id
        class_id = row.id
    whole = Scope("/")
    assert bulk_queries.tally(whole) == bulk_queries.Tally(3, 0)
    assert bulk_queries.tally(Scope("/", class_id=class_id)) == bulk_queries.Tally(1, 0)
    assert bulk_queries.tally(Scope("/", year=2025)) == bulk_queries.Tally(0, 0)
    assert bulk_queries.years_in(whole) == [2026] and bulk_queries.courses_in(whole) == {course.course: 3}


def test_one_pdf_of_all_has_the_same_pages_as_one_by_one(app: Flask, county: County, course: MadeCourse, secretary: FlaskClient, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(bulk_queries, "BATCH", 2)  # so that parts are joined
    rows = certify(county, course, county.member, county.secretary, county.old_member)
    alone = {row.number: pages(pdf.certificate(row, address="x", zone=ZONE))[0] for row in rows}
    bundle = made(secretary, county.willow, "certificate_bundle", app)
    sheets = pages(bundle)
    assert len(sheets) == 3
    assert [sheet.split() for sheet in sheets] == [words.split() for words in sorted_as_bound(alone, sheets)]
    path = tmp_path / "bundle.pdf"
    path.write_bytes(bundle)
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout
    assert "Signature is Valid" in said and "Total document signed" in said


def sorted_as_bound(alone: dict[str, str], sheets: list[str]) -> list[str]:
    return [next(words for number, words in alone.items() if number in sheet) for sheet in sheets]


def test_a_zip_holds_each_signed_once(app: Flask, county: County, course: MadeCourse, secretary: FlaskClient):
    numbers = {row.number for row in certify(county, course, county.member, county.old_member)}
    first, second = (zipfile.ZipFile(io.BytesIO(made(secretary, county.willow, "certificate_files", app))) for _ in range(2))
    assert {name.rpartition("_")[2].removesuffix(".pdf") for name in first.namelist()} == numbers
    assert all(name.startswith("样例镇党委柳荫村党支部/") for name in first.namelist())
    assert db.session.query(SignedPaper).count() == 2
    assert {name: first.read(name) for name in first.namelist()} == {name: second.read(name) for name in second.namelist()}
    one = db.session.query(Certificate).filter_by(person_id=county.member).one()
    assert client_for(app, county.member).get(f"/certificates/{one.id}.pdf").data in [first.read(name) for name in first.namelist()]


def test_the_list_says_how_each_stands_and_leaves_out_what_was_taken_back(app: Flask, county: County, course: MadeCourse, secretary: FlaskClient):
    rows = {row.person_id: row.id for row in certify(county, course, county.member, county.old_member, county.activist)}
    with transaction() as session:
        admin = session.get_one(Person, county.county_admin)
        actions.correct(session.get_one(Certificate, rows[county.member]), "person_name", "张佳", "同音字", actor=admin, now=NOW)
        actions.revoke(session.get_one(Certificate, rows[county.activist]), "登记有误", actor=admin, now=NOW)
    page = load_workbook(io.BytesIO(made(secretary, county.willow, "certificate_list", app, course_id=course.course))).active
    lines = [[cell.value for cell in line] for line in page.iter_rows(min_row=2)]
    assert {(line[2], line[10]) for line in lines} == {("张佳", "已更正"), ("李乙", "有效")}
    assert lines[0][6] == 0.25 and {line[8].date() for line in lines} == {TODAY, TODAY - timedelta(days=1)}


def test_without_keys_the_papers_are_made_unsigned(app: Flask, county: County, course: MadeCourse, secretary: FlaskClient):
    certify(county, course, county.member)
    (settings().data_dir / "keys" / "keys.json").unlink()
    for make in ("certificate_bundle", "certificate_files"):
        assert b"%PDF" in made(secretary, county.willow, make, app)
    assert db.session.query(SignedPaper).count() == 0


def test_what_is_not_within_reach_is_in_no_file(app: Flask, county: County, course: MadeCourse, secretary: FlaskClient):
    certify(county, course, county.neighbour)
    answer = secretary.post(f"/organizations/{county.willow}/certificates/exports", data={"make": "certificate_bundle"}, follow_redirects=True)
    assert "还没有结业证明" in answer.text
    for field, value in (("course_id", course.course), ("class_id", 1), ("year", 2026)):
        assert secretary.post(f"/organizations/{county.willow}/certificates/exports", data={"make": "certificate_list", field: value}).status_code == 404
    assert secretary.post(f"/organizations/{county.bridge}/certificates/exports", data={"make": "certificate_list"}).status_code == 404


def test_ones_own_certificates_in_one_file(app: Flask, county: County, course: MadeCourse):
    for one in (course, make_course(county, title="防汛避险")):
        certify(county, one, county.member)
    attend(county, course, county.old_member, on=TODAY - timedelta(days=9))
    settle(county.old_member, course)
    client = client_for(app, county.member)
    assert "把我的证明合成一个" in client.get("/record").text
    client.post("/certificates/exports")
    work(app)
    assert len(pages(client.get(f"/exports/{db.session.query(Export).one().id}/file").data)) == 2
    assert not list((storage().root / "work").iterdir())  # type: ignore[attr-defined]
