"""The trainer's pages of the bank: written, found, changed, picked into a quiz, drawn from, looked at as a member sees it; all without scripts."""

import re

import pytest
from sqlalchemy import select

from courses.catalogue.models import CourseVersion
from courses.kernel.db import db, transaction
from courses.questions import bank_actions
from courses.questions import queries as questions
from courses.questions.models import BankEntry, Question
from courses.questions.rules import Draw, NewItem
from learning.organization.models import Person
from tests.clients import client_for
from tests.people import NOW

BANK = [NewItem("single", f"消防第{n}题", ("甲", "乙", "丙"), (n % 3,), f"讲解{n}", "消防", 1 + n % 2) for n in range(6)]
BANK += [NewItem("fill_in", "火警电话是____", (), ("119", "一一九"), "全国火警。", "急救", 3)]


@pytest.fixture
def stocked(county):
    with transaction():
        bank_actions.add_to_bank(BANK, county.town, actor=db.session.get(Person, county.trainer), now=NOW)
    return {row.stem: row for row in db.session.scalars(select(Question))}


@pytest.fixture
def trainer(app, county):
    return client_for(app, county.trainer)


@pytest.fixture
def draft(trainer):
    done = trainer.post(
        "/workshop/new", data={"title": "新课", "series": "0", "new_series": "大讲堂", "home": db.session.scalar(select(BankEntry.organization_id))}
    )
    return done.location


def body(page):
    return page.get_data(as_text=True).split("<main")[1]


def quiz_of(draft):
    return db.session.scalars(select(CourseVersion.final_quiz_id).where(CourseVersion.course_id == int(draft.rsplit("/", 1)[1]))).one()


def test_a_question_of_every_kind_is_written_and_read_back(trainer, county):
    sent = {"q0-stem": "新题", "q0-topic": "常识", "q0-difficulty": "3", "q0-score": "2", "q0-explanation": "因为", "q0-rows": "6"}
    kinds = {
        "single": {"q0-option0": "甲", "q0-option1": "乙", "q0-right": "1"},
        "multiple": {"q0-option0": "甲", "q0-option2": "丙", "q0-right": ["0", "2"]},
        "true_false": {"q0-truth": "0"},
        "fill_in": {"q0-texts": "119\r\n 一一九 \r\n"},
    }
    for kind, answer in kinds.items():
        done = trainer.post("/workshop/bank/new", data={**sent, "q0-kind": kind, "q0-stem": f"新题{kind}", **answer})
        assert done.status_code == 302, body(done)
    made = {row.kind: row for row in db.session.scalars(select(Question))}
    assert {kind: row.answer for kind, row in made.items()} == {"single": [1], "multiple": [0, 1], "true_false": [0], "fill_in": ["119", "一一九"]}
    assert {(row.topic, row.difficulty, row.score) for row in made.values()} == {("常识", 3, 2)}
    page = body(trainer.get(f"/workshop/bank/{made['fill_in'].bank_id}"))
    assert "一一九" in page
    assert "学员看到的样子" in page


def test_a_bad_question_says_why_and_keeps_what_was_typed(trainer):
    done = trainer.post("/workshop/bank/new", data={"q0-kind": "fill_in", "q0-stem": "只有题目", "q0-topic": "常识"})
    assert done.status_code == 422
    assert "请写填空题的答案" in body(done) and "只有题目" in body(done)
    assert db.session.query(Question).count() == 0


def test_the_bank_is_found_by_topic_difficulty_kind_and_words(trainer, stocked):
    counted = {
        "": 7,
        "topic=消防": 6,
        "difficulty=1": 3,
        "kind=fill_in": 1,
        "words=第3": 1,
        "topic=消防&difficulty=2&words=题": 3,
        "words=%25": 0,
        "kind=x&difficulty=9": 7,
        "retired=1": 0,
    }
    assert {query: re.search(r"找到 (\d+) 题", body(trainer.get(f"/workshop/bank?{query}")))[1] for query in counted} == {
        query: str(number) for query, number in counted.items()
    }


def test_a_change_makes_a_version_that_says_who_and_when(trainer, stocked):
    row = stocked["火警电话是____"]
    done = trainer.post(f"/workshop/bank/{row.bank_id}", data={"q0-kind": "fill_in", "q0-stem": "火警电话号码是____", "q0-texts": "119", "q0-topic": "消防"})
    assert done.status_code == 302
    page = body(trainer.get(f"/workshop/bank/{row.bank_id}"))
    assert "第 2 版" in page and "刘己" in page and "火警电话是____" in page
    assert "火警电话号码" in body(trainer.get("/workshop/bank?topic=消防")) and "火警电话是____" not in body(trainer.get("/workshop/bank"))


def test_a_retired_question_is_offered_no_more(trainer, stocked):
    row = stocked["消防第0题"]
    trainer.post(f"/workshop/bank/{row.bank_id}/retirement")
    assert row.stem not in body(trainer.get("/workshop/bank")) and row.stem in body(trainer.get("/workshop/bank?retired=1"))
    trainer.post(f"/workshop/bank/{row.bank_id}/restoration")
    assert row.stem in body(trainer.get("/workshop/bank"))


def test_questions_are_picked_into_a_quiz_and_a_newer_version_is_taken_when_asked(trainer, stocked, draft):
    row, other = stocked["消防第1题"], stocked["火警电话是____"]
    assert trainer.post(f"{draft}/quiz/bank", data={"pick": [row.id]}).location == f"{draft}/quiz"
    trainer.post(f"{draft}/quiz/bank", data={"pick": [row.id, other.id]})
    assert [item.id for item in questions.items(quiz_of(draft))] == [row.id, other.id]
    assert "结业测验" in body(trainer.get(f"/workshop/bank/{row.bank_id}")), "where it is used"
    trainer.post(f"/workshop/bank/{other.bank_id}", data={"q0-kind": "fill_in", "q0-stem": other.stem, "q0-texts": "119", "q0-topic": "急救"})
    page = body(trainer.get(f"{draft}/quiz"))
    assert "换成新的" in page and "一一九" in page
    form = {"title": "结业", "pass_mark": "60", "blocks": "2", "q0-picked": row.id, "q1-picked": other.id}
    trainer.post(f"{draft}/quiz", data=form)
    assert questions.items(quiz_of(draft))[1].texts == ("119", "一一九"), "a quiz keeps the version it has"
    trainer.post(f"{draft}/quiz", data={**form, "renew": "q1"})
    assert questions.items(quiz_of(draft))[1].texts == ("119",)


def test_the_quiz_says_what_each_question_weighs_and_how_a_paper_is_scored(trainer, stocked, draft):
    row = stocked["消防第1题"]
    trainer.post(f"{draft}/quiz/bank", data={"pick": [row.id]})
    own = {"q1-kind": "fill_in", "q1-stem": "急救电话是____", "q1-texts": "120", "q1-score": "3"}
    trainer.post(f"{draft}/quiz", data={"title": "结业", "pass_mark": "60", "blocks": "2", "q0-picked": row.id, **own})
    page = body(trainer.get(f"{draft}/quiz"))
    assert f"分值 {row.score}" in page and "分值 3" in page
    assert "得分按分值计" in page and "做对的题占几成" not in page
    assert "分值 3" in body(trainer.get(f"{draft}/quiz/sample"))


def test_draws_are_saved_when_the_bank_holds_enough(trainer, stocked, draft):
    form = {"title": "结业", "pass_mark": "70", "shuffled": "y", "minutes": "30", "most_attempts": "3", "blocks": "0", "draws": "2"}
    rules = {"d0-topic": "消防", "d0-difficulty": "2", "d0-count": "2", "d1-topic": "", "d1-difficulty": "", "d1-count": "4"}
    assert trainer.post(f"{draft}/quiz", data={**form, **rules, "do": "preview"}).location == f"{draft}/quiz/sample"
    quiz = questions.quiz(quiz_of(draft))
    assert (quiz.count, quiz.terms.minutes, quiz.terms.most_attempts, quiz.pass_mark) == (6, 30, 3, 70)
    assert [pool.draw for pool in questions.pools(quiz.id)] == [Draw("消防", 2, 2), Draw("", None, 4)]
    sample = body(trainer.get(f"{draft}/quiz/sample"))
    assert sample.count("<fieldset") == 6 and "讲解" not in sample and "正确" not in sample
    page = body(trainer.get(f"{draft}/quiz"))
    assert 'value="30"' in page and "消防 · 6 题 · " in page
    short = trainer.post(f"{draft}/quiz", data={**form, **rules, "d1-count": "6"})
    assert short.status_code == 422 and "题库里的题不够抽" in body(short)
    assert questions.quiz(quiz_of(draft)).count == 6, "what stood is kept"


def test_a_page_with_more_rows_comes_back_with_what_was_typed(trainer, stocked, draft):
    form = {"title": "结业", "pass_mark": "60", "blocks": "1", "q0-stem": "写到一半", "draws": "1", "d0-topic": "消防", "d0-count": "2"}
    page = body(trainer.post(f"{draft}/quiz", data={**form, "do": "more-draws"}))
    assert "写到一半" in page and 'name="d1-topic"' in page
    assert trainer.post(f"{draft}/quiz", data={**form, "blocks": "0", "draws": "0", "do": "pick"}).location == f"{draft}/quiz/bank"


def test_the_bank_of_another_township_is_not_there(app, county, stocked, trainer, draft):
    with transaction():
        author = db.session.get(Person, county.trainer)
        bank_actions.add_to_bank(BANK[:1], county.other_town, actor=author, now=NOW)
    foreign = db.session.scalars(select(Question).order_by(Question.id.desc())).first()
    for path in (f"/workshop/bank/{foreign.bank_id}", f"/workshop/bank/{foreign.bank_id}/retirement"):
        assert (trainer.get(path) if path.endswith(str(foreign.bank_id)) else trainer.post(path)).status_code == 404
    assert trainer.post(f"{draft}/quiz/bank", data={"pick": [foreign.id]}).status_code == 422
    assert trainer.post("/workshop/bank/new", data={"home": county.other_town, "q0-stem": "题"}).status_code == 422
    for who in (county.member, county.reviewer, county.town_admin):
        assert client_for(app, who).get("/workshop/bank").status_code == 403


def test_a_question_that_no_database_could_hold_is_not_picked(trainer, stocked, draft):
    row = stocked["消防第1题"]
    for number in (2**31, 2**63, 10**30):
        assert trainer.post(f"{draft}/quiz/bank", data={"pick": [number]}).location == f"{draft}/quiz/bank"
        assert trainer.post(f"{draft}/prerequisites", data={"first": [number]}).status_code < 500
        assert trainer.post(f"{draft}/quiz", data={"title": "结业", "pass_mark": "60", "blocks": "1", "q0-picked": number}).status_code == 422
    trainer.post(f"{draft}/quiz/bank", data={"pick": [row.id, 2**63]})
    assert [item.id for item in questions.items(quiz_of(draft))] == [row.id]


def test_own_questions_and_picked_ones_live_in_one_quiz(trainer, stocked, draft):
    row = stocked["消防第1题"]
    own = {"q1-kind": "fill_in", "q1-stem": "急救电话是____", "q1-texts": "120"}
    done = trainer.post(f"{draft}/quiz", data={"title": "结业", "pass_mark": "60", "blocks": "2", "q0-picked": row.id, **own})
    assert done.status_code == 302
    assert [(item.stem, item.bank_id) for item in questions.items(quiz_of(draft))] == [(row.stem, row.bank_id), ("急救电话是____", None)]
    trainer.post(f"{draft}/quiz/removal")
    assert db.session.get(Question, row.id) is not None, "the bank keeps its own"
    assert db.session.query(Question).filter_by(stem="急救电话是____").count() == 0
