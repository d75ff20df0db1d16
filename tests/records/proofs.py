"""How tests of records come by facts, papers, and a database somebody tampered with."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from courses.catalogue import queries as catalogue
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.classes import actions as classes
from learning.organization.models import Organization, Person
from learning.progress import actions as progress
from learning.progress.actions import Limits, Report
from learning.quizzes import actions as quizzes
from learning.records import actions
from learning.records.models import BranchRecord, Certificate, CourseCompletion
from tests import databases
from tests.makers import MadeCourse
from tests.people import NOW, TODAY, County

ZONE = "Asia/Shanghai"
LIMITS = Limits(2.0, 0.9, 800)
GUARDS = {  # where a database keeps its triggers: their names and tables
    "sqlite": "select name, tbl_name from sqlite_master where type = 'trigger'",
    "postgresql": "select tgname, tgrelid::regclass::text from pg_trigger where not tgisinternal",
}


def study(person_id: int, course: MadeCourse, *, start: datetime = NOW, right: bool = True) -> None:
    """Watch, read and take the quiz; settles nothing."""
    with transaction():
        progress.enrol(person_id, course.course, course.version, now=start)
        session = progress.open_session(person_id, course.video, length_seconds=course.seconds, now=start)
        progress.extend(session, Report(((0, course.seconds),), course.seconds, 1), limits=LIMITS, now=start + timedelta(minutes=2))
        progress.reading_session(person_id, course.text, need_seconds=10, now=start)
        progress.read_through(person_id, course.text, 10, limits=LIMITS, now=start + timedelta(minutes=9))
        at = start + timedelta(minutes=10)
        attempt = quizzes.hand_out(person_id, course.quiz, course_id=course.course, version_id=course.version, lesson_id=None, now=at)
        for question, chosen in zip(course.questions, [(1,), (0, 2) if right else (1,)], strict=True):
            quizzes.save_answer(attempt, question, chosen, sequence=1, now=at)
        quizzes.submit(attempt, now=at)


def attend(county: County, course: MadeCourse, person_id: int, *, on: date = TODAY, state: str = "present", entered: datetime = NOW) -> int:
    """A roll call of a shared viewing, entered by the secretary; settles nothing."""
    with transaction():
        where, actor = db.session.get_one(Organization, county.willow), db.session.get_one(Person, county.secretary)
        session = classes.hold(
            where,
            catalogue.outline(course.version),
            kind="group_viewing",
            held_on=on,
            venue="会议室",
            lecturer="",
            actor=actor,
            today=entered.date(),
            now=entered,
        )
        classes.take_roll(session, {person_id: (state, "")}, actor=actor, now=entered)
        return session.id


def bring_home(county: County, course: MadeCourse, person_id: int, *, on: date = TODAY, entered: datetime = NOW) -> None:
    """A home delivery, entered by the secretary; settles nothing."""
    with transaction():
        person, where, actor = (
            db.session.get_one(model, key) for model, key in ((Person, person_id), (Organization, county.willow), (Person, county.secretary))
        )
        outline = catalogue.outline(course.version)
        more = {"delivered_by": "陈戊", "what": "讲了一遍", "actor": actor, "today": entered.date(), "now": entered}
        classes.deliver(person, where, outline, delivered_on=on, **more)


def settle(person_id: int, course: MadeCourse, *, now: datetime = NOW + timedelta(hours=1)) -> int | None:
    """The id of the completion, if this call made it."""
    with transaction():
        made = actions.settle(person_id, course.course, now=now, zone=ZONE)
        return made.id if made else None


def certify(county: County, course: MadeCourse, person_id: int | None = None) -> Certificate:
    """The certificate of someone who was present at a viewing."""
    person_id = person_id or county.member
    attend(county, course, person_id)
    settle(person_id, course)
    return db.session.query(Certificate).filter_by(person_id=person_id).one()


def completion(person_id: int) -> CourseCompletion:
    return db.session.query(CourseCompletion).filter_by(person_id=person_id).one()


def confirm(county: County, people: list[dict[str, str]], **counts: int | str) -> BranchRecord:
    """A branch record with these people."""
    content = {
        "organization": "柳荫村党支部",
        "organization_full": "样例镇党委柳荫村党支部",
        "campaign": "万名党员进党校",
        "counts": {"total": len(people), "in_scope": len(people), "trained": 1, "rate_text": "33%", **counts},
        "people": people,
        "help": ["2026-11-02 集中收看《消防安全进家门》，实到 1 人"],
        "confirmed_by": "陈戊",
    }
    with transaction():
        where, actor = db.session.get_one(Organization, county.willow), db.session.get_one(Person, county.secretary)
        row = actions.confirm_branch(where, campaign_id(county), TODAY, content, actor=actor, now=NOW)
    return row


def campaign_id(county: County) -> int:
    """A campaign, made within the open transaction if there is none."""
    from learning.goals import actions as goals
    from learning.goals.models import Campaign

    standing = db.session.query(Campaign).first()
    if standing is None:
        where = db.session.get_one(Organization, county.county)
        standing = goals.launch("万名党员进党校", where, target=10, since=date(2026, 1, 1), until=date(2026, 12, 31), course_ids=[], now=NOW)
    return standing.id


def someone(name: str = "张甲", **more: str) -> dict[str, str]:
    """A line of a branch record's list."""
    return {"name": name, "stage": "full", "state": "done", "route": "online", "on": "2026-11-02", "number": "QC0101-2026-000001-A", "note": "", **more}


def tamper(*statements: str) -> None:
    """What somebody with the database in their hands can do: take the guards away and write."""
    db.session.remove()
    with db.engine.begin() as connection:
        for name, table in connection.exec_driver_sql(GUARDS[db.engine.dialect.name]).fetchall():
            connection.exec_driver_sql(f"drop trigger {name}" + (f" on {table}" if db.engine.dialect.name == "postgresql" else ""))
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount, f"{statement} changed nothing"
    db.engine.dispose()


@contextmanager
def tampered(*statements: str) -> Iterator[None]:
    """A while in which the database has been tampered with."""
    folder = settings().data_dir
    kept = folder / "kept"
    kept.mkdir()
    _close()
    databases.copy(folder, kept)
    try:
        tamper(*statements)
        yield
    finally:
        _close()
        databases.replace(folder, kept)
        kept.rmdir()


def _close() -> None:
    db.session.remove()
    db.engine.dispose()


def printed(pdf: bytes, *options: str) -> str:
    """The words of a PDF, as pdftotext reads them."""
    return subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def pages(pdf: bytes) -> list[str]:
    return printed(pdf, "-layout").split("\f")[:-1]


def fonts(pdf: bytes, folder) -> list[list[str]]:
    """(name, type ..., embedded, subset, unicode, object) of each font, as pdffonts tells."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True, text=True).stdout
    return [line.split() for line in said.splitlines()[2:]]
