"""What a document may be, without drawing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.media import document_rules as rules


@given(st.floats(0.1, 30_000), st.floats(0.1, 30_000))
def test_no_page_is_drawn_larger_than_a_bounded_picture(width, height):
    wide, high = rules.drawn_size(width, height)
    assert 1 <= wide <= rules.LARGE_WIDTH and 1 <= high <= rules.LARGE_WIDTH * rules.TALLEST + 1


@given(st.text())
def test_words_are_tidied_once_and_for_all(text):
    once = rules.tidied(text)
    assert rules.tidied(once) == once
    assert "\n\n" not in once and "\0" not in once and len(once) <= rules.MOST_CHARACTERS


def test_radicals_become_the_characters_they_stand_for():
    assert rules.tidied("⼈生⽣活\r\n\r\n 学  习 ，") == "人生生活\n学 习 ，"


@given(st.lists(st.text(max_size=200), max_size=30))
def test_every_page_counts_for_some_reading_and_no_words_are_lost(texts):
    made = rules.Drawn(tuple(rules.DrawnPage(place + 1, 1600, 900, text) for place, text in enumerate(texts)))
    assert made.characters >= max(rules.PAGE_CHARACTERS * len(texts), sum(rules.characters(text) for text in texts))
    assert rules.Drawn.heard(made.told()) == made


@pytest.mark.parametrize("name", ["page-0001.webp", "page-0300.jpg"])
def test_pages_are_served(name):
    assert rules.is_servable(name)


@pytest.mark.parametrize("name", ["page-1.webp", "drawn.json", "../page-0001.webp", "page-0001.webp\n", "page-0001.png"])
def test_nothing_else_is(name):
    assert not rules.is_servable(name)
