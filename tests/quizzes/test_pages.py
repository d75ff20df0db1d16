"""The paper as a page: no answer before submission, no score from a browser, nobody else's paper."""

import re
from datetime import date

import pytest

from courses.catalogue.models import CourseVersion
from courses.kernel.db import db, transaction
from courses.questions import queries as questions
from courses.questions.actions import write_quiz
from courses.questions.rules import NewItem
from learning.hours import actions as hours
from learning.organization.models import Person
from learning.quizzes.models import Answer, Attempt, HandIn, QuizSubmission
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

GIVEAWAYS = ("全国火警。", "燃气常识。", "正确答案", "答对", "right", "correct")


@pytest.fixture
def course(county):
    with transaction():
        hours.set_policy(date(2026, 1, 1), now=NOW)
    return make_course(county)


@pytest.fixture
def client(app, county):
    return client_for(app, county.member)


def begin(client, course):
    """The address of a paper of the final quiz."""
    return client.post(f"/courses/{course.course}/quizzes/{course.quiz}/attempts").location


def submit(client, paper, answers, course):
    data = {f"q{question}": chosen for question, chosen in zip(course.questions, answers, strict=True)}
    return client.post(f"{paper}/submission", data=data)


def main(page):
    """The page's own part, where a giveaway would stand."""
    return page.get_data(as_text=True).split("<main")[1].split("</main>")[0]


def test_no_answer_stands_on_the_paper_before_submission(client, course):
    paper = begin(client, course)
    for _ in range(2):  # also once an answer was saved
        page = main(client.get(paper))
        assert "发现火灾应拨打" in page
        for giveaway in GIVEAWAYS:
            assert giveaway not in page
        client.post(f"{paper}/answers", json={"question": course.questions[0], "chosen": [1], "sequence": 1})


def test_saving_an_answer_does_not_say_whether_it_is_right(client, course):
    paper = begin(client, course)
    said = [client.post(f"{paper}/answers", json={"question": course.questions[0], "chosen": [chosen], "sequence": chosen}) for chosen in (0, 1)]
    assert [answer.status_code for answer in said] == [200, 200]
    wrong, right = (answer.get_json() for answer in said)
    assert wrong == {**right, "sequence": 0} and set(right) == {"saved", "stands", "sequence", "late"}


def test_after_submission_every_answer_is_explained(client, course):
    paper = begin(client, course)
    assert submit(client, paper, [["0"], ["0", "2"]], course).location == paper
    page = main(client.get(paper))
    assert "全国火警。" in page
    assert "（正确答案）" in page
    assert "再做一次" in page


def test_a_form_without_scripts_is_marked_by_the_server_alone(client, course):
    paper = begin(client, course)
    data = {f"q{course.questions[0]}": "0", "score": "100", "passed": "1", "right": str(course.questions[0]), "pass_mark": "0"}
    client.post(f"{paper}/submission", data=data)
    row = db.session.query(QuizSubmission).one()
    assert (row.score, row.passed, row.right) == (0, False, [])


def test_an_answer_with_half_a_character_is_refused_and_the_paper_goes_on(client, county, course):
    blank = NewItem("fill_in", "火警电话是____", (), ("119",))
    with transaction() as session:
        quiz = write_quiz("卷", [blank], actor=session.get(Person, county.trainer), now=NOW)
        session.get(CourseVersion, course.version).final_quiz_id = quiz.id
        quiz_id = quiz.id
    paper, question = client.post(f"/courses/{course.course}/quizzes/{quiz_id}/attempts").location, questions.items(quiz_id)[0].id
    half = {"question": question, "chosen": ["\ud800"], "sequence": 1}
    assert client.post(f"{paper}/answers", json=half).status_code == 422
    assert client.post(f"{paper}/submission", json={"answers": [half]}).status_code == 422
    assert db.session.query(Answer).count() == db.session.query(HandIn).count() == 0
    assert client.post(f"{paper}/answers", json=half | {"chosen": ["119"]}).status_code == 200
    assert client.post(f"{paper}/submission", json={"answers": []}).status_code == 200
    assert db.session.query(QuizSubmission).one().score == 100


@pytest.mark.parametrize("body", [b'{"answers": [{"question": 1, "cho', b"", b"[]", b"null"])
def test_a_paper_is_not_handed_in_without_what_came_with_it(client, course, body):
    paper = begin(client, course)
    assert client.post(f"{paper}/submission", data=body, content_type="application/json").status_code == 422
    assert db.session.query(HandIn).count() == 0


def test_no_script_hands_in_a_score(client, course):
    paper = begin(client, course)
    for body in ({"score": 100, "passed": True}, {"question": course.questions[0], "chosen": [1], "sequence": 1, "score": 100}):
        client.post(f"{paper}/answers", json=body)
    client.post(f"{paper}/submission", json={"score": 100})
    assert db.session.query(QuizSubmission).one().score == 50


def test_questions_that_weigh_differently_say_so_on_the_paper_and_in_the_result(county, client, course):
    items = [NewItem("single", "一", ("甲", "乙"), (1,), score=3), NewItem("single", "二", ("甲", "乙"), (1,))]
    with transaction() as session:
        quiz = write_quiz("卷", items, actor=session.get(Person, county.trainer), now=NOW)
        session.get(CourseVersion, course.version).final_quiz_id = quiz.id
        quiz_id = quiz.id
    paper = client.post(f"/courses/{course.course}/quizzes/{quiz_id}/attempts").location
    page = main(client.get(paper))
    assert "分值 3" in page and "分值 1" in page and "得分按分值折成 100 分" in page
    one = questions.items(quiz_id)[0].id
    client.post(f"{paper}/submission", data={f"q{one}": "1", "do": "submit-anyway"})
    page = main(client.get(paper))
    assert "全卷分值 4，答对的题分值 3，折成 100 分，得 75 分。" in page and "1/2" in page and "分值 3" in page


def test_questions_that_weigh_the_same_say_nothing_of_it(client, course):
    paper = begin(client, course)
    assert "分值" not in main(client.get(paper))
    submit(client, paper, [["1"], ["0", "2"]], course)
    assert "分值" not in main(client.get(paper))


@pytest.mark.parametrize(
    "body",
    [
        "words",
        [],
        {},
        {"question": "1", "chosen": [1], "sequence": 1},
        {"question": 1, "chosen": "1", "sequence": 1},
        {"question": 1, "chosen": [True], "sequence": 1},
        {"question": 1, "chosen": [1.0], "sequence": 1},
        {"question": 1, "chosen": [1], "sequence": -1},
        {"question": 1, "chosen": [1], "sequence": 2**31},
        {"question": 1, "chosen": list(range(21)), "sequence": 1},
        {"question": 2**70, "chosen": [1], "sequence": 1},
        {"question": 1, "chosen": [2**70], "sequence": 1},
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_in_words(client, course, body):
    answer = client.post(f"{begin(client, course)}/answers", json=body)
    assert answer.status_code == 422
    assert "刷新" in answer.get_json()["error"]
    assert db.session.query(Answer).count() == 0


@pytest.mark.parametrize("typed", ["x", "9", "-1", str(2**70)])
def test_a_form_with_a_choice_that_is_none_submits_nothing(client, course, typed):
    paper = begin(client, course)
    answer = client.post(f"{paper}/submission", data={f"q{course.questions[0]}": typed})
    assert answer.status_code in {302, 422}
    assert not any(row.chosen for row in db.session.query(Answer))


def test_sending_the_form_twice_submits_once(client, course):
    paper = begin(client, course)
    submit(client, paper, [["1"], ["0", "2"]], course)
    assert submit(client, paper, [["0"], ["1"]], course).location == paper
    assert db.session.query(QuizSubmission).one().score == 100
    assert db.session.query(Attempt).count() == 1


def test_pressing_begin_twice_hands_out_one_paper_and_a_new_one_after_submission(client, course):
    first = begin(client, course)
    assert begin(client, course) == first
    submit(client, first, [["0"], ["1"]], course)
    assert begin(client, course) != first


def test_nobody_reads_answers_or_submits_the_paper_of_another(app, county, client, course):
    paper = begin(client, course)
    for who in (county.neighbour, county.secretary, county.auditor):
        other = client_for(app, who)
        assert other.get(paper).status_code == 404
        assert other.post(f"{paper}/answers", json={"question": course.questions[0], "chosen": [1], "sequence": 1}).status_code == 404
        assert other.post(f"{paper}/submission").status_code == 404
    assert db.session.query(Answer).count() == db.session.query(QuizSubmission).count() == 0


def test_a_quiz_of_another_course_is_not_handed_out(client, county, course):
    other = make_course(county, title="另一门")
    assert client.post(f"/courses/{course.course}/quizzes/{other.quiz}/attempts").status_code == 404
    assert db.session.query(Attempt).count() == 0


def test_a_paper_begun_can_be_gone_on_with_elsewhere(app, county, client, course):
    paper = begin(client, course)
    client.post(f"{paper}/answers", json={"question": course.questions[1], "chosen": [0, 2], "sequence": 1})
    page = main(client_for(app, county.member).get(paper))
    assert page.count(" checked") == 2
    assert "已保存" in page


def test_a_paper_is_saved_left_and_finished_without_scripts(app, county, client, course):
    items = [NewItem("single", "一", ("甲", "乙"), (1,)), NewItem("fill_in", "二____", (), ("119",), "讲解词")]
    with transaction() as session:
        quiz = write_quiz("卷", items, actor=session.get(Person, county.trainer), now=NOW)
        session.get(CourseVersion, course.version).final_quiz_id = quiz.id
        quiz_id = quiz.id
    paper = client.post(f"/courses/{course.course}/quizzes/{quiz_id}/attempts").location
    one, two = (item.id for item in questions.items(quiz_id))
    assert client.post(f"{paper}/submission", data={f"q{one}": "1", f"q{two}": " １1９ ", "do": "save"}).location == paper
    page = main(client.get(paper))
    assert 'value="１1９"' in page and page.count(" checked") == 1 and "讲解词" not in page
    assert db.session.query(QuizSubmission).count() == 0
    asked = client.post(f"{paper}/submission", data={f"q{one}": "1", f"q{two}": " ", "do": "submit"}).location
    assert re.search("第 [12] 题还没有答", main(client.get(asked))) and db.session.query(QuizSubmission).count() == 0
    client.post(f"{paper}/submission", data={f"q{one}": "1", f"q{two}": "１1９", "do": "submit"})
    assert db.session.query(QuizSubmission).one().score == 100
    assert "讲解词" in main(client.get(paper))
