"""The bank: entered once, changed by versions, retired and brought back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.questions import bank_actions
from courses.questions.models import BankEntry, Question
from courses.questions.rules import NewItem
from learning.organization.models import Person
from tests.people import NOW

ITEMS = [
    NewItem("single", "发现火灾应拨打", ("110", "119", "120"), (1,), "全国火警。", "消防", 1),
    NewItem("fill_in", "医疗急救电话是____", (), ("120", "一二〇"), "急救电话。", "急救", 2, 2),
    NewItem("true_false", "楼房着火时应乘普通电梯尽快下楼", ("对", "错"), (1,), topic="消防"),
]


def add(county, items=ITEMS, where="town"):
    with transaction():
        return bank_actions.add_to_bank(items, getattr(county, where), actor=db.session.get(Person, county.trainer), now=NOW)


def entry(stem):
    return db.session.scalars(select(BankEntry).join(Question).where(Question.stem == stem)).first()


def revise(county, row, item, *, days=1):
    with transaction():
        return bank_actions.revise(row, item, actor=db.session.get(Person, county.trainer), now=NOW + timedelta(days=days)).version


def test_questions_are_entered_as_they_were_written(county):
    assert add(county) == bank_actions.Added(3, 0)
    rows = db.session.scalars(select(Question).order_by(Question.id)).all()
    assert [(row.kind, row.answer, row.topic, row.difficulty, row.score, row.version) for row in rows] == [
        ("single", [1], "消防", 1, 1, 1),
        ("fill_in", ["120", "一二〇"], "急救", 2, 2, 1),
        ("true_false", [1], "消防", 2, 1, 1),
    ]
    assert all(row.entry.organization_id == county.town and row.until is None for row in rows)


def test_the_same_questions_again_change_nothing_however_they_are_spaced(county):
    add(county)
    again = [replace(ITEMS[0], stem=" 发现火灾 应拨打", options=("120", "１１９", "110"), answer=(1,)), *ITEMS[1:], ITEMS[1]]
    assert add(county, again) == bank_actions.Added(0, 4)
    assert db.session.query(Question).count() == 3


def test_a_question_that_comes_twice_in_one_file_is_entered_once(county):
    assert add(county, [ITEMS[0], ITEMS[0]]) == bank_actions.Added(1, 1)


def test_each_organization_has_a_bank_of_its_own(county):
    add(county)
    assert add(county, where="county") == bank_actions.Added(3, 0)


def test_a_bad_question_is_named_and_none_is_entered(county):
    with pytest.raises(Refused, match="第 2 题：请写填空题的答案"):
        add(county, [ITEMS[0], replace(ITEMS[1], answer=(" ",))])
    assert db.session.query(BankEntry).count() == 0


def test_more_than_one_statement_holds_are_entered_in_order(county):
    many = [NewItem("single", f"第{n}题", ("甲", "乙"), (n % 2,)) for n in range(2 * bank_actions.AT_ONCE + 7)]
    assert add(county, many).new == len(many)
    stems = db.session.scalars(select(Question.stem).order_by(Question.bank_id)).all()
    assert list(stems) == [item.stem for item in many]
    assert add(county, many) == bank_actions.Added(0, len(many))


def test_a_change_is_a_new_version_and_the_old_one_stands(county):
    add(county)
    row = entry("发现火灾应拨打")
    assert revise(county, row, replace(ITEMS[0], explanation="报警不收费。")) == 2
    assert revise(county, row, replace(ITEMS[0], explanation="报警不收费。")) == 2, "unchanged"
    assert [(one.version, one.explanation, one.until) for one in row.versions] == [
        (1, "全国火警。", NOW + timedelta(days=1)),
        (2, "报警不收费。", None),
    ]


def test_a_change_into_another_question_of_the_bank_is_refused(county):
    add(county)
    with pytest.raises(Refused, match="已经有一道一样的题"):
        revise(county, entry(ITEMS[1].stem), ITEMS[0])
    assert revise(county, entry(ITEMS[1].stem), replace(ITEMS[1], stem="急救电话是____")) == 2
    assert add(county, [replace(ITEMS[1], stem="急救电话是____")]).known == 1
    assert add(county, [ITEMS[1]]).new == 1, "the words it had before are free again"


def test_a_retired_question_comes_back_with_its_file(county):
    add(county)
    row = entry(ITEMS[0].stem)
    with transaction():
        bank_actions.retire(row, actor=db.session.get(Person, county.trainer), now=NOW)
    assert (row.retired_at, row.retired_by_id) == (NOW, county.trainer)
    assert add(county) == bank_actions.Added(0, 3)
    db.session.expire_all()
    assert row.retired_at is None
    with transaction():
        bank_actions.retire(row, actor=db.session.get(Person, county.trainer), now=NOW)
        bank_actions.restore(row)
    assert row.retired_by_id is None
