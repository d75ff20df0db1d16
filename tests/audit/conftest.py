"""A campaign under way, with one course required, for the pages about people."""

import pytest

from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.goals import actions as goals
from learning.hours import actions as hours
from learning.organization.models import Organization
from tests.makers import MadeCourse, make_course
from tests.people import NOW, County


@pytest.fixture
def required(county: County) -> MadeCourse:
    """The course that the campaign requires."""
    made, today = make_course(county), clock.day_of(clock.now())
    with transaction():
        hours.set_policy(today.replace(month=1, day=1), now=NOW)
        top = db.session.get_one(Organization, county.county)
        year = {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31)}
        goals.launch("万名党员进党校", top, target=10, course_ids=[made.course], now=NOW, **year)
        goals.recount_all(now=NOW, today=today)
    return made
