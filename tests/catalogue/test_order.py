"""Chapters, order by buttons and by dragging, two trainers at one series, required and elective, what comes first, and a course copied."""

import re

import pytest

from courses.catalogue import actions, order_actions, queries
from courses.catalogue.models import Course, Lesson
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.questions import queries as question_queries
from learning.organization.actions import appoint
from learning.organization.models import Organization, Person
from tests.clients import client_for
from tests.people import NOW, TODAY

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def trainer(app, county):
    return client_for(app, county.trainer)


def do(action, *args, **kwargs):
    with transaction():
        return action(*args, **kwargs)


def seen(page):
    return re.search(r'name="seen" value="(\w+)"', page.text)[1]


def marks(page):
    return re.findall(r'data-mark="(\w+)"', page.text)


def shape(version_id):
    db.session.rollback()
    return [(lesson.chapter, lesson.title) for lesson in queries.outline(version_id).lessons]


def test_lessons_are_put_under_chapters_by_buttons_and_by_dragging(trainer, workshop):
    version_id = workshop.draft()
    address = f"/workshop/courses/{workshop.course_id(version_id)}"
    trainer.post(f"{address}/chapters", data={"chapter_title": "第一章"})
    assert "已经有同名的章节" in trainer.post(f"{address}/chapters", data={"chapter_title": "第一章"}).text
    page = trainer.get(address)
    first, second, chapter = marks(page)
    assert trainer.post(f"{address}/order", data={"seen": seen(page), "move": f"{chapter} up"}).status_code == 302
    assert shape(version_id) == [("", "讲座"), ("第一章", "读本")]
    page = trainer.get(address)
    moved = trainer.post(f"{address}/order", data={"seen": seen(page), "order": f"{chapter},{second},{first}"}, headers=SCRIPT)
    assert shape(version_id) == [("第一章", "读本"), ("第一章", "讲座")]
    back = trainer.post(f"{address}/order", data={"seen": moved.json["seen"], "order": f"{first},{chapter},{second}"}, headers=SCRIPT)
    assert shape(version_id) == [("", "讲座"), ("第一章", "读本")]
    assert back.json["seen"] == seen(page)
    trainer.post(f"/workshop/chapters/{chapter[1:]}", data={"chapter_title": "改名"})
    assert shape(version_id)[1] == ("改名", "读本")
    trainer.post(f"/workshop/chapters/{chapter[1:]}/removal")
    assert shape(version_id) == [("", "讲座"), ("", "读本")]


def test_an_order_that_lost_or_invents_something_is_turned_down(trainer, workshop):
    version_id = workshop.draft()
    address = f"/workshop/courses/{workshop.course_id(version_id)}"
    page = trainer.get(address)
    first, second = marks(page)
    for wanted in (first, f"{first},{first}", f"{first},{second},l999", "", f"{first},k1"):
        answer = trainer.post(f"{address}/order", data={"seen": seen(page), "order": wanted}, headers=SCRIPT)
        assert answer.status_code == 409, wanted
    assert [title for _, title in shape(version_id)] == ["讲座", "读本"]


def test_two_trainers_at_one_series_do_not_overwrite_each_other(app, county, workshop):
    one, two = workshop.published(title="甲课"), workshop.published(title="乙课")
    series = workshop.version(one).course.series_id
    with transaction():
        workshop.version(two).course.series_id = series
        appoint(db.session.get(Person, county.town_admin), "trainer", db.session.get(Organization, county.town), since=TODAY, actor=None, now=NOW)
    mine, other = client_for(app, county.trainer), client_for(app, county.town_admin)
    page, stale = mine.get(f"/workshop/series/{series}"), other.get(f"/workshop/series/{series}")
    first, second = marks(page)
    assert mine.post(f"/workshop/series/{series}/order", data={"seen": seen(page), "order": f"{second},{first}"}, headers=SCRIPT).status_code == 200
    late = other.post(f"/workshop/series/{series}/order", data={"seen": seen(stale), "move": f"{second} up"})
    assert late.status_code == 409
    assert "刚才有人改过" in late.text
    db.session.rollback()
    assert [row.title for row in queries.listed()] == ["乙课", "甲课"]
    other.post(f"/workshop/series/{series}", data={"elective": str(workshop.course_id(one))})
    assert queries.electives() == {workshop.course_id(one)}
    assert client_for(app, county.secretary).get(f"/workshop/series/{series}").status_code == 403


def test_elective_lessons_and_their_quizzes_are_not_required(trainer, workshop):
    version_id = workshop.draft()
    lecture, text = workshop.version(version_id).lessons
    trainer.post(f"/workshop/lessons/{text.id}", data={"title": "读本", "text": "## 一\n\n正文", "elective": "y"})
    outline = queries.outline(version_id)
    assert outline.requirement.origins == {lecture.origin}
    assert outline.requirement.quiz_ids == {outline.final_quiz_id}
    trainer.post(f"/workshop/lessons/{lecture.id}", data={"title": "讲座", "elective": "y"})
    with pytest.raises(Refused, match="至少留一课必修"):
        do(actions.submit, workshop.version(version_id), actor=workshop.person("trainer"), now=NOW)


def test_courses_never_wait_for_each_other_in_a_ring(trainer, workshop):
    first, second, third = (workshop.published(title=title) for title in ("甲", "乙", "丙"))
    ids = [workshop.course_id(one) for one in (first, second, third)]
    drafts = [do(actions.new_version, workshop.version(one).course, actor=workshop.person("trainer"), now=NOW).id for one in (first, second, third)]
    do(order_actions.put_first, workshop.version(drafts[0]), [ids[1]])
    trainer.post(f"/workshop/courses/{ids[1]}/prerequisites", data={"first": ids[2]})
    answer = trainer.post(f"/workshop/courses/{ids[2]}/prerequisites", data={"first": ids[0]})
    assert answer.status_code == 422
    assert "《丙》 → 《甲》 → 《乙》 → 《丙》" in answer.text
    with pytest.raises(Refused, match="绕成一圈"):
        do(order_actions.put_first, workshop.version(drafts[2]), [ids[2]])
    with pytest.raises(Refused, match="已经发布"):
        do(order_actions.put_first, workshop.version(drafts[2]), [workshop.course_id(workshop.draft())])
    assert queries.outline(drafts[0]).prerequisites == (ids[1],)
    assert queries.outline(drafts[2]).prerequisites == ()


def test_a_copy_is_a_course_of_its_own_with_the_same_files(trainer, workshop):
    version_id = workshop.published()
    source = queries.outline(version_id)
    do(actions.new_version, workshop.version(version_id).course, actor=workshop.person("trainer"), now=NOW)
    with transaction():
        order_actions.add_chapter(queries.own_version(workshop.person("trainer"), source.course_id), "末章")
    answer = trainer.post(f"/workshop/courses/{source.course_id}/copies")
    copy = queries.own_version(workshop.person("trainer"), int(answer.location.rsplit("/", 1)[1]))
    outline = queries.outline(copy.id)
    assert (copy.number, copy.title, copy.course.series_id) == (1, "消防安全进家门（副本）", workshop.version(version_id).course.series_id)
    assert [row.title for row in copy.chapters] == ["末章"]
    assert [row.asset_id for row in outline.lessons] == [row.asset_id for row in source.lessons]
    assert not {row.origin for row in outline.lessons} & {row.origin for row in source.lessons}
    assert not outline.quiz_ids & source.quiz_ids
    assert [item.stem for item in question_queries.items(outline.final_quiz_id)] == [item.stem for item in question_queries.items(source.final_quiz_id)]
    assert db.session.query(Course).count() == 2
    assert db.session.query(Lesson).count() == 6
    assert client_for(trainer.application, workshop.county.town_admin).post(f"/workshop/courses/{source.course_id}/copies").status_code == 403
