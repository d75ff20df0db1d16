"""The moment of a request, and its day, read by a view and handed down."""

from datetime import date

from courses.kernel import clock
from courses.kernel.settings import settings
from learning.audit.people_actions import Moment


def moment() -> Moment:
    """Now, with the day it falls on in the county."""
    now = clock.now()
    return Moment(now, clock.day_of(now, settings().zone))


def today() -> date:
    """The day it is in the county."""
    return moment().today
