"""Every route by every role at every place of the tree: nothing of a place beyond reach is opened, changed, listed or named.

The routes are read from the application, the fields of forms from its pages, and the words of addresses from its views, so that a
new one is either tried by itself or makes a test here say what to add.
"""

import hashlib
import inspect
import re
import shutil
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from app import create_app
from courses.kernel.db import Base, db
from learning.organization.rules import grants
from tests import databases
from tests.clients import client_for
from tests.conftest import settings_in
from tests.house import tree
from tests.house.tree import PLACES, TODAY, Place

ALL = set(PLACES)
QC = ALL - {"elsewhere", "outside"}
TOWN = {"town", "willow", "bridge"}
BRANCH = {"willow"}
NOWHERE: set[str] = set()

# Whose posts reach which places; everything else is beyond. A plain member reaches none, their own branch included.
CAST = {
    "赵丁": ((), NOWHERE),
    "陈戊": (("branch_secretary",), BRANCH),
    "尤二二": (("branch_clerk",), BRANCH),
    "何二二": (("adviser",), BRANCH),
    "刘己": (("trainer",), NOWHERE),
    "杨庚": (("reviewer",), NOWHERE),
    "周辛": (("town_admin",), TOWN),
    "施二二": (("town_admin",), {"other_town", "far"}),
    "吴壬": (("county_admin",), QC),
    "张二二": (("county_admin",), {"elsewhere", "outside"}),
    "郑癸": (("auditor",), QC),
    "吕二二": (("auditor",), TOWN),
}
# One of them tries it on PostgreSQL too (tests/conftest.py): who is beyond reach is decided by queries.
EVERYONE = [pytest.param(who, marks=[pytest.mark.both] if who == "陈戊" else []) for who in CAST]
# Where someone's post lets them into a course that is not published, or into what becomes of a published one.
COURSES = {
    "刘己": TOWN,
    "杨庚": TOWN,
    "周辛": TOWN,
    "施二二": {"other_town", "far"},
    "吴壬": QC,
    "张二二": {"elsewhere", "outside"},
}

# What an address names, and whose it is.
OF_PEOPLE = {
    "organization_id",
    "person_id",
    "certificate_id",
    "record_id",
    "feedback_id",
    "notice_id",
    "appointment_id",
    "session_id",
    "roster_id",
    "entry_id",
    "transfer_id",
    "class_id",
    "request_id",
}
OF_CAMPAIGNS = {"campaign_id"}
OF_ONESELF = {"attempt_id", "asset_id", "file_id", "upload_id", "export_id"}
OF_COURSES = {"course_id", "version_id", "lesson_id", "quiz_id", "bank_id", "chapter_id", "series_id"}
OPEN = {
    "number": "whoever holds a paper may check it, with its code",
    "code": "goes with the number",
    "token": "a printed card or a signed address is its own authority",
    "file": "within a signed address",
    "filename": "style, scripts and icons hold nothing about anyone",
    "version": "the fingerprint of the style sheet",
    "language": "of the page",
    "name": "of a help page",
    "place": "which lesson of a course, counted",
    "size": "a checkpoint holds a number and a hash, nothing about anyone",
}
STUDY = {"study"}  # rooms in which a published course is open to everyone who signs in
OWN_SESSION = {"study.heartbeat"}  # whose session_id is a study session
SPOKEN = {  # what scripts say to a route, where it takes no form
    "study.heartbeat": {"spans": [[0, 5]], "position": 5, "sequence": 1},
    "study.keep_place": {"page": 1},
    "study.save_answer": {"question": 1, "chosen": [1], "sequence": 1},
}
SLOW = {
    "records.certificate_pdf",
    "records.certificate_picture",
    "records.branch_record_pdf",
    "records.branch_record_xlsx",
    "audit.class_pdf",
    "audit.sign_in_sheet",
    "audit.session_sheet",
    "records.verifier_page",
    "records.verifier_program",
    "exports.file",
}  # typeset or made in the background, so opened only to be refused
WORDS = {  # what follows the question mark of an address: the kinds of ids, or words, to be smuggled in there
    "words": ("一一", "二二", "yi yi", "%"),
    "campaign": "campaign_id",
    "course": "course_id",
    "class": "class_id",
    "person": "person_id",
    "page": ("2",),
    "as_of": ("2026-06-01",),
    "year": ("2025",),
    "old": ("1",),
    "section": ("2",),
    "lesson": "lesson_id",
    "file": ("xlsx",),
    "then": ("/people",),
    "code": ("123456",),
    "by": ("一一",),
    "place": ("QC", "ZZ01"),
    "act": ("add_person",),
    "since": ("2026-01-01",),
    "until": ("2099-01-01",),
    "before": "entry_id",
    "ask": ("unanswered",),
}
FIELDS = {  # fields of forms that carry the id of something: its kind
    "organization_id": "organization_id",
    "parent_id": "organization_id",
    "class_id": "class_id",
    "makes_up_id": "session_id",
    "person_id": "person_id",
    "present": "person_id",
    "campaign": "campaign_id",
    "series": "series_id",
    "home": "organization_id",
    "asset_id": "asset_id",
    "slides_id": "asset_id",
    "pick": "question_id",
    "share-*": "organization_id",
    "seen-*": "person_id",
    "reason-*": "person_id",
}
HARMLESS = {  # fields whose numbers name nothing of anyone's
    "course_id": "a published course, open to everyone",
    "first": "published courses, open to everyone",
    "elective": "courses of the series that the address names; others are passed over",
    "seen": "the stamp of an order that was read",
    "lesson_id": "a practical lesson of a published course, open to everyone",
    "step": "a step of a lesson",
    "courses": "published courses, open to everyone",
    "section": "a page of a text",
    "page": "a page of a document",
    "year": "a year",
    "blocks": "how many questions a form holds",
    "draws": "how many rules of drawing a form holds",
    "d*-*": "a part of a rule of drawing",
    "q*-*": "a part of a question in the making",
    "q*": "an option of one's own paper",
    "b*-*": "a part of a question in the making",
    "pass_mark": "a percentage",
    "target": "a number of people",
    "minutes_per_hour": "a number of minutes",
    **{f"{span}_hours": "a number of hours" for span in ("day", "half_day", "annual", "secretary", "carry")},
    "hours": "a number of hours",
    "times": "how often",
}
SHORT = {"Accept": "application/json"}  # a refusal is then its words alone, not a page around them
MAKES_NO_ROW = {"signed_in", "sign_in_failure"}
OPENED: dict[tuple[str, str], Response] = {}  # by person and address
FORMS: dict[tuple[str, str], list[tuple[str, dict[str, list[str]]]]] = {}  # what those pages hold


@pytest.fixture(scope="module")
def migrated(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrated database with the tree planted in it."""
    folder = tmp_path_factory.mktemp("tree")
    databases.copy(migrated, folder)
    shutil.copytree(migrated / "keys", folder / "keys")
    with create_app(settings_in(folder)).app_context():
        tree.plant()
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def places(app: Flask) -> dict[str, Place]:
    return tree.survey()


def test_every_part_of_an_address_is_known(app: Flask):
    for rule in app.url_map.iter_rules():
        unknown = rule.arguments - OF_PEOPLE - OF_CAMPAIGNS - OF_ONESELF - OF_COURSES - set(OPEN)
        assert not unknown, (
            f"{rule} names {sorted(unknown)}. Say in tests/house/test_matrix.py whose it is, and plant one at every place in tests/house/tree.py."
        )
        room = rule.endpoint.split(".")[0]
        if rule.arguments & OF_COURSES and kind_of(rule) is None:
            assert room in STUDY, (
                f"{rule} opens a course to everyone who signs in. If that is meant, add its room to STUDY; else scope it and say so in kind_of()."
            )


def test_every_word_of_an_address_is_known(app: Flask):
    for endpoint, view in app.view_functions.items():
        unknown = asked_in(view) - set(WORDS) - {"v"}
        assert not unknown, f"{endpoint} reads {sorted(unknown)} from the address. Say in WORDS what could be smuggled in there."


@pytest.mark.parametrize("who", EVERYONE)
def test_what_lies_beyond_reach_is_neither_opened_nor_changed(who: str, app: Flask, places: dict[str, Place]):
    roles, _ = CAST[who]
    client, before = client_for(app, tree.person(who)), everything()
    for rule in scoped(app):
        far = sorted(ALL - reach(who, rule))
        # Whoever may not use a route at all is turned away before any place is looked at: one is enough.
        for place in far if allowed(app, rule, roles) else far[:1]:
            for method, sent in attempts(rule, places[place]):
                answer = client.open(address(rule, places[place]), method=method, headers=SHORT, **sent)
                told = f"{who} {method} {rule} at {place}: {answer.status_code}"
                assert answer.status_code in {403, 404}, f"{told}. Fetch it within the reach of the one who asks, before anything else is looked at."
                assert not named(who, answer.get_data(as_text=True), places), f"{told} names someone beyond reach"
    changed = [table for table, kept in everything().items() if kept != before[table]]
    assert not changed, f"{who} was refused, and yet {changed} changed"


def test_a_stranger_is_asked_to_sign_in_everywhere(app: Flask, places: dict[str, Place]):
    client, before = app.test_client(), everything()
    for rule in scoped(app):
        for method, sent in attempts(rule, places["willow"]):
            answer = client.open(address(rule, places["willow"]), method=method, **sent)
            asked = answer.status_code == 401 if "json" in sent else "/sign-in" in answer.headers.get("Location", "")
            assert asked, f"a stranger {method} {rule}: {answer.status_code}"
    assert everything() == before


def test_every_scoped_route_opens_for_someone_who_may(app: Flask, places: dict[str, Place]):
    """Otherwise the refusals above would prove nothing: the same address and the same fields get past the guard for someone."""
    wanted = [(method, rule) for rule in scoped(app) for method in ("GET", "POST") if method in (rule.methods or ()) and rule.endpoint not in SLOW]
    takes_away = ("/removal", "/end", "/withdrawal")  # these come last, what lies deepest first
    for method, rule in sorted(wanted, key=lambda one: (one[0], one[1].rule.endswith(takes_away), -len(one[1].rule))):
        assert opens(app, rule, method, places), f"nobody of the cast gets past the guard of {method} {rule}. Give filled() the fields it takes."


@pytest.mark.parametrize("who", CAST)
def test_no_page_lists_or_names_anyone_beyond_reach(who: str, app: Flask, places: dict[str, Place]):
    client = client_for(app, tree.person(who))
    for rule in app.url_map.iter_rules():
        for path in own_pages(app, rule, who, places):
            for query in queries(app, rule, who, places):
                answer = client.get(path, query_string=query) if query else opened(client, who, path)
                assert answer.status_code < 500, f"{who} at {path} {query}: {answer.status_code}"
                found = named(who, answer.get_data(as_text=True), places) if answer.mimetype in {"text/html", "application/json"} else set()
                assert not found, f"{who} reads of {sorted(found)} at {path} {query}. Scope is authorisation: fetch within the reach of the one who asks."


@pytest.mark.parametrize("who", EVERYONE)
def test_no_form_reaches_beyond_by_an_id_smuggled_into_it(who: str, app: Flask, places: dict[str, Place]):
    client = client_for(app, tree.person(who))
    beyond = sorted(ALL - CAST[who][1])
    before = about(beyond, places)
    for path, form in forms_of(app, client, who, places):
        for field in sorted(carriers(form)):
            for place in beyond:
                answer = client.post(path, data=smuggled(form, field, places[place]))
                told = f"{who} posts {field} of {place} to {path}: {answer.status_code}"
                assert answer.status_code < 500, told
                assert not named(who, answer.get_data(as_text=True), places), f"{told} names someone beyond reach"
            touched = [table for table, rows in about(beyond, places).items() if rows != before[table]]
            assert not touched, f"{who} posts {field} of {beyond} to {path}: {touched} say something new of a place beyond reach"


def test_every_field_that_carries_an_id_is_known(app: Flask, places: dict[str, Place]):
    seen: set[str] = set()
    for who in CAST:
        for path, form in forms_of(app, client_for(app, tree.person(who)), who, places):
            for field, options in form.items():
                seen.add(pattern(field))
                numbers = any(option.isdigit() for option in options)
                known = pattern(field) in FIELDS or pattern(field) in HARMLESS
                assert known or not (numbers or field.endswith("_id")), (
                    f"the form at {path} has a field {field} that looks like an id. Say in FIELDS what it names, so that it is smuggled; or in HARMLESS why not."
                )
    unused = set(FIELDS) - seen
    assert not unused, f"no form has {sorted(unused)}: strike it from FIELDS, or plant what makes the form appear"


# What is asked, and of whom


def kind_of(rule: Rule) -> str | None:
    """Whose the thing is that an address names; None for what is open to whoever signs in."""
    if rule.endpoint in OWN_SESSION or rule.arguments & OF_ONESELF:
        return "oneself"
    if rule.arguments & OF_PEOPLE:
        return "people"
    if rule.arguments & OF_CAMPAIGNS:
        return "campaigns"
    return "courses" if rule.arguments & OF_COURSES and rule.endpoint.startswith(("catalogue.", "quizzes.", "audit.practice_asked", "study.preview")) else None


def scoped(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if kind_of(rule)]


def reach(who: str, rule: Rule) -> set[str]:
    """The places where this person may be let in by this route."""
    kind = kind_of(rule)
    if kind == "oneself":
        return TOWN if who == "刘己" and {"asset_id", "file_id", "upload_id"} & rule.arguments else NOWHERE  # a recording or questions they brought
    if kind == "courses":
        return COURSES.get(who, NOWHERE)
    if kind == "campaigns":
        return QC if CAST[who][1] <= QC else ALL - QC
    return CAST[who][1]


def allowed(app: Flask, rule: Rule, roles: tuple[str, ...]) -> bool:
    """Whether a post of one of these roles lets anyone use the route at all."""
    kind, *capabilities = app.view_functions[rule.endpoint].access  # type: ignore[attr-defined]
    return kind != "may" or any(grants(role, capability) for role in roles for capability in capabilities)


def address(rule: Rule, place: Place) -> str:
    values: dict[str, Any] = {name: 1 if name in OPEN else place[name] for name in rule.arguments}
    if rule.endpoint in OWN_SESSION:
        values["session_id"] = place["study_session_id"]
    if "course_id" in values:
        values["course_id"] = place["studied_id" if "person_id" in values else "draft_id" if kind_of(rule) == "courses" else "course_id"]
    built = rule.build(values)
    assert built is not None, f"no address can be built for {rule}"
    return str(built[1])


def attempts(rule: Rule, place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every method, with fields that would be taken and with none."""
    if "GET" in (rule.methods or ()):
        yield "GET", {}
    if rule.endpoint in SPOKEN:
        yield "POST", {"json": SPOKEN[rule.endpoint]}
    elif "POST" in (rule.methods or ()):
        yield "POST", {"data": filled(place)}
        yield "POST", {"data": {}}


def filled(place: Place) -> dict[str, Any]:
    """The fields of every form at once, filled in so that each would be taken at this place."""
    day = TODAY.isoformat()
    return {
        **{name: place[name] for name in ("organization_id", "person_id", "course_id")},
        **{"name": "新名字", "stage": "full", "expectation": "required", "contact": "", "mobile": "", "user_name": f"name{place['person_id']}"},
        **{
            "role": "branch_clerk",
            "note": "说明",
            "campaign": place["campaign_id"],
            "answer": "答复",
            "reason": "原因",
            "field": "person_name",
            "value": "新名",
        },
        **{"kind": "group_viewing", "held_on": day, "venue": "会议室", "present": place["person_id"]},
        **{"destination": "柳荫村党支部", "origin": "石桥村党支部", "code": f"N{place['person_id']}", "type": "", "parent_id": place["parent_id"]},
        **{"audience": "党员", "trainers": "", "plan": "", "summary": "", "issuer": "县委党校", "class_id": 0, "makes_up_id": 0},
        **{"delivered_on": day, "delivered_by": "某某", "what": "讲解", "title": "标题", "target": "5", "since": day, "until": day, "basis": ""},
        **{
            "hours": "1",
            "remarks": "意见",
            "words": "",
            "lesson_id": place["practice_id"],
            "lesson_title": "新课",
            "chapter_title": "新章",
            "text": "文字",
            "to": "up",
            "how": "typed",
            "make": "certificate_list",
        },
    }


def opens(app: Flask, rule: Rule, method: str, places: dict[str, Place]) -> bool:
    """Whether someone in the cast, or the learner themselves, gets past the guard."""
    askers = [(tree.person(who), reach(who, rule)) for who, (roles, _) in CAST.items() if allowed(app, rule, roles)]
    for person_id, within in askers + [(place["person_id"], {name}) for name, place in places.items()]:
        client = client_for(app, person_id)
        for name in sorted(within):
            ways = [values for verb, values in attempts(rule, places[name]) if verb == method]
            if any(client.open(address(rule, places[name]), method=method, **sent).status_code not in {403, 404} for sent in ways):
                return True
    return False


# What must not be told


def named(who: str, text: str, places: dict[str, Place]) -> set[str]:
    """The learners beyond reach of whom a page tells by name."""
    return {place.learner for name, place in places.items() if name not in CAST[who][1] and place.learner in text}


def everything() -> dict[str, str]:
    """A digest of every table but those that a signed-in test itself fills."""
    db.session.rollback()  # what another connection wrote meanwhile is seen by a new transaction alone
    return {name: _digest(table, None) for name, table in Base.metadata.tables.items() if name not in MAKES_NO_ROW}


def about(beyond: list[str], places: dict[str, Place]) -> dict[str, str]:
    """A digest, by table, of the rows that say something of the people and organizations of these places."""
    db.session.rollback()
    ids = {"person": {places[place]["person_id"] for place in beyond}, "organization": {places[place]["organization_id"] for place in beyond}}
    return {name: _digest(table, ids) for name, table in Base.metadata.tables.items() if name not in MAKES_NO_ROW}


def _digest(table: Any, ids: dict[str, set[int]] | None) -> str:
    rows = db.session.execute(select(table)).all()
    if ids is not None:
        columns = [(place, key.column.table.name) for place, column in enumerate(table.columns) for key in column.foreign_keys]
        columns += [(place, table.name) for place, column in enumerate(table.columns) if column.primary_key]
        rows = [row for row in rows if any(row[place] in ids.get(target, ()) for place, target in columns)]
    return hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()


# Pages and their forms


def own_pages(app: Flask, rule: Rule, who: str, places: dict[str, Place]) -> list[str]:
    """The addresses at which this person finds a page of their own places."""
    if "GET" not in (rule.methods or ()) or rule.endpoint in SLOW or rule.arguments & set(OPEN) or not allowed(app, rule, CAST[who][0]):
        return []
    if not rule.arguments:
        return [str(rule)]
    within = reach(who, rule) if kind_of(rule) else {"town"}
    return [address(rule, places[place]) for place in sorted(within & {"willow", "town", "far", "outside"})]


def opened(client: FlaskClient, who: str, path: str) -> Response:
    """What this person finds at an address in the tree as it was planted, which is the same tree at the beginning of each test: asked for once."""
    if (who, path) not in OPENED:
        answer = client.get(path)
        OPENED[who, path] = Response(answer.get_data(), answer.status, mimetype=answer.mimetype)  # without the app that gave it
    return OPENED[who, path]


def queries(app: Flask, rule: Rule, who: str, places: dict[str, Place]) -> Iterator[dict[str, Any]]:
    """What could be smuggled in behind the question mark: nothing, then each word the view reads."""
    yield {}
    for word in sorted(asked_in(app.view_functions[rule.endpoint]) & set(WORDS)):
        kind = WORDS[word]
        values = kind if isinstance(kind, tuple) else sorted({places[place][kind] for place in ALL - CAST[who][1]})
        yield from ({word: value} for value in values)


@cache
def asked_in(view: Any) -> set[str]:
    """The words of an address that a view, or a helper it calls by name in its module, reads."""
    module = inspect.getmodule(view)
    texts = [inspect.getsource(view)]
    texts += [inspect.getsource(getattr(module, name)) for name in set(re.findall(r"\b(_\w+)\(", texts[0])) if inspect.isfunction(getattr(module, name, None))]
    return set(re.findall(r'request\.args\.get\(\s*"(\w+)"', "\n".join(texts)))


class Forms(HTMLParser):
    """The forms of a page that post: (where to, {field: the values it offers})."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.path, self.found, self.open, self.select = path, [], None, ""  # type: ignore[var-annotated]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = (given.get("action") or self.path, {}) if given.get("method") == "post" else None
            if self.open:
                self.found.append(self.open)
        elif self.open and tag in {"input", "select", "textarea"} and given.get("name"):
            self.select = given["name"]
            self.open[1].setdefault(self.select, []).extend([given["value"]] if "value" in given else [])
        elif self.open and tag == "option":
            self.open[1][self.select].append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.open = None if tag == "form" else self.open


def forms_of(app: Flask, client: FlaskClient, who: str, places: dict[str, Place]) -> list[tuple[str, dict[str, list[str]]]]:
    """Every form that this person finds on a page of their own places."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("accounts."):
            continue
        for path in own_pages(app, rule, who, places):
            answer = opened(client, who, path)
            if (who, path) not in FORMS:
                readable = answer.status_code == 200 and answer.mimetype == "text/html"
                FORMS[who, path] = [one for one in Forms(answer.get_data(as_text=True), path).found if one[0].startswith("/")] if readable else []
            found += FORMS[who, path]
    return list({path + repr(sorted(form)): (path, form) for path, form in found}.values())


def pattern(field: str) -> str:
    """A field with its numbers taken out: share-* for share-12."""
    return re.sub(r"^([qbd])(?:\d+|__place__)-.*", r"\1*-*", re.sub(r"^(q|share-|reason-|seen-)\d+$", r"\1*", field))


def carriers(form: dict[str, list[str]]) -> set[str]:
    """The fields of a form that carry an id; of many of one kind the first."""
    return set({pattern(field): field for field in sorted(form, reverse=True) if pattern(field) in FIELDS}.values())


def smuggled(form: dict[str, list[str]], field: str, place: Place) -> dict[str, Any]:
    """The form as it stands, filled in where it is empty, with the id of something at `place` in one field."""
    usual = filled(place)
    values: dict[str, Any] = {name: next(iter(options), "") or usual.get(name, "") for name, options in form.items()}
    kind = FIELDS[pattern(field)]
    if "*" in pattern(field):
        values[pattern(field).replace("*", str(place[kind]))] = "7" if pattern(field) == "share-*" else "请假"
    else:
        values[field] = place[kind]
    return values
