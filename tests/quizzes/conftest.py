"""What the tests of the short ways share."""

import pytest

from courses.kernel.db import transaction
from learning.accounts import actions as accounts
from tests.makers import make_course
from tests.people import NOW


@pytest.fixture
def signed_in_course(county):
    """A course, with the member and the neighbour signed in on a phone each: `phone-ID`."""
    with transaction():
        for person in (county.member, county.neighbour):
            accounts.start_session(person, token=f"phone-{person}", device="安卓手机", days=30, now=NOW)
    return make_course(county)
