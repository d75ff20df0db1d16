"""The seeded county: complete, consistent, and left alone by a second seeding."""

import stat

import pytest
from sqlalchemy import func, select

from app import create_app
from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course
from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.models import Installation, Job
from courses.kernel.settings import Settings
from courses.media import queries as media
from courses.media.models import Asset
from learning.accounts import sealing
from learning.accounts.models import Account
from learning.demo import county
from learning.demo.courses import COURSES
from learning.goals import queries as goals
from learning.organization.models import Person
from learning.records import log
from learning.records.models import BranchRecord, Certificate, CourseCompletion
from learning.study import queries as desk
from tests import databases
from tests.demo.build import build_demo, command, environment_in
from tests.people import NOW


@pytest.fixture(scope="module")
def app(demo_folder):
    made = create_app(Settings.from_env(demo_folder.environment))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def one(name):
    return db.session.scalars(select(Person).where(Person.name == name)).one()


def rows():
    campaign = db.session.scalars(select(goals.Campaign)).one()
    return {row.organization.code: row for row in goals.standing(campaign.id)}


def test_it_is_marked_as_a_demo(app):
    assert desk.is_demo()


def test_every_listed_course_exists_in_full(app):
    outlines = {outline.title: outline for outline in catalogue.listed()}
    assert set(outlines) == {course.title for course in COURSES}
    for course in COURSES:
        outline = outlines[course.title]
        assert outline.approved_quarters == 1 and outline.minutes <= 15 and outline.final_quiz_id
        assert [lesson.kind for lesson in outline.lessons] == ["video"] * bool(course.lecture) + ["document"] * bool(course.deck) + ["text"]


def test_the_lectures_play_and_one_is_under_a_minute(app):
    lectures = [lesson for outline in catalogue.listed() for lesson in outline.lessons if lesson.kind == "video"]
    lengths = sorted(lesson.seconds for lesson in lectures)
    member = one("张甲").id
    assert len(lengths) == 4 and 35 <= lengths[0] <= 60 and lengths[1] >= 75 and lengths[-1] <= 180
    for lesson in lectures:
        with app.test_request_context():
            found = media.playback(lesson.asset_id, person_id=member, now=clock.now())
        assert found and found.hls and found.mp4 and found.sound and found.poster and found.has_picture


def test_the_campaign_counts_people_once_and_adds_up(app):
    found = rows()
    top = found["QC"].counts
    assert (top.in_scope, top.encouraged, top.others) == (90, 6, 7)
    assert 25 <= top.trained <= 60 and top.trained_online and top.trained_class
    assert top.encouraged_trained == 1
    assert found["QC01"].share == 893 and found["QC"].organization.name == "晴川县委"
    assert sum(row.counts.trained for code, row in found.items() if code in county.BRANCHES) == top.trained


def test_the_willow_branch_shows_every_state(app):
    willow = next(row for row in rows().values() if row.organization.code == county.WILLOW)
    campaign = db.session.scalars(select(goals.Campaign)).one()
    people = {row.name: db.session.scalars(select(Person).where(Person.name == row.name)).one() for row in county.people() if row.branch == county.WILLOW}
    states = {name: goals.progress_of(campaign.id, [person.id])[person.id].state for name, person in people.items()}
    assert set(states.values()) == {"done", "doing", "help"}
    assert states["张甲"] == "help" and states["王丙"] == "done" and states["赵丁"] == "done"
    assert willow.counts.trained >= 3


def test_the_headline_member_is_required_and_has_nothing_yet(app):
    member = one("张甲")
    assert member.membership.expectation == "required" and member.membership.organization.code == county.WILLOW
    assert db.session.scalars(select(CourseCompletion).where(CourseCompletion.person_id == member.id)).all() == []


def test_every_completion_has_its_certificate_and_the_log_is_whole(app):
    completions = db.session.scalar(select(func.count()).select_from(CourseCompletion))
    certificates = db.session.scalar(select(func.count()).select_from(Certificate))
    branch_records = db.session.scalar(select(func.count()).select_from(BranchRecord))
    assert completions == certificates > 150 and branch_records == 1
    found = log.verify()
    assert found.fault == "" and found.leaves == certificates + branch_records
    routes = {row.route for row in db.session.scalars(select(CourseCompletion))}
    assert routes == {"online", "class", "home"}


def test_the_past_lies_in_the_past(app):
    assert db.session.scalar(select(func.max(CourseCompletion.completed_on))) <= clock.day_of(clock.now())


def test_accounts_open_with_the_kept_passwords_and_the_file_is_private(app, demo_folder):
    kept = demo_folder.folder / "demo-accounts.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert {"member", "secretary", "clerk", "trainer", "reviewer", "town", "county", "auditor", "adviser"} <= demo_folder.passwords.keys()
    assert db.session.scalar(select(func.count()).select_from(Account)) == len(demo_folder.passwords) == 89
    assert len(set(demo_folder.passwords.values())) == 89
    account = db.session.scalars(select(Account).where(Account.user_name == "member")).one()
    assert sealing.fits(demo_folder.passwords["member"], account.password_hash)
    assert demo_folder.passwords["member"] in demo_folder.said


def test_the_seeding_that_was_killed_left_nothing_twice(app):
    people, courses_, assets = (db.session.scalar(select(func.count()).select_from(table)) for table in (Person, Course, Asset))
    assert (people, courses_, assets) == (103, 6, 5)
    assert [job.state for job in db.session.scalars(select(Job))] == ["done"] * 5


def test_a_second_seeding_changes_nothing(demo_folder, tmp_path):
    demo = build_demo(tmp_path)
    before = _counts(demo)
    done = command(tmp_path, "demo", "seed")
    assert done.returncode == 0, done.stderr
    assert _counts(demo) == before


def test_a_real_county_is_never_seeded(migrated, tmp_path):
    databases.copy(migrated, tmp_path)
    real = create_app(Settings.from_env(environment_in(tmp_path)))
    with real.app_context():
        with transaction():
            db.session.add(Installation(id=1, kind="real", created_at=NOW))
        db.engine.dispose()
    done = command(tmp_path, "demo", "seed")
    assert done.returncode != 0 and "真实的数据" in done.stderr


def _counts(demo):
    made = create_app(Settings.from_env(demo.environment))
    with made.app_context():
        tables = db.metadata.sorted_tables
        out = {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}
        db.session.remove()
        db.engine.dispose()
    return out
