"""Tests of records begin with a course and a policy of hours."""

from datetime import date

import pytest

from courses.kernel.db import transaction
from learning.hours import actions as hours
from tests.makers import MadeCourse, make_course
from tests.people import NOW, County


@pytest.fixture
def course(county: County) -> MadeCourse:
    """A published course of a quarter of an hour."""
    with transaction():
        hours.set_policy(date(2026, 1, 1), now=NOW)
    return make_course(county)
