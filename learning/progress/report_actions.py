"""The usual report in four statements: one read that finds and authorises, and one update each of session, coverage and allowance."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update

from courses.catalogue.models import CourseVersion, Lesson
from courses.kernel.db import db
from courses.media.models import Asset
from learning.progress import report_rules
from learning.progress.actions import Limits, Report
from learning.progress.models import Allowance, Coverage, LessonCompletion, StudySession
from learning.progress.report_rules import Said, Standing

_session, _coverage, _allowance = StudySession.__table__.c, Coverage.__table__.c, Allowance.__table__.c
_other = StudySession.__table__.alias("other")
# Another session of the person's that is open, was open since the allowance last grew, or waits for credit.
_OTHERS = exists().where(
    _other.c.person_id == _session.person_id, _other.c.id != _session.id, (_other.c.until > _allowance.grown_until) | (_other.c.claimed != b"")
)
_FINISHED = exists().where(
    LessonCompletion.person_id == _session.person_id, LessonCompletion.course_id == CourseVersion.course_id, LessonCompletion.origin == Lesson.origin
)
_STANDING = (
    select(
        _session.id.label("session_id"),
        _coverage.id.label("coverage_id"),
        *(_session[name] for name in ("since", "until", "offline", "sequence", "credited_seconds", "claimed")),
        *(_coverage[name] for name in ("spans", "covered_seconds", "position", "position_at", "sound_only")),
        _allowance.left_ms,
        _allowance.grown_until,
        Asset.duration_seconds.label("seconds"),
        _FINISHED.label("finished"),
    )
    .join(Lesson, Lesson.id == _session.lesson_id)
    .join(CourseVersion, CourseVersion.id == Lesson.version_id)
    .join(Asset, (Asset.id == Lesson.asset_id) & (Asset.id == _session.asset_id))
    .join(Coverage, (_coverage.person_id == _session.person_id) & (_coverage.lesson_id == _session.lesson_id) & (_coverage.asset_id == Asset.id))
    .join(Allowance, _allowance.person_id == _session.person_id)
    .where(_session.id == bindparam("session"), _session.person_id == bindparam("person"), Asset.duration_seconds > 0, ~_OTHERS)
)
_SESSION = ("until", "sequence", "credited_seconds", "claimed")
_COVERAGE = ("spans", "covered_seconds", "position", "position_at", "sound_only")
_ALLOWANCE = ("left_ms", "grown_until")


def extend_plainly(person_id: int, session_id: int, report: Report, *, limits: Limits, now: datetime) -> Standing | None:
    """Take a report as `actions.extend` does, if it is the usual one; None, with nothing written, when it must be taken there."""
    connection = db.session.connection()
    found = connection.execute(_STANDING, {"session": session_id, "person": person_id}).mappings().first()
    if found is None:
        return None
    before = Standing(**found)
    said = Said(report.spans, report.position, report.sequence, report.sound_only, report.ago_seconds)
    after = report_rules.after(before, said, speed=limits.speed, threshold=limits.threshold, now=now)
    if after is None:
        return None
    for statement, names, key in (
        (_UPDATE_SESSION, _SESSION, session_id),
        (_UPDATE_COVERAGE, _COVERAGE, before.coverage_id),
        (_UPDATE_ALLOWANCE, _ALLOWANCE, person_id),
    ):
        values = {name: getattr(after, name) for name in names}
        if values != {name: getattr(before, name) for name in names}:
            connection.execute(statement, {"row": key, **values})
    return after


def _update(model: Any, key: Any, names: tuple[str, ...]) -> Any:
    return update(model.__table__).where(key == bindparam("row")).values({name: bindparam(name) for name in names})


_UPDATE_SESSION = _update(StudySession, _session.id, _SESSION)
_UPDATE_COVERAGE = _update(Coverage, _coverage.id, _COVERAGE)
_UPDATE_ALLOWANCE = _update(Allowance, _allowance.person_id, _ALLOWANCE)
