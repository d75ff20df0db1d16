"""The trainer's pages over HTTP: writing a course, its lessons and its quizzes, without scripts."""

import re
from datetime import timedelta

import pytest

from courses.catalogue import actions, queries
from courses.catalogue.models import CourseVersion, Lesson, Series
from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.questions import queries as questions
from learning.organization.actions import appoint
from learning.organization.models import Organization
from tests.clients import client_for, forget_language
from tests.people import NOW


@pytest.fixture
def trainer(app, county):
    return client_for(app, county.trainer)


def read(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def newest():
    db.session.rollback()
    return db.session.query(CourseVersion).order_by(CourseVersion.id.desc()).first()


def test_the_workshop_is_empty_at_first_and_says_what_to_do(trainer):
    page = read(trainer.get("/workshop"))
    assert "您还没有课程" in page
    assert "新建课程" in page


def test_only_trainers_enter_the_workshop(app, county):
    for name in ("member", "secretary", "auditor", "reviewer"):
        assert client_for(app, getattr(county, name)).get("/workshop").status_code == 403
    assert app.test_client().get("/workshop").status_code == 302


def test_a_course_is_begun_in_a_new_series_and_then_in_the_same(trainer, county):
    page = read(trainer.get("/workshop/new"))
    assert "另开一个大讲堂" in page
    answer = trainer.post("/workshop/new", data={"series": "0", "new_series": "冬季专题", "title": "冬季取暖安全", "summary": "三句话"})
    assert answer.status_code == 302
    assert "冬季取暖安全" in read(trainer.get(answer.location))
    series = db.session.query(Series).one()
    assert series.organization_id == county.town
    trainer.post("/workshop/new", data={"series": str(series.id), "title": "第二门", "summary": ""})
    assert newest().course.series_id == series.id
    assert "第二门" in read(trainer.get("/workshop"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": ""}, "请填课程名称"),
        ({"new_series": ""}, "请给新大讲堂起个名字"),
        ({"series": "999"}, "课"),
        ({"home": "999"}, "课"),
        ({"title": "长" * 81}, "最多 80 字"),
    ],
)
def test_a_course_wrongly_begun_keeps_what_was_typed(trainer, more, words):
    data = {"series": "0", "new_series": "冬季专题", "title": "冬季取暖安全", "summary": "写了很久的简介", **more}
    page = read(trainer.post("/workshop/new", data=data), 422)
    assert words in page
    assert "写了很久的简介" in page
    assert db.session.query(CourseVersion).count() == 0


def test_a_series_of_a_name_that_is_taken_is_refused_beside_its_field(trainer, workshop):
    with transaction():
        actions.open_series("冬季专题", workshop.county.town, actor=workshop.person("trainer"), now=NOW)
    page = read(trainer.post("/workshop/new", data={"series": "0", "new_series": "冬季专题", "title": "课", "summary": ""}), 422)
    assert "已经有同名的大讲堂" in page


def test_the_course_page_lists_what_is_missing_and_refuses_until_it_is_there(trainer, workshop):
    version_id = workshop.draft(asset_id=workshop.asset("waiting"))
    course_id = workshop.course_id(version_id)
    page = read(trainer.get(f"/workshop/courses/{course_id}"))
    assert "提交前还差这些" in page
    assert "准备中 0%" in page
    page = read(trainer.post(f"/workshop/courses/{course_id}/submissions", data={"note": "请看看"}), 422)
    assert "还在准备" in page
    assert "请看看" in page


def test_a_refused_submission_says_so_at_the_top_with_the_way_to_what_is_missing(trainer, workshop):
    course_id = workshop.course_id(workshop.draft(asset_id=workshop.asset("waiting")))
    assert 'role="alert"' not in read(trainer.get(f"/workshop/courses/{course_id}"))
    page = read(trainer.post(f"/workshop/courses/{course_id}/submissions"), 422)
    top = page.split('<div class="columns">')[0]
    assert "还没有提交" in top and 'href="#submit"' in top and 'role="alert"' in top
    too_long = read(trainer.post(f"/workshop/courses/{course_id}/submissions", data={"note": "长" * 501}), 422)
    assert 'href="#submit"' in too_long.split('<div class="columns">')[0]


def test_words_are_saved_and_the_tick_is_needed(trainer, workshop):
    course_id = workshop.course_id(workshop.draft())
    trainer.post(f"/workshop/courses/{course_id}", data={"title": "新名字", "summary": "一\r\n二"})
    assert (newest().title, newest().summary, newest().open_material) == ("新名字", "一\n二", False)
    assert "非涉密" in read(trainer.post(f"/workshop/courses/{course_id}/submissions"), 422)
    trainer.post(f"/workshop/courses/{course_id}", data={"title": "新名字", "summary": "", "open_material": "y"})
    assert trainer.post(f"/workshop/courses/{course_id}/submissions").status_code == 302
    page = read(trainer.get(f"/workshop/courses/{course_id}"))
    assert "待审核" in page
    assert "加一课" not in page


def test_lessons_are_added_edited_moved_and_removed(trainer, workshop):
    course_id = workshop.course_id(workshop.draft())
    answer = trainer.post(f"/workshop/courses/{course_id}/lessons", data={"lesson_title": "补充", "kind": "text"})
    lesson_id = int(answer.location.rsplit("/", 1)[1])
    page = read(trainer.get(answer.location))
    assert "小测验" in page
    trainer.post(f"/workshop/lessons/{lesson_id}", data={"title": "补充读物", "text": "## 甲\r\n\r\n**要点**<script>alert(1)</script>"})
    page = read(trainer.get(f"/workshop/lessons/{lesson_id}"))
    assert "<strong>要点</strong>" in page
    assert "<script>alert" not in page
    seen = re.search(r'name="seen" value="(\w+)"', read(trainer.get(f"/workshop/courses/{course_id}")))[1]
    trainer.post(f"/workshop/courses/{course_id}/order", data={"seen": seen, "move": f"l{lesson_id} up"})
    assert [lesson.title for lesson in queries.outline(newest().id).lessons] == ["讲座", "补充读物", "读本"]
    trainer.post(f"/workshop/lessons/{lesson_id}/removal")
    assert [lesson.title for lesson in queries.outline(newest().id).lessons] == ["讲座", "读本"]
    assert "请填课时名称" in read(trainer.post(f"/workshop/courses/{course_id}/lessons", data={"lesson_title": "", "kind": "text"}), 422)


def test_a_lesson_takes_ones_own_recording_alone(trainer, workshop):
    lesson = workshop.version(workshop.draft()).lessons[0].id
    mine, other = workshop.asset(), workshop.asset(by="reviewer")
    assert trainer.post(f"/workshop/lessons/{lesson}", data={"title": "讲座", "text": "", "asset_id": str(mine)}).status_code == 302
    assert trainer.post(f"/workshop/lessons/{lesson}", data={"title": "讲座", "text": "", "asset_id": str(other)}).status_code == 404
    assert trainer.post(f"/workshop/lessons/{lesson}", data={"title": "讲座", "text": "", "asset_id": "' or 1"}).status_code == 302
    db.session.rollback()
    assert db.session.get(Lesson, lesson).asset_id == mine
    assert f'<option value="{mine}" selected>' in read(trainer.get(f"/workshop/lessons/{lesson}"))


def test_another_trainers_course_is_not_there(app, county, workshop):
    version_id = workshop.draft()
    course_id, lesson_id = workshop.course_id(version_id), workshop.version(version_id).lessons[1].id
    other = _second_trainer(app, workshop)
    for path in (f"courses/{course_id}", f"courses/{course_id}/preview", f"courses/{course_id}/quiz", f"lessons/{lesson_id}", f"lessons/{lesson_id}/quiz"):
        assert other.get(f"/workshop/{path}").status_code == 404, path
    for path in ("submissions", "versions", "lessons", "quiz/removal"):
        data = {"lesson_title": "加", "kind": "text"}
        assert other.post(f"/workshop/courses/{course_id}/{path}", data=data).status_code == 404, path
    for path in ("place", "removal", "quiz/removal"):
        assert other.post(f"/workshop/lessons/{lesson_id}/{path}").status_code == 404, path
    assert other.post(f"/workshop/courses/{course_id}", data={"title": "改"}).status_code == 404
    assert other.post(f"/workshop/courses/{course_id}/withdrawal", data={"reason": "改"}).status_code == 404


def block(n, **fields):
    return {f"q{n}-{name}": value for name, value in fields.items()}


QUIZ = {
    "title": "小测验",
    "pass_mark": "60",
    "shuffled": "y",
    "blocks": "4",
    **block(0, kind="single", stem="火警电话", option0="110", option1="119", right="1", explanation="记住"),
    **block(1, kind="multiple", stem="应当", option0="关阀", option1="开灯", option2="开窗", right=["0", "2"]),
    **block(2, kind="true_false", stem="门口要畅通", truth="0"),
    **block(3, kind="single"),
}


def test_a_quiz_of_all_three_kinds_is_written_without_scripts(trainer, workshop):
    lesson = workshop.version(workshop.draft()).lessons[0].id
    assert "第 1 题" in read(trainer.get(f"/workshop/lessons/{lesson}/quiz"))
    assert trainer.post(f"/workshop/lessons/{lesson}/quiz", data={**QUIZ, "do": "save"}).status_code == 302
    db.session.rollback()
    quiz_id = db.session.get(Lesson, lesson).quiz_id
    assert [(item.kind, item.options, item.answer) for item in questions.items(quiz_id)] == [
        ("single", ("110", "119"), (1,)),
        ("multiple", ("关阀", "开灯", "开窗"), (0, 2)),
        ("true_false", ("对", "错"), (0,)),
    ]
    page = read(trainer.get(f"/workshop/lessons/{lesson}/quiz"))
    assert page.count('data-block data-kind="') == 4  # three, and the blank one that a script copies
    assert re.search(r'name="q0-right" value="1" checked', page)


def test_one_more_question_loses_nothing(trainer, workshop):
    lesson = workshop.version(workshop.draft()).lessons[0].id
    page = read(trainer.post(f"/workshop/lessons/{lesson}/quiz", data={**QUIZ, "do": "more"}))
    assert 'value="5" data-count' in page
    for typed in ("火警电话", "记住", "开窗", "门口要畅通"):
        assert typed in page
    assert re.search(r'name="q2-truth" value="0" checked', page)
    db.session.rollback()
    assert db.session.get(Lesson, lesson).quiz_id is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"q0-right": []}, "第 1 题要改一下"),
        ({"q1-stem": ""}, "第 2 题要改一下"),
        ({"q2-truth": ""}, "第 3 题要改一下"),
        ({"pass_mark": "0"}, "请填 1 到 100 的整数"),
        ({"pass_mark": "六十"}, "通过分数"),
        ({"title": ""}, "请给测验起个名字"),
        ({"blocks": "0"}, "至少要有一道题"),
    ],
)
def test_a_faulty_quiz_is_not_saved_and_says_where(trainer, workshop, more, words):
    lesson = workshop.version(workshop.draft()).lessons[0].id
    page = read(trainer.post(f"/workshop/lessons/{lesson}/quiz", data={**QUIZ, "do": "save", **more}), 422)
    assert words in page
    db.session.rollback()
    assert db.session.get(Lesson, lesson).quiz_id is None


def test_two_faults_of_a_quiz_are_two_sentences(trainer, workshop):
    lesson = workshop.version(workshop.draft()).lessons[0].id
    page = read(trainer.post(f"/workshop/lessons/{lesson}/quiz", data={**QUIZ, "do": "save", "pass_mark": "0", "q0-right": []}), 422)
    assert "有 1 处要改一下。通过分数：请填 1 到 100 的整数。<br>还没有保存：第 1 题要改一下" in page


def test_what_a_lesson_cannot_be_submitted_without_is_not_said_to_be_left_out_at_will(trainer, workshop):
    course_id = workshop.course_id(workshop.draft())
    for kind, field, wanted in (("text", "text", False), ("practice", "steps", False), ("video", "text", True)):
        made = trainer.post(f"/workshop/courses/{course_id}/lessons", data={"lesson_title": "补充", "kind": kind})
        label = re.search(rf'<label for="{field}">.*?</label>', read(trainer.get(made.location)))[0]
        assert ("可不填" in label) is wanted, kind


def test_the_fields_of_a_lesson_say_which_files_they_take_and_guard_what_is_written(trainer, workshop):
    page = read(trainer.get(f"/workshop/lessons/{workshop.version(workshop.draft()).lessons[0].id}"))
    assert 'data-kind="recording"' in page and 'data-unsaved=""' in page
    assert re.search(r'<input[^>]*name="picture"[^>]*>', page)[0].count('data-most="10485760"') == 1
    assert "unsaved.js" in page and "too-large.js" in page
    assert "盖住原来的画面" in page and "只有录音的课" not in page


def test_true_and_false_are_said_in_the_readers_language(trainer, workshop):
    forget_language()
    trainer.set_cookie("language", "en")
    page = read(trainer.get(f"/workshop/courses/{workshop.course_id(workshop.draft())}/preview"))
    assert "A. True" in page and "B. False" in page and "A. 对" not in page


def test_a_question_ticked_for_removal_goes_and_a_final_quiz_may_be_taken_away(trainer, workshop):
    version_id = workshop.draft()
    course_id = workshop.course_id(version_id)
    trainer.post(f"/workshop/courses/{course_id}/quiz", data={**QUIZ, "do": "save", "drop": ["q0-drop"]})
    assert [item.stem for item in questions.items(newest().final_quiz_id)] == ["应当", "门口要畅通"]
    trainer.post(f"/workshop/courses/{course_id}/quiz/removal")
    assert newest().final_quiz_id is None


def test_a_closed_version_leads_from_its_editors_to_what_can_be_done(trainer, workshop):
    version_id = workshop.published()
    course_id, lesson_id = workshop.course_id(version_id), workshop.version(version_id).lessons[1].id
    assert trainer.get(f"/workshop/lessons/{lesson_id}").location.endswith(f"/courses/{course_id}/preview")
    assert trainer.post(f"/workshop/courses/{course_id}/quiz", data=QUIZ).status_code == 302
    assert "不能改" in read(trainer.post(f"/workshop/lessons/{lesson_id}/removal"), 422)
    assert "119" in read(trainer.get(f"/workshop/courses/{course_id}/preview"))
    page = read(trainer.get(f"/workshop/courses/{course_id}"))
    assert "建一个新版本" in page
    assert "下架这门课程" in page


def test_a_mistake_is_mended_in_a_new_version(trainer, workshop):
    version_id = workshop.published()
    course_id = workshop.course_id(version_id)
    trainer.post(f"/workshop/courses/{course_id}/versions")
    page = read(trainer.get(f"/workshop/courses/{course_id}"))
    assert "大家现在看到的是第 1 版" in page
    assert "提交审核" in page
    assert queries.current(course_id).version_id == version_id


def test_an_author_withdraws_at_once(trainer, workshop):
    course_id = workshop.course_id(workshop.published())
    assert read(trainer.post(f"/workshop/courses/{course_id}/withdrawal", data={"reason": ""}), 422)
    assert trainer.post(f"/workshop/courses/{course_id}/withdrawal", data={"reason": "有一处错"}).status_code == 302
    assert queries.current(course_id) is None
    page = read(trainer.get(f"/workshop/courses/{course_id}"))
    assert "课程已下架" in page
    assert "有一处错" in page


def _second_trainer(app, workshop):
    with transaction():
        town = db.session.get(Organization, workshop.county.town)
        appoint(workshop.person("neighbour"), "trainer", town, since=(clock.now() - timedelta(days=1)).date(), actor=None, now=NOW)
    return client_for(app, workshop.county.neighbour)
