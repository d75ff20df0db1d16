"""Whom a campaign asks and what makes them trained, as laws over any terms and facts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.goals import terms_rules as rules
from learning.goals.terms_rules import Fact, Terms, Training
from learning.hours.rules import KINDS
from learning.organization.rules import EXPECTATIONS, STAGES

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, tzinfo=UTC)
BOTH = Terms(course_ids=(1, 2))


def course(key, route="online", on=DAY, at=AT):
    return Fact("course", key, on, at, route)


def hours(key, quarters, kind="online_training", on=DAY):
    return Fact("hours", key, on, AT, rules.route_of(kind), kind, quarters)


moments = st.integers(0, 20)
facts = st.lists(
    st.one_of(
        st.builds(lambda key, day, at: course(key, "home", DAY + timedelta(day), AT + timedelta(at)), st.integers(1, 4), moments, moments),
        st.builds(lambda key, n, kind, day: hours(key, n, kind, DAY + timedelta(day)), st.integers(1, 4), st.integers(1, 8), st.sampled_from(list(KINDS)), moments),
        st.builds(lambda key, day, at: Fact("class", key, DAY + timedelta(day), AT + timedelta(at), "class"), st.integers(1, 2), moments, moments),
    ),
    max_size=8,
)  # fmt: skip
some_terms = st.one_of(
    st.builds(lambda means, ids: Terms(means=means, course_ids=tuple(sorted(ids))), st.sampled_from(["all", "any"]), st.sets(st.integers(1, 4), max_size=3)),
    st.builds(lambda n, kinds: Terms(means="hours", quarters=n, kinds=tuple(kinds)), st.integers(1, 12), st.sets(st.sampled_from(list(KINDS)), min_size=1)),
    st.builds(lambda key, n: Terms(means="class", class_id=key, times=n), st.integers(1, 2), st.integers(1, 3)),
)


def test_everything_named_makes_someone_trained_under_the_route_of_the_last():
    assert rules.training(BOTH, [course(2, "home", date(2026, 10, 1)), course(1, "class")]) == Training("class", DAY)
    late = course(1, "home", at=AT.replace(hour=5))
    assert rules.training(BOTH, [late, course(2, "online")]).route == "home", "of two on one day the one entered later came last"


def test_one_course_short_is_not_trained_and_neither_are_terms_that_ask_for_nothing():
    assert rules.training(BOTH, [course(1), course(1), course(9)]) is None
    assert rules.training(Terms(), [course(1)]) is None
    assert rules.training(Terms(means="any"), [course(1)]) is None


def test_any_one_of_the_named_will_do_under_the_earliest():
    terms = Terms(means="any", course_ids=(1, 2))
    assert rules.training(terms, [course(2, "home", date(2026, 10, 1)), course(1, "class")]) == Training("home", date(2026, 10, 1))


def test_hours_count_when_enough_of_the_kinds_named_have_come_together():
    terms = Terms(means="hours", quarters=8, kinds=("online_training", "home_delivery"))
    some = [hours(1, 4), hours(2, 9, "self_study"), hours(3, 4, "home_delivery", on=date(2026, 12, 1))]
    assert rules.training(terms, some[:2]) is None
    assert rules.training(terms, some) == Training("home", date(2026, 12, 1))
    assert rules.progress_words(terms, *rules.progress(terms, some[:2])) == "要求 2 学时，已有 1 学时"


def test_a_class_counts_by_the_sessions_attended():
    terms = Terms(means="class", class_id=7, times=2)
    came = [Fact("class", 7, DAY, AT, "class"), Fact("class", 8, DAY, AT, "class"), Fact("class", 7, date(2026, 11, 9), AT, "class")]
    assert rules.training(terms, came[:2]) is None
    assert rules.training(terms, came) == Training("class", date(2026, 11, 9))


def test_who_met_the_old_terms_in_their_time_stays_trained_and_who_came_later_does_not():
    over = AT + timedelta(hours=1)
    versions = [(Terms(course_ids=(1,)), over), (Terms(course_ids=(1, 2)), None)]
    assert rules.decided(versions, [course(1)]) == Training("online", DAY)
    assert rules.decided(versions, [course(1, at=over + timedelta(hours=1))]) is None


@given(some_terms, facts, facts)
def test_more_facts_never_take_a_training_away(terms, some, more):
    before, after = rules.training(terms, some), rules.training(terms, some + more)
    assert before is None or after is not None
    done, asked = rules.progress(terms, some)
    assert 0 <= done <= asked
    assert (done == asked > 0) == (before is not None)


@given(st.lists(some_terms, min_size=1, max_size=4), facts, st.randoms())
def test_a_decision_depends_on_the_facts_and_not_on_their_order(terms, some, dice):
    versions = [(one, AT + timedelta(5 * place + 5) if place + 1 < len(terms) else None) for place, one in enumerate(terms)]
    shuffled = list(some)
    dice.shuffle(shuffled)
    assert rules.decided(versions, some) == rules.decided(versions, shuffled)
    alone = rules.training(terms[-1], some)
    assert alone is None or rules.decided(versions, some) is not None, "the terms in force always count"


@given(st.sampled_from(STAGES), st.sampled_from(EXPECTATIONS), st.sets(st.sampled_from(STAGES)), st.booleans())
def test_nobody_encouraged_only_is_ever_in_scope_whatever_the_terms(stage, expectation, stages, holds):
    group = rules.group(Terms(stages=tuple(stages)), stage, expectation, holds_role=holds)
    assert (group == "required") == (stage in stages and holds and expectation == "required")


@pytest.mark.parametrize(
    ("terms", "field"),
    [(Terms(stages=()), "stages"), (Terms(means="hours", kinds=("self_study",)), "hours"), (Terms(means="hours", quarters=4), "kinds"), (Terms(means="class"), "class_id")],
)  # fmt: skip
def test_terms_that_make_no_sense_say_which_field_is_wrong(terms, field):
    assert set(rules.faults(terms)) == {field}
    assert not rules.faults(Terms())


def test_the_words_say_whom_and_what():
    terms = Terms(means="hours", quarters=10, kinds=("home_delivery",), stages=("full",), roles=("branch_secretary",))
    assert rules.scope_words(terms, ["样例镇党委"]) == "样例镇党委的正式党员，担任党支部书记的"
    assert rules.means_words(terms, titles={}, kinds=KINDS, class_title="") == "活动期间送学上门满 2.5 学时"
    assert rules.means_words(Terms(), titles={}, kinds=KINDS, class_title="") == "还没有设定必修课"
    assert not Terms(organization_ids=(4,)).concerns("/1/2/40/") and Terms(organization_ids=(4,)).concerns("/1/4/40/")
