"""Every page, opened by everyone in the cast: it never breaks, is well-formed, and shows a stranger or neighbour nobody's name."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from courses.catalogue import actions as catalogue
from courses.catalogue import order_actions
from courses.catalogue.models import Chapter, Series
from courses.importers.models import QuestionFile
from courses.kernel import clock, queue
from courses.kernel.assets import STATIC
from courses.kernel.db import db, transaction
from courses.questions.bank_actions import add_to_bank
from courses.questions.models import BankEntry
from courses.questions.rules import NewItem
from learning.accounts.actions import issue_card
from learning.audit.models import Entry, Feedback
from learning.classes.models import OfflineSession, TrainingClass
from learning.exports.models import Export
from learning.goals.models import Campaign
from learning.notices.models import Notice
from learning.organization.models import Organization, Person
from learning.quizzes.models import Attempt
from learning.records.models import BranchRecord, Certificate, Checkpoint, CorrectionRequest
from learning.roster.models import RosterDraft
from tests.clients import client_for
from tests.house.markup import faults
from tests.people import NOW, County
from tests.study.test_journey import course, read_through, take_quiz, watch_through

__all__ = ["course"]
EVERYONE = ("member", "old_member", "activist", "neighbour", "secretary", "trainer", "reviewer", "town_admin", "county_admin", "auditor")
NOT_PAGES = {"static", "styles", "favicon", "media.play"}
OPENED: set[str] = set()  # pages that opened for someone in the tests so far, which need not be opened again to know it


@pytest.fixture
def lived_in(app: Flask, county: County, course: Any) -> dict[str, Any]:
    """A county in which 张甲 has finished the course and 李乙 has begun it; gives the value of every argument in an address."""
    watch_through(county.member, course)
    read_through(county.member, course)
    take_quiz(county.member, course, [(1,), (0, 2)])
    watch_through(county.old_member, course)
    with transaction() as session:
        issue_card(session.get(Person, county.activist), token="t" * 43, pin_hash="x", actor=session.get(Person, county.secretary), now=clock.now())
    with transaction() as session:
        question = NewItem("fill_in", "火警电话是____", (), ("119",), topic="消防")
        add_to_bank([question], county.town, actor=session.get(Person, county.trainer), now=NOW)
    with transaction() as session:
        trainer = session.get_one(Person, county.trainer)
        draft = catalogue.draft_course(session.scalars(select(Series)).first(), "草稿", actor=trainer, now=NOW)
        order_actions.add_chapter(draft, "第一章")
    keep_house(client_for(app, county.secretary), county, course)
    bring_questions(app, county)
    app.config["WTF_CSRF_ENABLED"] = True  # forms show their tokens, as they do in service
    return {
        "organization_id": [county.willow, county.town],
        "person_id": [county.member, county.old_member],
        "course_id": [course.course],
        "version_id": [course.version],
        "lesson_id": [course.video, course.text],
        "quiz_id": [course.quiz],
        "series_id": list(db.session.scalars(select(Series.id))),
        "chapter_id": list(db.session.scalars(select(Chapter.id))),
        "bank_id": list(db.session.scalars(select(BankEntry.id))),
        "asset_id": [1],
        "export_id": list(db.session.scalars(select(Export.id))),
        "file_id": list(db.session.scalars(select(QuestionFile.id))),
        "upload_id": [1],
        "campaign_id": list(db.session.scalars(select(Campaign.id))),
        "session_id": list(db.session.scalars(select(OfflineSession.id))),
        "attempt_id": list(db.session.scalars(select(Attempt.id))),
        "certificate_id": list(db.session.scalars(select(Certificate.id))),
        "record_id": list(db.session.scalars(select(BranchRecord.id))),
        "request_id": list(db.session.scalars(select(CorrectionRequest.id))),
        "feedback_id": list(db.session.scalars(select(Feedback.id))),
        "class_id": list(db.session.scalars(select(TrainingClass.id))),
        "notice_id": list(db.session.scalars(select(Notice.id))),
        "entry_id": list(db.session.scalars(select(Entry.id))),
        "roster_id": list(db.session.scalars(select(RosterDraft.id))),
        "number": list(db.session.scalars(select(Certificate.number))),
        "code": list(db.session.scalars(select(Certificate.code))),
        "token": ["t" * 43, "nonsense"],
        "language": ["en", "zh"],
        "name": ["members", "trainers", "secretaries"],
        "place": [1],
        "size": list(db.session.scalars(select(Checkpoint.size))),
    }


def bring_questions(app: Flask, county: County) -> None:
    """The trainer brings one file that is read, one that is refused, and one that still waits."""
    trainer = client_for(app, county.trainer)
    for data, work in (("1. 火警电话\nA. 110\nB. 119\n答案：B\n2. 说说看", True), ("%PDF", True), ("1. 对吗（√）", False)):
        sent = {"file": (io.BytesIO(data.encode()), "题目.txt"), "home": county.town}
        done = trainer.post("/workshop/question-files", data=sent, content_type="multipart/form-data")
        assert done.status_code == 302, done.get_data(as_text=True)
        while work and queue.work_once(app, lease_seconds=30):
            pass


def keep_house(secretary: FlaskClient, county: County, course: Any) -> None:
    """The secretary takes a roll call, confirms the branch's record and writes to the committee."""
    roll = {"course_id": course.course, "kind": "group_viewing", "held_on": "2026-11-01", "venue": "村党群服务中心", "present": county.activist}
    campaign = {"campaign": db.session.scalars(select(Campaign.id)).one()}
    file = {"file": (io.BytesIO("姓名\n张甲\n李一一".encode()), "a.csv")}
    for path, values in (
        (f"/organizations/{county.willow}/roster/import", file),
        (f"/organizations/{county.willow}/classes/new", {"title": "冬训", "audience": "党员", "since": "2026-11-01", "until": "2026-11-03", "venue": "礼堂"}),
        (f"/branches/{county.willow}/roll-calls/new", roll),
        (f"/branches/{county.willow}/record", campaign),
        ("/feedback", {"text": "声音太小"}),
        ("/record/correction-requests", {"text": "那一场我到了"}),
        (f"/organizations/{county.willow}/certificates/exports", {"make": "certificate_list"}),
        (f"/organizations/{county.willow}/notices", {"title": "集中收看", "text": "周六上午。", "until": clock.day_of(clock.now()).isoformat()}),
    ):
        done = secretary.post(path, data=values)
        assert done.status_code == 302, done.get_data(as_text=True)


def addresses(app: Flask, values: dict[str, Any]) -> list[tuple[str, str]]:
    """(endpoint, address) of every page, with each value of its arguments."""
    found: list[tuple[str, str]] = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES:
            found += [(rule.endpoint, address) for address in _filled(rule, values)]
    return found


def _filled(rule: Rule, values: dict[str, Any]) -> list[str]:
    unknown = rule.arguments - set(values)
    assert not unknown, f"{rule} takes {sorted(unknown)}, of which this test knows no value. Add one to lived_in()."
    longest = max((len(values[name]) for name in rule.arguments), default=1)
    built = (rule.build({name: values[name][place % len(values[name])] for name in rule.arguments}) for place in range(longest))
    return [path for _, path in filter(None, built)]


@pytest.mark.parametrize("who", EVERYONE)
def test_every_page_is_well_made_for(who: str, app: Flask, county: County, lived_in: dict[str, Any]):
    client = client_for(app, getattr(county, who))
    wrong: list[str] = []
    for endpoint, address in addresses(app, lived_in):
        answer = client.get(address)
        assert answer.status_code in {200, 302, 403, 404}, f"{who} at {endpoint} {address}: {answer.status_code}\n{answer.text[:300]}"
        if answer.status_code in {200, 302}:
            OPENED.add(endpoint)
        if answer.status_code == 200 and answer.mimetype == "text/html" and "Content-Disposition" not in answer.headers:
            wrong += [f"{endpoint} {address}: {fault}" for fault in faults(answer.text)]
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_every_page_opens_for_someone(app: Flask, county: County, lived_in: dict[str, Any]):
    closed = {endpoint for endpoint, _ in addresses(app, lived_in)} - OPENED
    for who in EVERYONE:
        client = client_for(app, getattr(county, who))
        closed -= {endpoint for endpoint, address in addresses(app, lived_in) if endpoint in closed and client.get(address).status_code in {200, 302}}
    allowed = {
        "media.preparation",
        "media.upload_offset",
        "records.consistency",
        "exports.file",
        "audit.screen",
        "audit.screen_number",
    }  # nothing was uploaded, no checkpoint is older than another, no worker runs, and no hall shows its number
    assert not closed - allowed, f"nobody of the cast can open {sorted(closed - allowed)}. A page that nobody reaches is a fault of its guard or its query."


@pytest.mark.parametrize("who", ["stranger", "neighbour"])
def test_nobody_learns_about_others(who: str, app: Flask, county: County, lived_in: dict[str, Any]):
    client = app.test_client() if who == "stranger" else client_for(app, county.neighbour)
    for endpoint, address in addresses(app, lived_in):
        if endpoint in {"accounts.first"}:  # whoever holds the printed card is greeted by name
            continue
        page = client.get(address).get_data(as_text=True)
        for name in ("张甲", "李乙", "王丙"):
            assert name not in page, f"{who} reads {name} at {address}. Scope is authorisation: fetch within the reach of the one who asks."


@pytest.mark.parametrize("endpoint", ["study.home", "study.record", "study.courses"])
def test_a_persons_page_is_light(endpoint: str, app: Flask, county: County, lived_in: dict[str, Any]):
    client = client_for(app, county.member)
    address = next(path for name, path in addresses(app, lived_in) if name == endpoint)
    squeezed = {"Accept-Encoding": "gzip"}
    page = client.get(address, headers=squeezed)
    styles = client.get(f"/styles/{'0' * 12}.css", headers=squeezed)
    scripts = sum(len(client.get(f"/static/js/{path.name}", headers=squeezed).data) for path in (STATIC / "js").glob("*.js"))
    weight = len(page.data) + len(styles.data) + scripts
    assert weight < 100 * 1024, f"{address} weighs {weight} bytes compressed with styles and all scripts. A member's page is at most 100 KB before the video."


def test_the_county_was_lived_in(app: Flask, county: County, lived_in: dict[str, Any]):
    assert lived_in["certificate_id"] and lived_in["attempt_id"] and lived_in["campaign_id"]
    assert db.session.get(Organization, county.willow).created_at == NOW
