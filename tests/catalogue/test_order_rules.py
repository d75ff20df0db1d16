"""Order and requirement as values: nothing is lost by moving, what is elective never decides, a ring is always found."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue import order_rules
from courses.catalogue.rules import LessonOutline, Outline

orders = st.lists(st.sampled_from([f"{kind}{n}" for kind in "cl" for n in range(6)]), unique=True)
graphs = st.dictionaries(st.integers(1, 6), st.sets(st.integers(1, 6), max_size=3), max_size=6)


@given(orders, st.data())
def test_moving_keeps_everything_and_moving_back_undoes(order, data):
    mark = data.draw(st.sampled_from(order)) if order else "l9"
    step = data.draw(st.sampled_from([-1, 1]))
    there = order_rules.moved(order, mark, step)
    assert order_rules.is_same_set(order, there)
    assert there == order or order_rules.moved(there, mark, -step) == order
    assert (order_rules.stamp(there) == order_rules.stamp(order)) == (there == order)


@given(orders, orders)
def test_only_the_same_things_in_some_order_are_taken(order, wanted):
    assert order_rules.is_same_set(order, wanted) == (set(order) == set(wanted))
    assert not order_rules.is_same_set(order, [*wanted, "l7", "l7"])


def test_lessons_stand_under_the_chapter_above_them():
    order = [("l1", None), ("c1", "甲"), ("l2", None), ("c2", "空"), ("c3", "乙"), ("l3", None)]
    assert order_rules.under(order) == {"l1": "", "l2": "甲", "l3": "乙"}


@given(graphs, st.integers(1, 6), st.sets(st.integers(1, 6), max_size=3))
def test_a_ring_is_found_exactly_when_there_is_one(first, course_id, wanted):
    first = {**first, course_id: wanted}
    reached, waiting = set(), set(wanted)
    while waiting:
        one = waiting.pop()
        reached.add(one)
        waiting |= first.get(one, set()) - reached
    ring = order_rules.circle(first, course_id, wanted)
    assert bool(ring) == (course_id in reached)
    if ring:
        assert ring[0] == ring[-1] == course_id
        assert all(after in first[before] for before, after in pairwise(ring))


lessons = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=6).map(
    lambda rows: tuple(
        LessonOutline(n, f"o{n}", n, "text", "课", None, 0, 300, n if has_quiz else None, elective=elective) for n, (elective, has_quiz) in enumerate(rows, 1)
    )
)


@given(lessons, st.booleans(), st.sets(st.integers(1, 7)), st.sets(st.integers(1, 7)), st.sets(st.integers(1, 7)), st.sets(st.integers(1, 7)))
def test_required_lessons_and_their_quizzes_finish_a_course_and_nothing_elective_does(rows, has_final, done, passed, more_done, more_passed):
    outline = Outline(1, 1, 1, "课", "", "系列", 1, 2, rows, 7 if has_final else None, None)
    need = outline.requirement
    finished = {f"o{n}" for n in done}
    required = [row for row in rows if not row.elective]
    expected = bool(required) and all(row.id in done and (row.quiz_id is None or row.quiz_id in passed) for row in required) and (not has_final or 7 in passed)
    assert need.is_met(finished, passed) == expected
    without = {f"o{row.id}" for row in rows if row.elective}
    assert need.is_met(finished | without, passed) == need.is_met(finished - without, passed)
    if expected:
        assert need.is_met(finished | {f"o{n}" for n in more_done}, passed | more_passed)
    assert need.quiz_ids <= outline.quiz_ids
