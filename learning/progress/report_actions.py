"""The usual report in four statements of the driver: one read that recognises, finds and authorises, and an update each of session, coverage and allowance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update

from courses.catalogue.models import CourseVersion, Lesson
from courses.kernel.prepared import Prepared
from courses.media.models import Asset
from learning.accounts.queries import held_by_device, take_seats
from learning.progress import report_rules
from learning.progress.actions import Limits, Report
from learning.progress.models import Allowance, Coverage, LessonCompletion, StudySession
from learning.progress.report_rules import Said, Standing


@dataclass(frozen=True)
class Told:
    """A report as it arrived: by which device (its token's hash), for which session, in whose name if it says so, and when."""

    device: str
    session_id: int
    person: object
    report: Report
    now: datetime


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
        _session.person_id,
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
    .where(_session.id == bindparam("session"), Asset.duration_seconds > 0, ~_OTHERS)
)
_SESSION = ("until", "sequence", "credited_seconds", "claimed")
_COVERAGE = ("spans", "covered_seconds", "position", "position_at", "sound_only")
_ALLOWANCE = ("left_ms", "grown_until")


def _update(model: Any, key: Any, names: tuple[str, ...]) -> Prepared:
    column = model.__table__.c
    return Prepared(update(model.__table__).where(key == bindparam("row")).values({column[name]: bindparam(name, type_=column[name].type) for name in names}))


_READ = Prepared(held_by_device(_STANDING, _session.person_id))
_UPDATES = (
    ("session_id", _SESSION, _update(StudySession, _session.id, _SESSION)),
    ("coverage_id", _COVERAGE, _update(Coverage, _coverage.id, _COVERAGE)),
    ("person_id", _ALLOWANCE, _update(Allowance, _allowance.person_id, _ALLOWANCE)),
)


def extend_plainly(driver: Any, told: Sequence[Told], *, limits: Limits) -> list[Standing | None]:
    """Take reports as `actions.extend` does, those that are usual; None, with nothing written, for one that must be taken there.

    Of two by one person the second is not usual: it would have to see what the first wrote.
    """
    take_seats(driver, {one.device for one in told})
    found = _READ.firsts(driver, [{"device": one.device, "session": one.session_id, "now": one.now} for one in told])
    changed: list[tuple[Standing, Standing]] = []
    people: set[int] = set()
    out: list[Standing | None] = []
    for one, row in zip(told, found, strict=True):
        before = Standing._make(row) if row else None
        after = _after(before, one, limits) if before and before.person_id not in people else None
        if before and after:
            people.add(before.person_id)
            changed.append((before, after))
        out.append(after)
    _write(driver, changed)
    return out


def _after(before: Standing, told: Told, limits: Limits) -> Standing | None:
    if not report_rules.is_theirs(told.person, before.person_id):
        return None
    report = told.report
    said = Said(report.spans, report.position, report.sequence, report.sound_only, report.ago_seconds)
    return report_rules.after(before, said, speed=limits.speed, threshold=limits.threshold, now=told.now)


def _write(driver: Any, changed: Iterable[tuple[Standing, Standing]]) -> None:
    for key, names, statement in _UPDATES:
        rows = [(before, after) for before, after in changed if any(getattr(before, name) != getattr(after, name) for name in names)]
        statement.run(driver, [{"row": getattr(after, key), **{name: getattr(after, name) for name in names}} for _, after in rows])
