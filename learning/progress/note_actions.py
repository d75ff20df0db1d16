"""Writing notes 请核对: one a person, course and kind, of which the strongest stands."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from courses.kernel.db import db, insert_once
from learning.progress.models import StudyNote
from learning.progress.note_rules import Oddity


def note(person_id: int, course_id: int, oddities: Iterable[Oddity], *, today: date) -> None:
    """Keep what is odd, for the person, the county's administrator and the auditor to look at. Changes nothing else."""
    for odd in oddities:
        own = {"person_id": person_id, "course_id": course_id, "kind": odd.kind}
        if insert_once(StudyNote, {**own, "measure": odd.measure, "evidence": odd.evidence, "since": today}, unique=("person_id", "course_id", "kind")):
            continue
        row = db.session.scalars(select(StudyNote).filter_by(**own)).one()
        if odd.measure > row.measure:
            row.measure, row.evidence = odd.measure, odd.evidence
