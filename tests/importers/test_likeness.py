"""Which stems say nearly the same: what is compared quickly is compared as it is defined."""

from hypothesis import given
from hypothesis import strategies as some

from courses.importers import likeness
from courses.questions.rules import normalised

STEMS = some.text("发现火灾应当先拨打119 ", min_size=1, max_size=40)


def share(one: str, other: str) -> float:
    """The share of runs of three letters that both have, of all that either has."""
    first, second = ({plain[at : at + 3] for at in range(max(1, len(plain) - 2))} for plain in (normalised(one), normalised(other)))
    return len(first & second) / len(first | second)


@given(STEMS, some.integers(0, 40), some.sampled_from("火灾X"))
def test_two_are_alike_exactly_when_enough_is_common(stem: str, at: int, letter: str) -> None:
    other = stem[:at] + letter + stem[at:]
    meant = share(stem, other) >= likeness.LIKE and normalised(stem) != normalised(other)
    assert likeness._Stem.of(stem).is_like(likeness._Stem.of(other)) == meant


@given(some.lists(STEMS, max_size=12), some.lists(STEMS, max_size=4))
def test_what_is_named_came_before_and_is_alike(stems: list[str], known: list[str]) -> None:
    for place, other in enumerate(likeness.alike(stems, known)):
        assert not other or (other in [*known, *stems[:place]] and share(stems[place], other) >= likeness.LIKE)


def test_a_slip_of_one_word_is_found_and_another_question_is_not() -> None:
    known = ["楼房着火时应当怎样做才能安全撤离"]
    assert list(likeness.alike(["楼房着火时，应当怎样做才能安全撤离", "党支部每月开展几次主题党日"], known)) == [known[0], ""]
