"""Which lists of the audit room are made in the background, and the chore that ends the posts whose term is over."""

from datetime import datetime

import structlog

from courses.kernel import clock
from courses.kernel.chores import chore
from courses.kernel.db import transaction
from courses.kernel.settings import settings
from learning.audit import entry_actions, import_actions, lists, people_actions
from learning.audit.people_actions import Moment
from learning.exports.actions import MAKERS
from learning.organization import queries as organization
from learning.organization.models import Appointment

log = structlog.get_logger()
TERMS_EVERY_MINUTES = 5


def install() -> None:
    """Register the makers and the chore."""
    MAKERS[entry_actions.KIND] = lists.write_entries
    MAKERS.update({import_actions.WORKBOOK: lists.write_roster, import_actions.TEXT: lists.write_roster_text})
    chore("end_terms", minutes=TERMS_EVERY_MINUTES)(end_terms)


def end_terms(now: datetime) -> None:
    """End each post whose term was over yesterday, in a transaction of its own."""
    when = Moment(now, clock.day_of(now, settings().zone))
    ended = organization.over(when.today)
    for post_id in ended:
        with transaction() as session:
            people_actions.end_term(session.get_one(Appointment, post_id), when=when)
    if ended:
        log.info("terms_ended", posts=len(ended))
