"""A course from its first draft to its withdrawal, and what each step refuses."""

from datetime import timedelta

import pytest

from courses.catalogue import actions, order_actions, queries, review_queries
from courses.kernel.db import db, transaction
from courses.kernel.errors import Missing, Refused
from courses.media import queries as media_queries
from courses.media.models import Asset
from courses.questions import queries as question_queries
from courses.questions.models import Quiz
from learning.organization.actions import appoint
from learning.organization.models import Organization
from tests.people import NOW, TODAY


def do(action, *args, **kwargs):
    with transaction():
        return action(*args, **kwargs)


def test_a_draft_in_order_is_submitted_returned_mended_and_published(workshop):
    version_id = workshop.submitted()
    assert workshop.state(version_id) == "submitted"
    assert queries.listed() == []
    do(actions.give_back, workshop.version(version_id), "第一课声音小", actor=workshop.person("reviewer"), now=NOW)
    assert workshop.state(version_id) == "returned"
    do(actions.edit_version, workshop.version(version_id), title="改好了", summary="", open_material=True)
    do(actions.submit, workshop.version(version_id), actor=workshop.person("trainer"), now=NOW)
    do(actions.publish, workshop.version(version_id), approved_quarters=2, actor=workshop.person("reviewer"), now=NOW)
    assert workshop.state(version_id) == "published"
    [outline] = queries.listed()
    assert (outline.title, outline.approved_quarters, len(outline.lessons), outline.lessons[0].seconds) == ("改好了", 2, 2, 1350)
    assert len(outline.requirement.quiz_ids) == 2


def test_submitting_says_everything_that_is_missing(workshop):
    version_id = workshop.draft(asset_id=workshop.asset("waiting"))
    with transaction():
        version = workshop.version(version_id)
        version.open_material = False
        actions.add_lesson(version, "text", "空的")
        actions.add_lesson(version, "video", "没传")
    with pytest.raises(Refused) as refused:
        do(actions.submit, workshop.version(version_id), actor=workshop.person("trainer"), now=NOW)
    for words in ("还在准备", "“空的”还没有正文", "“没传”还没有上传", "非涉密"):
        assert words in refused.value.message
    assert workshop.state(version_id) == "draft"


def test_a_course_without_lessons_is_not_submitted(workshop):
    version_id = workshop.draft()
    for lesson in list(workshop.version(version_id).lessons):
        do(actions.remove_lesson, lesson)
    with pytest.raises(Refused, match="至少加一课"):
        do(actions.submit, workshop.version(version_id), actor=workshop.person("trainer"), now=NOW)


def test_what_is_submitted_or_published_cannot_be_changed(workshop):
    for version_id in (workshop.submitted(), workshop.published(title="另一门")):
        trainer = workshop.person("trainer")
        changes = [
            lambda v: actions.edit_version(v, title="改", summary="", open_material=True),
            lambda v: actions.add_lesson(v, "text", "新"),
            lambda v: actions.edit_lesson(v.lessons[0], title="改", text="", asset_id=None),
            lambda v: actions.remove_lesson(v.lessons[0]),
            lambda v: order_actions.arrange(v, "", sorted),
            lambda v: order_actions.add_chapter(v, "新章"),
            lambda v: order_actions.put_first(v, []),
            lambda v: actions.set_final_quiz(v, None),
            lambda v: actions.set_lesson_quiz(v.lessons[1], None),
            lambda v, trainer=trainer: actions.submit(v, actor=trainer, now=NOW),
        ]
        for change in changes:
            with pytest.raises(Refused, match="不能改"):
                do(lambda change=change, version_id=version_id: change(workshop.version(version_id)))


def test_nobody_reviews_their_own(workshop):
    version_id = workshop.submitted()
    with transaction():
        appoint(workshop.person("trainer"), "reviewer", db.session.get(Organization, workshop.county.town), since=TODAY, actor=None, now=NOW)
    trainer = workshop.person("trainer")
    assert review_queries.waiting(trainer) == []
    for step in (
        lambda: actions.publish(workshop.version(version_id), approved_quarters=1, actor=trainer, now=NOW),
        lambda: actions.give_back(workshop.version(version_id), "嗯", actor=trainer, now=NOW),
    ):
        with pytest.raises(Refused, match="自己的课程"):
            do(step)
    assert workshop.state(version_id) == "submitted"


def test_a_reviewer_sees_their_own_township_alone(workshop):
    near, far = workshop.submitted(), workshop.submitted(title="邻镇的课", home=workshop.county.other_town)
    reviewer = workshop.person("reviewer")
    assert [row.id for row in review_queries.waiting(reviewer)] == [near]
    assert review_queries.version_for_review(reviewer, near).id == near
    for look in (review_queries.version_for_review, review_queries.version_to_see):
        with pytest.raises(Missing):
            look(reviewer, far)
    for stranger in ("member", "secretary", "auditor", "trainer"):
        assert review_queries.waiting(workshop.person(stranger)) == []
        with pytest.raises(Missing):
            review_queries.version_to_see(workshop.person(stranger), near)


def test_a_draft_never_submitted_is_its_authors_alone(workshop):
    version_id = workshop.draft()
    for name in ("reviewer", "town_admin", "county_admin"):
        with pytest.raises(Missing):
            review_queries.version_to_see(workshop.person(name), version_id)


def test_who_may_withdraw_may_look_but_not_review(workshop):
    version_id = workshop.submitted()
    admin = workshop.person("town_admin")
    assert review_queries.version_to_see(admin, version_id).id == version_id
    with pytest.raises(Missing):
        review_queries.version_for_review(admin, version_id)


def test_a_version_is_published_once(workshop):
    version_id = workshop.published()
    for step in (
        lambda: actions.publish(workshop.version(version_id), approved_quarters=1, actor=workshop.person("reviewer"), now=NOW),
        lambda: actions.give_back(workshop.version(version_id), "嗯", actor=workshop.person("reviewer"), now=NOW),
    ):
        with pytest.raises(Refused, match="待审核"):
            do(step)


@pytest.mark.parametrize("quarters", [0, -1, 401])
def test_hours_lie_within_reason(workshop, quarters):
    version_id = workshop.submitted()
    with pytest.raises(Refused, match="四分之一学时"):
        do(actions.publish, workshop.version(version_id), approved_quarters=quarters, actor=workshop.person("reviewer"), now=NOW)


def test_returning_needs_remarks(workshop):
    version_id = workshop.submitted()
    with pytest.raises(Refused, match="写明"):
        do(actions.give_back, workshop.version(version_id), "  ", actor=workshop.person("reviewer"), now=NOW)


def test_a_new_version_carries_origins_on_and_copies_quizzes(workshop):
    first_id = workshop.published()
    first = queries.outline(first_id)
    second_id = do(actions.new_version, workshop.version(first_id).course, actor=workshop.person("trainer"), now=NOW).id
    second = queries.outline(second_id)
    assert [lesson.origin for lesson in second.lessons] == [lesson.origin for lesson in first.lessons]
    assert not {lesson.id for lesson in second.lessons} & {lesson.id for lesson in first.lessons}
    assert not second.requirement.quiz_ids & first.requirement.quiz_ids
    assert [item.stem for item in question_queries.items(second.final_quiz_id)] == [item.stem for item in question_queries.items(first.final_quiz_id)]
    assert queries.current(first.course_id).version_id == first_id
    with pytest.raises(Refused, match="没发布的版本"):
        do(actions.new_version, workshop.version(first_id).course, actor=workshop.person("trainer"), now=NOW)
    do(actions.submit, workshop.version(second_id), actor=workshop.person("trainer"), now=NOW)
    do(actions.publish, workshop.version(second_id), approved_quarters=4, actor=workshop.person("reviewer"), now=NOW)
    assert queries.current(first.course_id).version_id == second_id
    assert (workshop.state(first_id), workshop.state(second_id)) == ("superseded", "published")
    assert queries.outline(first_id).requirement == first.requirement


def test_mending_a_new_version_leaves_the_old_one_whole(workshop):
    first_id = workshop.published()
    before = queries.outline(first_id)
    with transaction():
        second = actions.new_version(workshop.version(first_id).course, actor=workshop.person("trainer"), now=NOW)
        actions.set_final_quiz(second, workshop.quiz("新的", workshop.person("trainer")))
        actions.remove_lesson(second.lessons[1])
    assert queries.outline(first_id) == before
    assert len(question_queries.items(before.final_quiz_id)) == 2


def test_a_withdrawal_hides_at_once_and_is_lifted_by_another(workshop):
    version_id = workshop.published()
    course_id = workshop.course_id(version_id)
    do(actions.withdraw, workshop.version(version_id).course, "有错", actor=workshop.person("trainer"), now=NOW)
    assert (queries.current(course_id), queries.listed(), queries.is_withdrawn(course_id)) == (None, [], True)
    assert workshop.state(version_id) == "withdrawn"
    with pytest.raises(Refused, match="已经下架"):
        do(actions.withdraw, workshop.version(version_id).course, "再来", actor=workshop.person("reviewer"), now=NOW)
    with pytest.raises(Refused, match="自己的课程"):
        do(actions.reinstate, workshop.version(version_id).course, actor=workshop.person("trainer"), now=NOW)
    do(actions.reinstate, workshop.version(version_id).course, actor=workshop.person("reviewer"), now=NOW)
    assert queries.current(course_id) is not None


def test_publishing_a_newer_version_lifts_a_withdrawal(workshop):
    first_id = workshop.published()
    do(actions.withdraw, workshop.version(first_id).course, "有错", actor=workshop.person("reviewer"), now=NOW)
    second_id = do(actions.new_version, workshop.version(first_id).course, actor=workshop.person("trainer"), now=NOW).id
    do(actions.submit, workshop.version(second_id), actor=workshop.person("trainer"), now=NOW)
    assert queries.listed() == []
    do(actions.publish, workshop.version(second_id), approved_quarters=1, actor=workshop.person("reviewer"), now=NOW)
    assert [outline.version_id for outline in queries.listed()] == [second_id]


def test_who_may_withdraw(workshop):
    course_id = workshop.course_id(workshop.published())
    for name in ("trainer", "reviewer", "town_admin", "county_admin"):
        assert review_queries.course_to_withdraw(workshop.person(name), course_id).id == course_id
    for name in ("member", "secretary", "auditor"):
        with pytest.raises(Missing):
            review_queries.course_to_withdraw(workshop.person(name), course_id)


def test_a_draft_cannot_be_withdrawn_and_a_reason_is_needed(workshop):
    with pytest.raises(Refused, match="还没有发布"):
        do(actions.withdraw, workshop.version(workshop.draft()).course, "有错", actor=workshop.person("trainer"), now=NOW)
    with pytest.raises(Refused, match="原因"):
        do(actions.withdraw, workshop.version(workshop.published(title="二")).course, " ", actor=workshop.person("trainer"), now=NOW)


def test_a_course_with_a_recording_that_is_not_ready_is_never_listed(workshop):
    asset_id = workshop.asset()
    workshop.published(asset_id=asset_id)
    assert len(queries.listed()) == 1
    with transaction():
        db.session.get(Asset, asset_id).state = "waiting"
    assert queries.listed() == []


def test_a_quiz_replaced_or_removed_in_a_draft_leaves_nothing_behind(workshop):
    version_id = workshop.draft()
    assert db.session.query(Quiz).count() == 2
    with transaction():
        actions.set_final_quiz(workshop.version(version_id), workshop.quiz("新", workshop.person("trainer")))
    assert db.session.query(Quiz).count() == 2
    with transaction():
        actions.set_final_quiz(workshop.version(version_id), None)
        actions.remove_lesson(workshop.version(version_id).lessons[1])
    assert db.session.query(Quiz).count() == 0


def test_a_series_has_one_name_in_its_organization(workshop):
    trainer = workshop.person("trainer")
    do(actions.open_series, "冬季专题", workshop.county.town, actor=trainer, now=NOW)
    with pytest.raises(Refused, match="同名"):
        do(actions.open_series, "冬季专题", workshop.county.town, actor=trainer, now=NOW)
    do(actions.open_series, "冬季专题", workshop.county.other_town, actor=trainer, now=NOW)


def test_a_trainer_reaches_their_own_courses_uploads_and_series_alone(workshop):
    version_id = workshop.draft()
    far = do(actions.open_series, "邻镇", workshop.county.other_town, actor=workshop.person("trainer"), now=NOW).id
    asset_id = workshop.asset(by="reviewer")
    trainer, member = workshop.person("trainer"), workshop.person("member")
    assert queries.own_version(trainer, workshop.course_id(version_id)).id == version_id
    refused = [
        lambda: queries.own_version(member, workshop.course_id(version_id)),
        lambda: queries.own_lesson(member, workshop.version(version_id).lessons[0].id),
        lambda: media_queries.own_asset(trainer, asset_id),
        lambda: queries.own_series(trainer, far),
        lambda: queries.own_lesson(trainer, 99999),
    ]
    for look in refused:
        with pytest.raises(Missing):
            look()


def test_the_history_says_who_and_when(workshop):
    version_id = workshop.submitted()
    do(actions.give_back, workshop.version(version_id), "声音小", actor=workshop.person("reviewer"), now=NOW + timedelta(hours=1))
    do(actions.submit, workshop.version(version_id), note="改了", actor=workshop.person("trainer"), now=NOW + timedelta(hours=2))
    do(actions.publish, workshop.version(version_id), approved_quarters=2, actor=workshop.person("reviewer"), now=NOW + timedelta(hours=3))
    do(actions.withdraw, workshop.version(version_id).course, "有错", actor=workshop.person("county_admin"), now=NOW + timedelta(hours=4))
    steps = [(step.act, step.name, step.words) for step in reversed(review_queries.history(workshop.version(version_id).course))]
    assert steps[0] == ("drafted", "刘己", "")
    assert ("returned", "杨庚", "声音小") in steps
    assert ("submitted", "刘己", "改了") in steps
    assert steps[-1] == ("withdrawn", "吴壬", "有错")
