"""Job bodies of question files."""

import shutil
from pathlib import Path

from courses.importers import actions, kept
from courses.importers.models import QuestionFile
from courses.kernel import clock, queue
from courses.kernel.access import Stranger
from courses.kernel.db import db, transaction
from courses.kernel.progress import part
from courses.kernel.storage import passing_folder, storage


class Author(Stranger):
    """Whoever brought the file, named by its row. What they may was asked when they asked for this."""

    def __init__(self, person_id: int) -> None:
        self.id = person_id  # type: ignore[assignment]


def install() -> None:
    """Register the bodies."""
    queue.body(actions.READ, given_up=actions.refuse)(read_questions)
    queue.body(actions.ENTER, given_up=actions.refuse)(enter_questions)


def read_questions(claim: queue.Claim, *, file_id: int) -> None:
    """Read a question file, compare it with the bank, keep what was read."""
    row = db.session.get_one(QuestionFile, file_id)
    key, organization_id = row.key, row.organization_id
    db.session.rollback()  # reading takes a while, and no read transaction waits for it
    report = queue.about_once_a_second(claim.report)
    report(1)
    with passing_folder() as folder:
        source = folder / f"file{Path(row.name).suffix.lower()[:8]}"
        with storage().open(f"{key}.file") as brought, source.open("wb") as copy:
            shutil.copyfileobj(brought, copy)
        content = actions.read(source, organization_id, report=part(report, 1, 95))
        (folder / "reading").write_bytes(kept.dumped(content))
        storage().put(f"{key}.reading", folder / "reading")
    with transaction():
        claim.hold()
        actions.keep(db.session.get_one(QuestionFile, file_id), content, now=clock.now())


def enter_questions(claim: queue.Claim, *, file_id: int, with_like: bool) -> None:
    """Enter what was read in the bank, in one transaction."""
    row = db.session.get_one(QuestionFile, file_id)
    with storage().open(f"{row.key}.reading") as reading:
        content = kept.loaded(reading)
    author = Author(row.author_id)
    db.session.rollback()
    questions = actions.wanted(content, with_like=with_like, report=part(queue.about_once_a_second(claim.report), 20, 60))
    with transaction():
        claim.hold()
        actions.enter(db.session.get_one(QuestionFile, file_id), questions, actor=author, now=clock.now())
