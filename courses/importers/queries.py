"""Reads of question files, by whoever brought them."""

from sqlalchemy import func, select

from courses.importers import kept
from courses.importers.models import QuestionFile
from courses.kernel import reach
from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.kernel.storage import storage
from courses.questions.models import BankEntry, Question
from courses.questions.rules import NewItem


def brought(actor: Actor, most: int = 20) -> list[QuestionFile]:
    """The files that `actor` brought, newest first."""
    statement = select(QuestionFile).where(QuestionFile.author_id == actor.id).order_by(QuestionFile.id.desc()).limit(most)
    return list(db.session.scalars(statement))


def file_for(actor: Actor, file_id: int) -> QuestionFile:
    """A file that `actor` brought; raises `Missing` for another's."""
    row = db.session.scalar(select(QuestionFile).where(QuestionFile.id == file_id, QuestionFile.author_id == actor.id))
    if row is None:
        raise Missing
    return row


def look(row: QuestionFile, number: int) -> kept.Look:
    """Page `number` of what was read of a file; a page beyond the end is the last."""
    with storage().open(f"{row.key}.reading") as reading:
        return kept.look(reading, number)


def attached(actor: Actor) -> int:
    """How many questions in force within reach go with a picture or a recording, which no exported file holds."""
    here = BankEntry.organization_id.in_(reach.organizations(actor, "write_courses"))
    statement = select(func.count()).select_from(Question).join(Question.entry)
    return db.session.scalar(statement.where(here, BankEntry.retired_at.is_(None), Question.until.is_(None), Question.asset_id.is_not(None))) or 0


def bank(actor: Actor) -> list[NewItem]:
    """Every question in force in the banks within reach, by topic, as it would be written."""
    here = BankEntry.organization_id.in_(reach.organizations(actor, "write_courses"))
    statement = select(Question).join(Question.entry).where(here, BankEntry.retired_at.is_(None), Question.until.is_(None))
    rows = db.session.scalars(statement.order_by(Question.topic, Question.id))
    return [
        NewItem(
            row.kind,
            row.stem,
            tuple(row.options),
            tuple(row.answer),
            explanation=row.explanation,
            topic=row.topic,
            difficulty=row.difficulty,
            score=row.score,
        )
        for row in rows
    ]
