"""Numbers, canonical bytes, the chain, and the words on a certificate; all pure."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from learning.records import rules
from tests.people import NOW, TODAY

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODES = st.text(ALPHABET, min_size=1, max_size=12).map("QC{}".format)
NUMBERS = st.builds(rules.number, CODES, st.integers(2020, 2099), st.integers(1, 999_999)).filter(bool)


def places(number):
    return [place for place, mark in enumerate(number) if mark != "-"]


@given(NUMBERS)
def test_a_number_bears_its_check_character(number):
    assert rules.is_number(number)
    assert number[-1] != "*"


@given(NUMBERS, st.data())
def test_any_one_wrong_character_is_caught(number, data):
    place = data.draw(st.sampled_from(places(number)))
    wrong = data.draw(st.sampled_from(ALPHABET))
    assume(wrong != number[place])
    assert not rules.is_number(number[:place] + wrong + number[place + 1 :])


@given(NUMBERS)
def test_any_swap_of_neighbours_is_caught(number):
    at = places(number)
    for first, second in pairwise(at):
        marks = list(number)
        marks[first], marks[second] = marks[second], marks[first]
        if marks != list(number):
            assert not rules.is_number("".join(marks))


@pytest.mark.parametrize(("body", "check"), [("G123489654321", "Y"), ("G123498654321", "H")])
def test_the_check_character_is_that_of_the_standard(body, check):
    """ISO/IEC 7064 MOD 37-2: the values, weighted by powers of 2 from the right, add up to 1 modulo 37. Examples: ISBT 128 donation numbers."""
    assert rules.check_character(body) == check
    total = sum(ALPHABET.index(mark) * 2 ** (len(body) - place) for place, mark in enumerate(body))
    assert (total + ALPHABET.index(check)) % 37 == 1


@pytest.mark.parametrize("text", ["", "-", "A", "QC0101-2026-000017-", "QC0101-2026-000017-KK", "QC0101-2026-000017", "-K"])
def test_what_is_no_number_is_none(text):
    assert not rules.is_number(text)


def test_serial_numbers_with_an_asterisk_are_passed_over():
    made = [rules.number("QC0101", 2026, serial) for serial in range(1, 200)]
    assert None in made
    assert not any(number and "*" in number for number in made)


def test_a_number_of_an_organization_written_small_is_found_as_typed():
    number = rules.number("qc0101", 2026, 1)
    assert rules.tidy_number(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        "qc0101-2026-000017-k",
        " QC0101 - 2026 - 000017 - K ",
        "ＱＣ０１０１－２０２６－００００１７－Ｋ",
        "QC0101—2026–000017-K",
        "QC0101-2026-000017-K\u3000",
        "\tQC0101-2026-000017-K\n",
        "QC0101‐2026‑000017−K",
    ],
)
def test_a_number_is_read_however_it_was_typed(typed):
    assert rules.tidy_number(typed) == "QC0101-2026-000017-K"


@given(st.text(max_size=40))
def test_tidying_twice_is_tidying_once(typed):
    assert rules.tidy_number(rules.tidy_number(typed)) == rules.tidy_number(typed)


def candidate(route, day, *, minutes=0):
    return rules.Candidate(route, 1, TODAY, TODAY + timedelta(days=day), NOW + timedelta(minutes=minutes), None)


def test_the_earliest_day_wins_then_what_was_entered_first():
    assert rules.earliest([]) is None
    assert rules.earliest([candidate("online", 2), candidate("class", 1, minutes=99), candidate("home", 3)]).route == "class"
    assert rules.earliest([candidate("online", 1, minutes=2), candidate("home", 1, minutes=1)]).route == "home"


def test_canonical_bytes_do_not_depend_on_order_zone_or_spelling():
    shanghai = timezone(timedelta(hours=8))
    one = {"b": "张甲", "a": datetime(2026, 11, 2, 10, tzinfo=shanghai), "c": date(2026, 11, 2)}
    other = {"c": date(2026, 11, 2), "a": datetime(2026, 11, 2, 2, tzinfo=UTC), "b": "张甲"}
    assert rules.canonical(one) == rules.canonical(other) == '{"a":"2026-11-02T02:00:00+00:00","b":"张甲","c":"2026-11-02"}'.encode()


def test_what_has_no_canonical_form_is_refused():
    with pytest.raises(TypeError, match="no canonical form"):
        rules.canonical({"a": object()})


def test_a_commitment_depends_on_every_value_and_on_the_salt():
    salt, other = "00" * 32, "01" * 32
    made = {rules.commitment({"a": 1}, salt), rules.commitment({"a": 2}, salt), rules.commitment({"a": "1"}, salt), rules.commitment({"a": 1}, other)}
    assert len(made) == 4


def test_a_head_depends_on_everything_before_it():
    leaves = [rules.leaf_hash(rules.commitment({"a": n}, "00" * 32)) for n in range(3)]
    forward, backward = rules.GENESIS, rules.GENESIS
    for leaf in leaves:
        forward = rules.next_head(forward, leaf)
    for leaf in reversed(leaves):
        backward = rules.next_head(backward, leaf)
    assert forward != backward
    assert len(forward) == 64


def test_the_sentence_of_a_certificate():
    values = {"name": "张甲", "organization": "样例镇党委柳荫村党支部", "course": "消防安全进家门", "hours": "0.25"}
    text = rules.certificate_text(began=date(2026, 11, 1), completed=TODAY, **values)
    assert text == (
        "兹证明 张甲 同志（所在党组织：样例镇党委柳荫村党支部）于2026年11月1日至2026年11月2日参加“消防安全进家门”学习，"
        "完成规定内容，核定 0.25 学时，考核合格。特此证明。"
    )
    assert "考核合格" not in rules.certificate_text(began=TODAY, completed=TODAY, examined=False, **values)


@pytest.mark.parametrize(
    ("text", "is_day"), [("2026-11-02", True), ("2026-13-01", False), ("2026-02-30", False), ("２０２６-11-02", False), ("2026-1-2", False), ("张甲", False)]
)
def test_only_a_day_of_the_calendar_is_a_day(text, is_day):
    assert rules.is_day(text) is is_day


def test_codes_use_no_two_marks_that_look_alike():
    assert not set("01OIL") & set(rules.CODE_ALPHABET)
    assert len(rules.CODE_ALPHABET) ** 6 > 800_000_000
