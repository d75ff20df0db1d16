"""Builds the demo county through the same doors as a real one. Each verb is one transaction's work and finds what stands already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from courses.catalogue import actions as catalogue
from courses.catalogue import queries as catalogue_queries
from courses.catalogue.models import Series
from courses.catalogue.rules import Outline
from courses.kernel.clock import day_of
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.models import Installation
from courses.media import actions as media
from courses.questions import actions as questions
from courses.questions import bank_actions as bank
from courses.questions.rules import Draw, Terms
from learning.accounts import actions as accounts
from learning.audit import actions as letters
from learning.audit import branch_queries, campaign_actions
from learning.demo import county, history, queries
from learning.demo.bank import BANK
from learning.demo.county import Someone
from learning.demo.courses import COURSES, PASS_MARK, SERIES, SERIES_ABOUT, DemoCourse
from learning.demo.history import When
from learning.goals import queries as goals
from learning.goals.models import Campaign
from learning.goals.rules import summed
from learning.hours import actions as hours
from learning.organization import actions as organization
from learning.organization.actions import Belonging
from learning.organization.models import Organization, Person
from learning.records import actions as records
from learning.records import queries as record_queries

CAMPAIGN = "晴川县万名党员进党校（演示）"
TARGET, TOWN_SHARE = 10_000, 893
BASIS = "演示：目标一万人，样例镇名额 893 人；镇名册只录入了 96 名党员，支部名额按名册填写。学完四门必修微课即为训到。"


@dataclass(frozen=True)
class Calendar:
    """The county's calendar, counted from the day of the installation."""

    founded: datetime
    zone: str

    def at(self, when: When) -> datetime:
        """A moment of the demo's past."""
        day = self.day(when.minus_days)
        return datetime(day.year, day.month, day.day, when.hour, when.minute, tzinfo=ZoneInfo(self.zone))

    def day(self, days: int) -> date:
        """The day so many days after the installation (before it, if negative)."""
        return day_of(self.founded, self.zone) + timedelta(days=days)


def mark(*, now: datetime) -> Installation:
    """Say that this database is a demo; raises `Refused` for one in which a real county lives."""
    standing = queries.installation()
    if (standing is None and queries.is_inhabited()) or (standing is not None and standing.kind != "demo"):
        raise Refused("这里已经有真实的数据，不能再放演示数据。请另用一个空文件夹（DATA_DIR）。")
    if standing is None:
        standing = Installation(id=1, kind="demo", created_at=now)
        db.session.add(standing)
        db.session.flush()
    return standing


def people_the_county(hashes: Mapping[str, str], *, calendar: Calendar, key: bytes) -> None:
    """Found the organizations, admit everyone, open accounts (`hashes`: by name) and fill the posts."""
    now, since = calendar.at(When(-history.FOUNDED, 9)), calendar.day(-history.FOUNDED)
    hours.set_policy(since.replace(month=1, day=1), now=now)
    places: dict[str, Organization] = {}
    for place in county.PLACES:
        above = places[place.parent] if place.parent else None
        places[place.code] = organization.found(place.code, place.name, kind=place.kind, parent=above, now=now)
    everyone = county.people()
    made = {row.name: _admit(row, places[row.branch], hashes.get(row.name), since=since, key=key, now=now) for row in everyone}
    head = next(row.name for row in everyone for post in row.posts if post.role == "county_admin")
    for row in sorted(everyone, key=lambda one: one.name != head):
        for post in row.posts:
            actor = None if row.name == head else made[head]
            organization.appoint(made[row.name], post.role, places[post.place], since=since, actor=actor, now=now, note=post.note)


def draft(course: DemoCourse, recording: Path | None, deck: Path | None, *, calendar: Calendar) -> None:
    """The trainer drafts a course with all its parts; nothing happens when it stands."""
    if queries.version(course.title) is not None:
        return
    now = calendar.at(When(-history.DRAFTED, 10))
    trainer = queries.holder("trainer", "QC01")
    version = catalogue.draft_course(_series(trainer, now=now), course.title, summary=course.summary, actor=trainer, now=now)
    catalogue.edit_version(version, title=course.title, summary=course.summary, open_material=True)
    if recording is not None:
        asset = media.add_file(recording, f"{course.lecture.removeprefix('微课：')}.mp4", actor=trainer, now=now)
        catalogue.add_lesson(version, "video", course.lecture, asset_id=asset.id)
    if deck is not None:
        asset = media.add_file(deck, f"{course.title}.pdf", actor=trainer, now=now)
        catalogue.add_lesson(version, "document", course.deck, asset_id=asset.id)
    catalogue.add_lesson(version, "text", course.reading, text=course.text)
    quiz = questions.write_quiz(
        "结业测验",
        () if course.drawn else course.items,
        draws=[Draw(course.drawn, None, len(course.items))] if course.drawn else (),
        terms=Terms(PASS_MARK),
        actor=trainer,
        now=now,
    )
    catalogue.set_final_quiz(version, quiz)


def stock_bank(*, calendar: Calendar) -> None:
    """The trainer fills the township's bank; what stands there is not entered again."""
    trainer = queries.holder("trainer", "QC01")
    bank.add_to_bank(BANK, queries.place("QC01").id, actor=trainer, now=calendar.at(When(-history.DRAFTED, 9)))


def publish(course: DemoCourse, *, calendar: Calendar) -> bool:
    """The trainer submits and the reviewer publishes; says whether this call did. Raises `Refused` while a recording is not ready."""
    version = queries.version(course.title)
    if version is None or catalogue_queries.state_of(version) not in {"draft", "submitted"}:
        return False
    if catalogue_queries.state_of(version) == "draft":
        catalogue.submit(version, actor=queries.holder("trainer", "QC01"), now=calendar.at(When(-history.PUBLISHED, 9)))
    reviewer = queries.holder("reviewer", "QC01")
    catalogue.publish(version, approved_quarters=course.approved_quarters, actor=reviewer, now=calendar.at(When(-history.PUBLISHED, 15)))
    return True


def launch(*, calendar: Calendar) -> Campaign:
    """The county starts its campaign and shares it out: the township's 893, and each organization on the roster its own people."""
    standing = queries.campaign(CAMPAIGN)
    if standing is not None:
        return standing
    actor, now, today = queries.holder("county_admin", "QC"), calendar.at(When(-history.LAUNCHED, 9)), calendar.day(-history.LAUNCHED)
    values = {
        "title": CAMPAIGN,
        "target": TARGET,
        "since": calendar.day(-history.FOUNDED),
        "until": calendar.day(365 - history.FOUNDED),
        "basis": BASIS,
        "courses": [row.course_id for row in _outlines(required=True)],
    }
    campaign = campaign_actions.launch(values, actor=actor, today=today, now=now)
    rows = [row.organization for row in goals.standing(campaign.id, as_of=today)]
    own = {key: counts.in_scope for key, counts in goals.recounted(campaign.id, [row.id for row in rows], on=today).items()}
    shares = summed(own, {row.id: row.parent_id for row in rows})
    town, top = queries.place("QC01").id, queries.place("QC").id
    typed = {key: people for key, people in shares.items() if key != top} | {town: TOWN_SHARE}
    campaign_actions.share(campaign, typed, actor=actor, today=today, now=now)
    return campaign


def write_letters(*, calendar: Calendar) -> None:
    """Two people write to the committee; one has an answer."""
    writer, waiting = queries.person("王丙"), queries.person("赵丁")
    if writer is None or waiting is None or queries.has_written(writer.id):
        return
    asked = letters.write_feedback("建议晚上七点以后也能在村部集中收看，白天大家都在地里。", actor=writer, now=calendar.at(When(-16, 20)))
    answer = "谢谢建议。从下月起，村部每周三晚七点半开放收看，请大家互相转告。"
    letters.answer_feedback(asked, answer, actor=queries.holder("town_admin", "QC01"), now=calendar.at(When(-14, 10)))
    letters.write_feedback("在外地打工，视频用流量看有点贵，能不能只听声音？", actor=waiting, now=calendar.at(When(-3, 21)))


def confirm(code: str, *, now: datetime, zone: str) -> None:
    """The secretary of a branch confirms its completion record, unless one stands."""
    branch = queries.place(code)
    if record_queries.branch_records(branch.id):
        return
    actor, today = queries.holder("branch_secretary", code), day_of(now, zone)
    campaign = branch_queries.campaign_of(branch, None, on=today)
    preview = branch_queries.preview(branch, campaign, today=today)
    content = preview.content(confirmed_by=actor.name, confirmed_on=today)
    row = records.confirm_branch(branch, campaign.id, preview.as_of, content, actor=actor, now=now)
    words = f"确认支部完成记录 {row.number}（“{campaign.title}”，统计日期 {preview.as_of.isoformat()}）"
    letters.note("confirm_branch", words, actor=actor, organization_id=branch.id, now=now)


def _admit(row: Someone, place: Organization, password_hash: str | None, *, since: date, key: bytes, now: datetime) -> Person:
    expectation = "encouraged" if row.frail else "required"
    belonging = Belonging(stage=row.stage, expectation=expectation, floating=row.floating, online=row.online, contact=row.contact)
    person = organization.admit(row.name, place, belonging, since=since, actor=None, now=now)
    if password_hash is not None:
        accounts.open_account(person, user_name=row.user_name or None, mobile=row.mobile, password_hash=password_hash, must_change=False, key=key, now=now)
    return person


def _series(trainer: Person, *, now: datetime) -> Series:
    town = queries.place("QC01")
    return queries.series(SERIES) or catalogue.open_series(SERIES, town.id, about=SERIES_ABOUT, actor=trainer, now=now)


def _outlines(*, required: bool) -> list[Outline]:
    found = [queries.outline(course.title) for course in COURSES if course.required == required]
    return [row for row in found if row is not None]
