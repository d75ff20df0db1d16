"""The desk of whoever studies: home, courses, player, reader, quiz paper, own record, help."""

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markdown_it import MarkdownIt

from courses.catalogue import queries as catalogue
from courses.kernel import clock
from courses.kernel.access import actor, actor_id, own_id, public, shortcut, signed_in
from courses.kernel.assets import asset, stylesheet
from courses.kernel.db import transaction
from courses.kernel.plain import whole
from courses.kernel.settings import settings
from courses.kernel.together import together
from courses.media import queries as media
from learning.accounts import asking
from learning.goals import home_queries as campaigns_at_home
from learning.goals import queries as goals
from learning.hours import queries as hours
from learning.hours import rules as hours_rules
from learning.notices import queries as notices
from learning.organization import rules as organization_rules
from learning.progress import note_rules
from learning.progress import queries as progress_queries
from learning.progress import rules as progress_rules
from learning.records import queries as records
from learning.study import actions, brief_views, forms, paper_views, practice_views, preview_views, queries, rules
from learning.study.blueprint import bp
from learning.study.reader_views import reader

__all__ = ["bp", "paper_views", "practice_views", "preview_views"]
OFFLINE_SCRIPTS = ("words", "outbox", "offline", "downloads", "player")
HELP = Path(__file__).resolve().parents[2] / "docs" / "help"


@bp.app_context_processor
def frame() -> dict[str, Any]:
    """What every page's frame needs."""
    return {
        "actor": actor(),
        "tabs": tabs,
        "is_demo": queries.is_demo,
        "large_type": asking.large_type,
        "language_code": asking.language_code,
        "here": lambda: request.full_path.rstrip("?"),
        "hours_text": hours_rules.hours_text,
        "role_words": organization_rules.ROLE_WORDS.get,
        "stage_words": organization_rules.STAGE_WORDS.get,
    }


_DESK = {"audit", "catalogue", "media", "importers", "goals", "exports"}  # rooms whose pages are opened from the desk
_APART = {"study.help", "audit.feedback", "audit.here", "audit.sign_in_here"}  # opened from the foot of any page, or from a code


def tabs() -> list[SimpleNamespace]:
    """The tabs of the person asking: study first, the desk for those who hold a post."""
    names = [("study.home", _("首页"), "home"), ("study.courses", _("课程"), "book-open"), ("study.record", _("我的记录"), "file-check-2")]
    if actor().posts:
        names.append(("audit.desk", _("工作台"), "clipboard-list"))
    names.append(("accounts.mine", _("我的"), "user"))
    within = _tab_of(request.endpoint or "")
    here = {end: "page" if request.endpoint == end else "true" if within == end else "" for end, _name, _icon in names}
    return [SimpleNamespace(url=url_for(end), name=name, icon=icon, here=here[end]) for end, name, icon in names]


def _tab_of(endpoint: str) -> str:
    """The tab under which a page is found; empty for one that belongs to none."""
    if endpoint in _APART:
        return ""
    room, _dot, page = endpoint.partition(".")
    if room == "study":
        return {"home": "study.home", "record": "study.record", "downloads": "accounts.mine", "notes": "study.record"}.get(page, "study.courses")
    return {"accounts": "accounts.mine"}.get(room, "audit.desk" if room in _DESK else "")


@bp.before_request
def catch_up() -> None:
    """Whoever opens a page of study gets what waited for allowance, though their player says nothing more, and their papers whose time is over marked."""
    person_id = actor_id()
    if request.method == "GET" and person_id is not None:
        now, county = clock.now(), actions.County.of(settings())
        paper_views.end_overdue(person_id, now=now)
        if progress_queries.can_credit(person_id, speed=county.limits.speed, now=now):
            with transaction(seat=person_id):
                actions.catch_up(person_id, county=county, now=now)


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """What the campaign asks of me, what I have done, what is next; then the branch's and the county's figures."""
    person, now = actor(), clock.now()
    today = clock.day_of(now, settings().zone)
    under_way = campaigns_at_home.concerning(person, today)
    mine = queries.courses_of(person.id, catalogue.listed({course_id for one in under_way for course_id in one.terms.named_courses}))
    campaigns = [_campaign(person, campaign, mine) for campaign in under_way]
    year = hours.year(person.id, today.year)
    told = notices.newest(person.membership.organization if person.membership else None, today)
    return render_template("learning/study/home.html", campaigns=campaigns, year=year, today=today, membership=person.membership, notices=told)


@bp.get("/courses")
@signed_in
def courses() -> ResponseReturnValue:
    """Every course that is open, by series."""
    mine = queries.courses_of(actor().id, catalogue.listed())
    by_series: dict[str, list[rules.CourseState]] = {}
    for state in mine:
        by_series.setdefault(state.outline.series_title, []).append(state)
    electives = catalogue.electives()
    asked = {title: rules.asked_of_series(states, electives) for title, states in by_series.items()}
    return render_template("learning/study/courses.html", by_series=by_series, electives=electives, asked=asked)


@bp.get("/courses/<int:course_id>")
@signed_in
def course(course_id: int) -> ResponseReturnValue:
    """One course: its lessons, what is done, what is next."""
    state = queries.course_of(actor().id, course_id)
    certificate = records.certificate_of(actor().id, course_id)
    return render_template("learning/study/course.html", course=state, certificate=certificate)


@bp.get("/lessons/<int:lesson_id>")
@signed_in
def lesson(lesson_id: int) -> ResponseReturnValue:
    """The player of a lecture, or the reader of a text or a document."""
    person, now = actor(), clock.now()
    outline, part = queries.lesson_for(person.id, lesson_id)
    state = queries.course_of(person.id, outline.course_id)
    done = next(step.done for step in state.steps if step.lesson_id == lesson_id and step.kind != "quiz")
    after = state.after(lesson_id)
    if part.kind == "practice":
        return practice_views.page(state, part, done=done, after=after)
    if part.is_read:
        return reader(person, state, part, done=done, after=after)
    playback = media.playback(part.asset_id, person_id=person.id, version_id=outline.version_id, now=now) if part.asset_id else None
    seen = progress_queries.parts(person.id, [lesson_id]).get(lesson_id, progress_queries.Part())
    return render_template(
        "learning/study/lesson.html",
        course=state,
        lesson=part,
        playback=playback,
        seen=seen,
        done=done,
        after=after,
        resume=progress_rules.resume_at(seen.position, part.seconds),
        sections=catalogue.lesson_sections(lesson_id, media.picture_book(person_id=person.id, version_id=outline.version_id, now=now)),
        captions=catalogue.captions(lesson_id),
        slides=catalogue.slides(lesson_id, person_id=person.id, version_id=outline.version_id, now=now),
        clock_text=progress_rules.clock_text,
        speeds=[speed for speed in (0.75, 1, 1.25, 1.5, 2) if speed <= settings().watch_speed],
    )


@bp.get("/record/notes")
@signed_in
def notes() -> ResponseReturnValue:
    """What is odd about the person's own study, as the county's administrator and the auditor see it."""
    mine = progress_queries.notes(actor().id)
    titles = catalogue.titles(row.course_id for row in mine)
    return render_template("learning/study/notes.html", notes=mine, titles=titles, kinds=note_rules.KIND_WORDS, words=note_rules.words)


@bp.get("/downloads")
@signed_in
def downloads() -> ResponseReturnValue:
    """What this device keeps for the field; the list is the device's own, and the server knows nothing of it."""
    return render_template("learning/study/downloads.html")


@bp.get("/offline")
@signed_in
def offline() -> ResponseReturnValue:
    """For the service worker: the pages that make the started courses readable without a network, and what they are drawn with."""
    pages = [url_for("study.home"), url_for("study.courses"), url_for("study.downloads"), *queries.pages_of_started(actor().id)]
    shell = [stylesheet(), asset("vendor/lucide/icons-1.62.0.svg"), asset("img/mark.svg"), *(asset(f"js/{name}.js") for name in OFFLINE_SCRIPTS)]
    shell += [asset("words/en.js")] if asking.language_code() == "en" else []
    stamp = hashlib.sha256(repr((pages, shell, clock.day_of(clock.now(), settings().zone))).encode()).hexdigest()[:16]
    return jsonify(person=actor().id, stamp=stamp, pages=pages, shell=shell)


@bp.post("/lessons/<int:lesson_id>/sessions")
@signed_in
def open_session(lesson_id: int) -> ResponseReturnValue:
    """The player is about to play: open a study session."""
    body = forms.spoken(request.get_json(silent=True), request.form, person_id=actor().id)
    key, offline = forms.opening(body)
    with transaction(seat=actor().id):
        outline, part = queries.lesson_for(actor().id, lesson_id, "video")
        session = actions.open_session(actor().id, outline, part, county=actions.County.of(settings()), now=clock.now(), key=key, offline=offline)
        return jsonify(session=session.id), 201


@bp.post("/sessions/<int:session_id>/reports")
@signed_in
@shortcut(brief_views.heartbeat)
def heartbeat(session_id: int) -> ResponseReturnValue:
    """A player's report; answered only once it is durable."""
    person_id, county, now = own_id(), actions.County.of(settings()), clock.now()
    report = forms.report(forms.spoken(request.get_json(silent=True), request.form, person_id=person_id))
    heard = together(lambda: actions.hear(person_id, session_id, report, county=county, now=now), seat=person_id)
    return brief_views.told(heard)


@bp.get("/record")
@signed_in
def record() -> ResponseReturnValue:
    """Everything held about the person's study of a year, in their own hands."""
    person = actor()
    today = clock.day_of(clock.now(), settings().zone)
    year = hours.year(person.id, min(max(request.args.get("year", today.year, type=whole), 2000), 2100))
    completions = records.completions_of(person.id)
    mine = [state for state in queries.courses_of(person.id, catalogue.listed()) if state.begun and not state.completed_on]
    titles = catalogue.titles(row.course_id for row in completions)
    return render_template(
        "learning/study/record.html",
        year=year,
        later=hours.later([person.id], year.year).get(person.id, []),
        later_text=hours_rules.later_text,
        completions=completions,
        titles=titles,
        going=mine,
        certificates=records.certificates_of(person.id),
        notes=len(progress_queries.notes(person.id)),
    )


@bp.get("/help")
@bp.get("/help/<name>")
@public
def help(name: str = "members") -> ResponseReturnValue:
    """The help pages, in Chinese."""
    pages = {"members": _("学员"), "trainers": _("讲师"), "secretaries": _("支部书记")}
    chosen = name if name in pages else "members"
    body = MarkdownIt().render((HELP / f"{chosen}.md").read_text("utf-8"))
    return render_template("learning/study/help.html", pages=pages, chosen=chosen, body=body)


def _campaign(person: Any, campaign: campaigns_at_home.Asked, mine: list[rules.CourseState]) -> SimpleNamespace:
    """A campaign as its member sees it: the required courses, then the branch's and the county's figures."""
    asked = [state for state in mine if state.outline.course_id in campaign.terms.named_courses]
    going_on = next((state for state in asked if state.begun and not state.completed_on), None)
    waiting = [state for state in asked if not state.completed_on]
    upcoming = going_on or next((state for state in waiting if not state.first), next(iter(waiting), None))
    done, figures = sum(1 for state in asked if state.completed_on), campaigns_at_home.figures(person.membership.organization, campaign)
    usual = campaign.terms.means == "all"
    progress, means = (None, "") if usual else (goals.progress_of(campaign.id, [person.id])[person.id], goals.words_of(campaign.terms)[1])
    return SimpleNamespace(campaign=campaign, asked=asked, done=done, next=upcoming, figures=figures, progress=progress, means=means)
