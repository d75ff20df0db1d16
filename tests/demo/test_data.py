"""The demo as plain data: invented throughout, in the proportions of real villages, and complete."""

import re
from collections import Counter

import pytest

from courses.catalogue.rules import characters, sections
from courses.questions.rules import complaints
from learning.accounts.rules import looks_like_identity_number, normal_mobile
from learning.demo import county, courses, history, slides
from learning.organization.rules import KINDS, ROLES, STAGES

PEOPLE = county.people()
MEMBERS = [row for row in PEOPLE if row.is_member]
BY_KEY = {course.key: course for course in courses.COURSES}


def test_the_tree_has_thirteen_branches_under_their_committees():
    codes = [place.code for place in county.PLACES]
    assert len(codes) == len(set(codes)) and len(county.BRANCHES) == 13
    assert all(place.kind in KINDS and (place.parent is None or place.parent in codes[: codes.index(place.code)]) for place in county.PLACES)


def test_the_people_have_the_proportions_of_real_villages():
    stages = Counter(row.stage for row in PEOPLE)
    assert (len(MEMBERS), stages["activist"], stages["admission_candidate"]) == (96, 5, 2)
    assert sum(row.frail for row in MEMBERS) == 6
    assert sum(row.floating for row in MEMBERS) == 12
    assert sum(not row.online for row in MEMBERS) == 14
    assert set(stages) <= set(STAGES)


def test_names_are_placeholders_and_no_two_are_alike():
    names = [row.name for row in PEOPLE]
    assert len(names) == len(set(names)) == 103
    assert set(county.PLACEHOLDERS) <= set(names)
    made = re.compile(r".(一一|二二|三三|四四)")
    assert all(name in county.PLACEHOLDERS or made.fullmatch(name) for name in names)


def test_every_branch_has_one_secretary_of_its_own_and_every_kind_of_post_is_held():
    secretaries = Counter(post.place for row in PEOPLE for post in row.posts if post.role == "branch_secretary" and post.place == row.branch)
    assert secretaries == dict.fromkeys(county.BRANCHES, 1)
    assert {post.role for row in PEOPLE for post in row.posts} == set(ROLES) - {"group_leader"}  # the demo's branches have no groups


def test_whoever_is_away_or_not_online_has_someone_to_turn_to():
    names = {row.name for row in PEOPLE}
    for row in PEOPLE:
        if row.floating or row.frail or not row.online:
            assert row.contact in names and row.contact != row.name


def test_mobile_numbers_are_invented_and_nobody_without_a_phone_has_one():
    numbers = [row.mobile for row in PEOPLE if row.mobile]
    assert len(numbers) == len(set(numbers)) == 103 - 14
    assert all(re.fullmatch(r"1990000\d{4}", number) and normal_mobile(number) for number in numbers)
    assert all(bool(row.mobile) == row.online for row in PEOPLE)


def test_no_identity_number_stands_anywhere():
    words = [str(PEOPLE), str(history.events()), str(slides.LECTURES), *(str(course) + course.text for course in courses.COURSES)]
    assert not any(looks_like_identity_number(part) for part in words)


@pytest.mark.parametrize("course", courses.COURSES, ids=lambda course: course.key)
def test_every_course_is_complete(course):
    assert 300 <= characters(course.text) <= 900
    parts = sections(course.text)
    assert 2 <= len(parts) <= 4 and all(title for title, _ in parts)
    assert 3 <= len(course.items) <= 5
    assert [complaints(item) for item in course.items if complaints(item)] == []
    assert all(item.explanation for item in course.items)
    assert course.summary and course.approved_quarters == 1
    assert bool(course.lecture) == (course.key in slides.LECTURES)
    assert bool(course.deck) == (course.key in slides.DECKS)


def test_the_four_required_courses_have_lectures_and_the_electives_are_texts():
    assert [course.key for course in courses.COURSES if course.required] == list(history.FOUR)
    assert all(course.required == bool(course.lecture) for course in courses.COURSES)


def test_what_is_spoken_is_spelled_as_it_is_said():
    for pages in slides.LECTURES.values():
        assert len(pages) >= 3
        assert not any(re.search(r"[0-9A-Za-z]", page.speech) for page in pages)
        assert all(1 <= len(page.lines) <= 4 and all(len(line) <= 22 for line in page.lines) for page in pages)


def test_the_right_answers_are_options_by_their_words():
    for course in courses.COURSES:
        right = courses.right_answers(course.title)
        assert len(right) >= len(course.items)
        assert all(set(right[item.stem]) <= set(item.options) for item in course.items)


def test_the_past_is_told_in_order_of_people_and_courses_that_exist():
    events = history.events()
    names = {row.name: row for row in PEOPLE}
    assert list(events) == sorted(events, key=lambda event: event.when)
    assert events[0].when.minus_days > -history.LAUNCHED and events[-1].when.minus_days < 0
    for event in events:
        assert event.course in BY_KEY
        if isinstance(event, history.Viewing):
            there = [*event.present, *(name for name, _ in event.excused)]
            assert len(there) == len(set(there))
            assert all(names[name].branch == event.branch for name in there)
        else:
            assert event.name in names
        if isinstance(event, history.Study):
            assert names[event.name].online, "whoever has no phone cannot have studied on one"


def test_the_headline_member_has_yet_to_begin():
    assert names_of_those_who_did_something().isdisjoint({"张甲"})
    assert next(row for row in PEOPLE if row.user_name == "member").name == "张甲"


def names_of_those_who_did_something():
    out = set()
    for event in history.events():
        out |= set(event.present) if isinstance(event, history.Viewing) else {event.name}
    return out
