"""Recordings of retired versions make room once nobody is still learning from them, and not before."""

from datetime import timedelta

from flask import Flask

from courses.catalogue import actions as catalogue
from courses.catalogue.models import Course, Lesson, Publication
from courses.kernel.db import db, transaction
from courses.kernel.storage import storage
from courses.media import rules, sweep_actions
from courses.media.models import Asset
from learning.organization.models import Person
from learning.progress import actions as progress
from learning.records.models import CourseCompletion
from learning.study import jobs
from tests.makers import make_course
from tests.people import NOW, TODAY, County

LATER = NOW + timedelta(days=40)


def upload(county: County, letter: str) -> int:
    """An upload with files of its own."""
    sha256 = letter * 64
    for key in (rules.source_of(sha256), f"{rules.folder_of(sha256)}/video.mp4"):
        path = storage().local(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    with transaction():
        row = Asset(
            sha256=sha256, file_name="a.mp4", bytes=1, state="ready", duration_seconds=9, has_picture=True, folder=rules.folder_of(sha256),
            uploaded_by_id=county.trainer, uploaded_at=NOW, ready_at=NOW,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def stands(asset_id: int) -> bool:
    """Whether the files of an upload are there."""
    db.session.rollback()
    row = db.session.get_one(Asset, asset_id)
    found = {storage().exists(rules.source_of(row.sha256)), storage().exists(rules.folder_of(row.sha256))}
    assert len(found) == 1 and found == {row.fault != sweep_actions.GONE}
    return found.pop()


def test_a_retired_version_is_kept_for_whoever_began_it_and_then_makes_room(app: Flask, county: County) -> None:
    made = make_course(county)
    old, new, loose = upload(county, "a"), upload(county, "b"), upload(county, "c")
    with transaction():
        db.session.get_one(Lesson, made.video).asset_id = old
        progress.enrol(county.member, made.course, made.version, now=NOW)
        second = catalogue.new_version(db.session.get_one(Course, made.course), actor=db.session.get_one(Person, county.trainer), now=NOW)
        next(row for row in second.lessons if row.kind == "video").asset_id = new
        db.session.add(Publication(version_id=second.id, approved_quarters=1, at=NOW, by_id=county.reviewer))
    jobs.sweep_media(NOW + timedelta(days=29))
    assert stands(loose), "what was uploaded lately may still be put into a course"
    jobs.sweep_media(LATER)
    assert (stands(old), stands(new), stands(loose)) == (True, True, False)
    with transaction():
        db.session.add(
            CourseCompletion(
                person_id=county.member, course_id=made.course, version_id=made.version, route="online", began_on=TODAY, completed_on=TODAY, at=NOW, evidence={}
            )
        )
    jobs.sweep_media(LATER)
    assert (stands(old), stands(new)) == (False, True)
    jobs.sweep_media(LATER)


def test_equal_bytes_stay_while_one_upload_of_them_is_needed(app: Flask, county: County) -> None:
    made = make_course(county)
    needed, other = upload(county, "a"), upload(county, "a")
    with transaction():
        db.session.get_one(Lesson, made.video).asset_id = needed
    jobs.sweep_media(LATER)
    db.session.rollback()
    assert db.session.get_one(Asset, other).fault == sweep_actions.GONE
    assert stands(needed)
