"""Quizzes written, copied and discarded."""

import pytest

from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.questions import actions, queries
from courses.questions.models import Question, Quiz, QuizItem
from courses.questions.rules import NewItem, Terms
from learning.organization.models import Person
from tests.people import NOW

ITEMS = [
    NewItem("single", "一", ("甲", "乙"), (1,), "因为", score=2),
    NewItem("multiple", "二", ("甲", "乙", "丙"), (2, 0)),
    NewItem("true_false", "三", ("对", "错"), (0,)),
]


def write(county, items=ITEMS):
    with transaction():
        return actions.write_quiz("小测验", items, terms=Terms(shuffled=False), actor=db.session.get(Person, county.trainer), now=NOW).id


def test_a_quiz_is_read_as_it_was_written(county):
    quiz_id = write(county)
    assert [(item.kind, item.stem, item.answer) for item in queries.items(quiz_id)] == [
        ("single", "一", (1,)),
        ("multiple", "二", (0, 2)),
        ("true_false", "三", (0,)),
    ]
    outline = queries.quiz(quiz_id)
    assert (outline.title, outline.pass_mark, outline.terms.shuffled, outline.count) == ("小测验", 60, False, 3)


def test_a_bad_question_is_named_and_nothing_is_kept(county):
    with pytest.raises(Refused, match="第 2 题"):
        write(county, [ITEMS[0], NewItem("single", "", ("甲", "乙"), (0,))])
    assert db.session.query(Quiz).count() == 0


def test_a_quiz_has_at_least_one_question(county):
    with pytest.raises(Refused, match="至少要有一道题"):
        write(county, [])


def test_a_copy_has_rows_of_its_own(county):
    quiz_id = write(county)
    with transaction():
        copy_id = actions.copy_quiz(quiz_id, actor=db.session.get(Person, county.trainer), now=NOW).id
    first, second = queries.items(quiz_id), queries.items(copy_id)
    assert not {item.id for item in first} & {item.id for item in second}
    assert [(item.stem, item.options, item.answer, item.score) for item in first] == [(item.stem, item.options, item.answer, item.score) for item in second]


def test_a_discarded_quiz_takes_only_questions_that_no_other_quiz_uses(county):
    quiz_id, other_id = write(county), write(county, ITEMS[:1])
    with transaction():
        shared = db.session.query(QuizItem).filter_by(quiz_id=quiz_id).first().question_id
        db.session.add(QuizItem(quiz_id=other_id, question_id=shared, position=9))
    with transaction():
        actions.discard(quiz_id)
    assert db.session.get(Quiz, quiz_id) is None
    assert db.session.query(Question).count() == 2
    assert len(queries.items(other_id)) == 2
