"""Courses at the stages of their life, made through the workshop's own actions."""

import itertools

import pytest

from courses.catalogue import actions, queries
from courses.catalogue.models import CourseVersion
from courses.kernel.db import db, transaction
from courses.media.models import Asset
from courses.questions import actions as questions
from courses.questions.rules import NewItem
from learning.organization.models import Person
from tests.people import NOW

_numbers = itertools.count(1)
ITEMS = [NewItem("single", "火警电话", ("110", "119"), (1,), "全国火警。"), NewItem("true_false", "门口要畅通", ("对", "错"), (0,))]


class Workshop:
    """A trainer's hands, and a reviewer's; ids in, ids out."""

    def __init__(self, county):
        self.county = county

    def person(self, name):
        return db.session.get(Person, getattr(self.county, name))

    def asset(self, state="ready", by="trainer"):
        ready = state == "ready"
        with transaction():
            row = Asset(
                sha256=f"{next(_numbers):064d}", file_name="a.mp4", bytes=1, state=state, duration_seconds=1350 if ready else None,
                has_picture=True, folder="media/none" if ready else None, uploaded_by_id=getattr(self.county, by), uploaded_at=NOW,
            )  # fmt: skip
            db.session.add(row)
            db.session.flush()
            return row.id

    def draft(self, title="消防安全进家门", *, asset_id=None, home=None):
        """A course with a lecture, a text with its quiz and a final quiz, all in order; gives the version's id."""
        asset_id = asset_id or self.asset()
        trainer = self.person("trainer")
        with transaction():
            series = actions.open_series(f"大讲堂 {next(_numbers)}", home or self.county.town, actor=trainer, now=NOW)
            version = actions.draft_course(series, title, summary="简介", actor=trainer, now=NOW)
            actions.edit_version(version, title=title, summary="简介", open_material=True)
            actions.add_lesson(version, "video", "讲座", asset_id=asset_id)
            text = actions.add_lesson(version, "text", "读本", text="## 一\n\n要讲究方法。")
            actions.set_lesson_quiz(text, self.quiz("小测验", trainer))
            actions.set_final_quiz(version, self.quiz("结业测验", trainer))
            return version.id

    def quiz(self, title, actor):
        return questions.write_quiz(title, ITEMS, actor=actor, now=NOW)

    def version(self, version_id):
        return db.session.get_one(CourseVersion, version_id)

    def state(self, version_id):
        db.session.rollback()
        return queries.state_of(self.version(version_id))

    def submitted(self, **more):
        version_id = self.draft(**more)
        with transaction():
            actions.submit(self.version(version_id), note="请审核", actor=self.person("trainer"), now=NOW)
        return version_id

    def published(self, **more):
        version_id = self.submitted(**more)
        with transaction():
            actions.publish(self.version(version_id), approved_quarters=2, actor=self.person("reviewer"), now=NOW)
        return version_id

    def course_id(self, version_id):
        return self.version(version_id).course_id


@pytest.fixture
def workshop(county):
    return Workshop(county)
