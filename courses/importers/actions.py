"""Writes of question files: bring one, say what was read of it, enter its questions in the bank once."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from courses.importers import files, likeness
from courses.importers.kept import Content, Shown
from courses.importers.models import QuestionFile
from courses.importers.rules import Found
from courses.kernel.access import Actor
from courses.kernel.db import db, lock_row
from courses.kernel.errors import Refused
from courses.kernel.progress import part
from courses.kernel.queue import enqueue
from courses.kernel.storage import storage
from courses.questions import bank_actions
from courses.questions.models import BankEntry, Question
from courses.questions.rules import fingerprint

READ = "read_questions"
ENTER = "enter_questions"


def bring(source: Path, name: str, organization_id: int, *, actor: Actor, now: datetime) -> QuestionFile:
    """Keep a file and let a worker read it. The caller knows that `actor` writes for the organization."""
    key = f"questions/{secrets.token_hex(16)}"
    storage().put(f"{key}.file", source)
    row = QuestionFile(organization_id=organization_id, author_id=actor.id, name=Path(name.replace("\\", "/")).name[-120:] or "题目", key=key, created_at=now)
    row.job = enqueue(READ, {}, now=now)
    db.session.add(row)
    db.session.flush()
    row.job.payload = {"file_id": row.id}
    return row


def read(source: Path, organization_id: int, *, report: Callable[[int], None]) -> Content:
    """Read a file and compare it with the bank; raises `Refused` for a file that is not taken. Writes nothing."""
    found = files.read(source, part(report, 0, 45))
    return Content(_compared(found.questions, organization_id, part(report, 45, 100)), found.refused)


def keep(row: QuestionFile, content: Content, *, now: datetime) -> None:
    """The reading was kept beside the file: its counts, and when."""
    row.read_at, row.found, row.refused = now, len(content.questions), len(content.refused)


def ask_to_enter(row: QuestionFile, *, with_like: bool, now: datetime) -> None:
    """Let a worker enter what was read; `with_like` also those much like another. Asking twice asks once."""
    lock_row(row)
    if row.read_at is None or row.fault:
        raise Refused("这份文件还没有读好，请等一等再加入。")
    if row.entered_at is None and row.job.kind == READ:
        row.job = enqueue(ENTER, {"file_id": row.id, "with_like": with_like}, now=now)


def wanted(content: Content, *, with_like: bool, report: Callable[[int], None]) -> bank_actions.Checked:
    """The questions of a reading that are to be entered, checked; belongs outside a transaction."""
    return bank_actions.checked([one.item for one in content.questions if with_like or not one.like], report)


def enter(row: QuestionFile, questions: bank_actions.Checked, *, actor: Actor, now: datetime) -> None:
    """Enter the `wanted` questions in the bank, all in the caller's transaction; once."""
    lock_row(row)
    if row.entered_at is not None:
        return
    added = bank_actions.add_checked(questions, row.organization_id, actor=actor, now=now)
    row.entered_at, row.new, row.known, row.left_out = now, added.new, added.known, row.found - questions.count


def refuse(*, file_id: int, fault: str, now: datetime, with_like: bool = False) -> None:
    """A worker gave the file up; `fault` says why in words for whoever brought it."""
    db.session.get_one(QuestionFile, file_id).fault = fault[:500]


def _compared(questions: tuple[Found, ...], organization_id: int, report: Callable[[int], None]) -> tuple[Shown, ...]:
    """Each question with what the bank, or an earlier row of the file, has of it."""
    in_force = select(BankEntry.fingerprint, Question.stem).join(Question, Question.bank_id == BankEntry.id)
    bank = db.session.execute(in_force.where(BankEntry.organization_id == organization_id, Question.until.is_(None))).all()
    like = likeness.alike([one.item.stem for one in questions], [row.stem for row in bank])
    stand, met = {row.fingerprint for row in bank}, dict[str, Shown]()
    out: list[Shown] = []
    for one, other in zip(questions, like, strict=True):
        mark = fingerprint(one.item.stem, one.item.options)
        known, earlier = mark in stand, met.get(mark)
        if known or earlier is None:
            out.append(Shown(one.where, one.item, known, "" if known else other))
        else:  # left out with the first, where that is left out for being like another
            out.append(Shown(one.where, one.item, like=earlier.like, repeats=earlier.where))
        met.setdefault(mark, out[-1])
        report(100 * len(out) // len(questions))
    return tuple(out)
