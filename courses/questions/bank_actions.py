"""Writes of the question bank: entered once however often, changed by a new version, retired."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from courses.kernel.access import Actor
from courses.kernel.db import db, lock_row
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from courses.questions import rules
from courses.questions.actions import columns
from courses.questions.models import BankEntry, Question
from courses.questions.rules import NewItem

AT_ONCE = 400  # rows a statement, below every database's limit of variables


@dataclass(frozen=True)
class Added:
    """What became of questions brought to a bank: how many are new, and how many stood there already or came twice."""

    new: int
    known: int


@dataclass(frozen=True)
class Checked:
    """Questions that may all be used, by fingerprint; `count` those that came, the same twice counted twice."""

    items: Mapping[str, NewItem]
    count: int


def add_to_bank(items: Sequence[NewItem], organization_id: int, *, actor: Actor, now: datetime) -> Added:
    """Enter questions in the bank of an organization for which the caller knows that `actor` writes.

    A question whose fingerprint stands there changes nothing, so the same file twice changes nothing; one that was retired comes back.
    Raises `Refused` naming the first question that cannot be used, and then enters none.
    """
    return add_checked(checked(items), organization_id, actor=actor, now=now)


def checked(items: Sequence[NewItem], report: Callable[[int], None] = lambda percent: None) -> Checked:
    """Questions with their fingerprints, before a transaction where they are many; raises `Refused` naming the first that cannot be used."""
    brought: dict[str, NewItem] = {}
    for number, item in enumerate(items, 1):
        if wrong := rules.complaints(item):
            raise Refused("第 %(number)s 题：%(wrong)s", number=number, wrong=wrong[0])
        brought.setdefault(rules.fingerprint(item.stem, item.options), item)
        report(100 * number // len(items))
    return Checked(brought, len(items))


def add_checked(found: Checked, organization_id: int, *, actor: Actor, now: datetime) -> Added:
    """What `add_to_bank` does, of questions that were checked."""
    marks, new = list(found.items), 0
    for start in range(0, len(marks), AT_ONCE):
        some = marks[start : start + AT_ONCE]
        known = _known(some, organization_id)
        fresh = {mark: found.items[mark] for mark in some if mark not in known}
        _enter(fresh, organization_id, actor=actor, now=now)
        new += len(fresh)
    return Added(new, found.count - new)


def revise(entry: BankEntry, item: NewItem, *, actor: Actor, now: datetime) -> Question:
    """Put a new version of a question in force; an unchanged one makes none. Papers and quizzes keep the version they have."""
    if wrong := rules.complaints(item):
        raise Refused(wrong[0])
    lock_row(entry)
    standing = entry.versions[-1]
    values = columns(item, actor=actor, now=now)
    if all(getattr(standing, name) == value for name, value in values.items() if name not in {"author_id", "created_at"}):
        return standing
    mark = rules.fingerprint(item.stem, item.options)
    twin = select(BankEntry.id).where(BankEntry.organization_id == entry.organization_id, BankEntry.fingerprint == mark, BankEntry.id != entry.id)
    if db.session.scalar(twin) is not None:
        raise Refused("题库里已经有一道一样的题，请直接用那一道，或者改一改题目。", fields={"stem": Words("和题库里另一道题一样")})
    standing.until, entry.fingerprint = now, mark
    row = Question(**values, version=standing.version + 1)
    entry.versions.append(row)
    db.session.flush()
    return row


def retire(entry: BankEntry, *, actor: Actor, now: datetime) -> None:
    """Take a question out of the bank: it is picked and drawn no more. Quizzes and papers that have it keep it."""
    lock_row(entry)
    if entry.retired_at is None:
        entry.retired_at, entry.retired_by_id = now, actor.id


def restore(entry: BankEntry) -> None:
    """Put a retired question back into the bank."""
    lock_row(entry)
    entry.retired_at, entry.retired_by_id = None, None


def _known(marks: list[str], organization_id: int) -> set[str]:
    """Those of the fingerprints that stand in the bank; the retired among them are put back."""
    here = BankEntry.organization_id == organization_id, BankEntry.fingerprint.in_(marks)
    db.session.execute(update(BankEntry).where(*here, BankEntry.retired_at.is_not(None)).values(retired_at=None, retired_by_id=None))
    return set(db.session.scalars(select(BankEntry.fingerprint).where(*here)))


def _enter(fresh: dict[str, NewItem], organization_id: int, *, actor: Actor, now: datetime) -> None:
    if not fresh:
        return
    entries = [{"organization_id": organization_id, "author_id": actor.id, "fingerprint": mark, "created_at": now} for mark in fresh]
    db.session.execute(insert(BankEntry), entries)
    here = BankEntry.organization_id == organization_id, BankEntry.fingerprint.in_(list(fresh))
    ids = dict(db.session.execute(select(BankEntry.fingerprint, BankEntry.id).where(*here)).all())  # asking for each as it comes would make each a statement
    rows = [{**columns(item, actor=actor, now=now), "bank_id": ids[mark], "version": 1} for mark, item in fresh.items()]
    db.session.execute(insert(Question), rows)
