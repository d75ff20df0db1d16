"""Fills the printed forms of branches, committees and classes from what was read; within reach of whoever may see the thing itself."""

from collections.abc import Iterable
from datetime import date

from learning.audit import ledger_rules, sheet_rules
from learning.audit.class_queries import ClassFile, Sheet, class_file
from learning.audit.ledger_queries import Ledger, ledger, scores
from learning.audit.ledger_rules import Line, Told
from learning.audit.sheet_rules import Held, Named
from learning.classes.models import TrainingClass
from learning.hours.queries import PersonYear
from learning.hours.rules import later_text
from learning.organization import queries as organization
from learning.organization.models import Membership, Organization, Person
from learning.organization.rules import ROLE_WORDS
from learning.records.sheet_rules import Sheet as Form

Facts = tuple[tuple[str, str], ...]


def year_ledger(branch: Organization, year: int, *, today: date) -> Form:
    """党员学习台账 of an organization."""
    found = ledger(branch, year, today=today)
    names = {one.person.id: one.person.name for one in found.people}
    order = {person_id: place for place, person_id in enumerate(names)}
    told = [
        Told(names[one.person_id], one.title, one.route, one.kind, one.quarters, one.on, one.by, one.number, one.reason, one.is_correction, one.is_own)
        for one in sorted(found.credits, key=lambda one: order[one.person_id])
    ]
    where = organization.full_name(branch)
    return ledger_rules.ledger(where, year, found.as_of, found.terms, is_closed=found.is_closed, people=_lines(found), told=told)


def year_summary(top: Organization, year: int, *, today: date) -> Form:
    """汇总表 of the organizations at or below `top`, by code."""
    found = ledger(top, year, today=today)
    lines: dict[int, list[Line]] = {}
    for person, line in zip(found.people, _lines(found), strict=True):
        lines.setdefault(person.organization.id if person.organization else 0, []).append(line)
    below = [row for row in organization.subtree(top) if row.id in lines]
    groups = [(row.name, row.parent.name if row.parent else "", lines[row.id]) for row in below]
    return ledger_rules.summary(top.name, year, found.as_of, found.terms, is_closed=found.is_closed, groups=groups)


def branch_scores(branch: Organization, year: int, *, today: date) -> Form:
    """成绩单 of what the people of a branch, or of all branches below a committee, finished in a year."""
    members = organization.members_below(branch, min(today, date(year, 12, 31)))
    rows = scores({row.person_id: (row.person, row.organization.name) for row in members}, year=year)
    where = organization.full_name(branch)
    return sheet_rules.scores("成绩单", f"{where}{year}年成绩单", (("党组织", where), ("年度", f"{year} 年学完的课程")), rows)


def class_roster(row: TrainingClass) -> Form:
    """班次花名册."""
    found = class_file(row)
    people = [Named(one.name, one.home, _duty(one.person), _stage(one.person), one.expected) for one in found.pupils]
    return sheet_rules.roster(row.title, _facts(row), people)


def class_sign_in(row: TrainingClass) -> Form:
    """The sign-in sheets of a class, a session a page."""
    found = class_file(row)
    return sheet_rules.sign_in(row.title, _facts(row), [_held(one, found) for one in found.sheets])


def class_scores(row: TrainingClass) -> Form:
    """成绩单 of a class: everyone on its rolls in each of its courses."""
    found = class_file(row)
    people = {one.person.id: (one.person, one.home) for one in found.pupils}
    rows = scores(people, {one.session.course_id for one in found.sheets})
    return sheet_rules.scores("成绩单", f"{row.title}成绩单", _facts(row), rows)


def class_summary(row: TrainingClass) -> Form:
    """班次汇总表."""
    found = class_file(row)
    return sheet_rules.class_summary(row.title, _facts(row), [_held(one, found) for one in found.sheets], people=len(found.pupils))


def blank_sign_in(branch: Organization, *, today: date) -> Form:
    """签到表 of a branch for a session yet to be held."""
    where = organization.full_name(branch)
    return sheet_rules.blank_sign_in(where, [row.person.name for row in organization.members_on(branch.id, today)])


def session_sign_in(sheet: Sheet) -> Form:
    """签到表 of one session."""
    where = organization.full_name(sheet.session.organization)
    return sheet_rules.sign_in(f"{where}{sheet.session.held_on.isoformat()}", (("党组织", where),), [_held(sheet, None)])


def _lines(found: Ledger) -> list[Line]:
    credits: dict[int, list[str]] = {}
    corrections: dict[int, int] = {}
    for one in found.credits:
        if one.is_correction:
            corrections[one.person_id] = corrections.get(one.person_id, 0) + 1
        else:
            credits.setdefault(one.person_id, []).append(one.route)
    said = {person_id: [later_text(row.quarters, row.year) for row in rows] for person_id, rows in found.later.items()}
    return [
        _line(one, credits.get(one.person.id, []), corrections.get(one.person.id, 0), _notes(found.belongings.get(one.person.id)) + said.get(one.person.id, []))
        for one in found.people
    ]


def _line(one: PersonYear, routes: Iterable[str], corrections: int, notes: Iterable[str]) -> Line:
    return Line(one.person.name, one.stage, one.group, one.figures, tuple(routes), corrections, "；".join(notes))


def _notes(belonging: Membership | None) -> list[str]:
    return [] if belonging is None else ["外出流动"] * belonging.floating + ["不上网"] * (not belonging.online)


def _held(sheet: Sheet, file: ClassFile | None) -> Held:
    session = sheet.session
    homes = {one.person.id: one.home for one in file.pupils} if file else {}
    roll = tuple((line.person.name, homes.get(line.person_id, session.organization.name), line.state, line.reason) for line in sheet.lines)
    return Held(
        title=sheet.outline.title,
        on=session.held_on,
        kind=session.kind,
        venue=session.venue,
        lecturer=session.lecturer,
        quarters=sheet.outline.approved_quarters,
        by=session.entered_by.name,
        tally=sheet.tally,
        roll=roll,
    )


def _facts(row: TrainingClass) -> Facts:
    days = row.since.isoformat() if row.since == row.until else f"{row.since.isoformat()} 至 {row.until.isoformat()}"
    return (("班次", row.title), ("举办单位", row.organization.name), ("时间地点", f"{days}　{row.venue}"))


def _duty(person: Person) -> str:
    return "、".join(ROLE_WORDS[post.role] for post in person.posts)


def _stage(person: Person) -> str:
    return person.membership.stage if person.membership else ""
