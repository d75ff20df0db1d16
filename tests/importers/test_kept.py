"""A reading kept a question a line: whole it reads back the same, and each page holds its own questions and nothing else."""

import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.importers import kept
from courses.importers.rules import Refusal
from tests.importers.strategies import items

shown = st.builds(kept.Shown, st.text(max_size=9), items(), st.booleans(), st.text(max_size=9), st.text(max_size=9))
contents = st.builds(
    lambda some, times, refused: kept.Content(tuple(some * times), tuple(refused)),
    st.lists(shown, max_size=2),
    st.integers(1, 12),
    st.lists(st.builds(Refusal, st.text(max_size=9), st.text(max_size=9)), max_size=3),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(contents, st.integers(-1, 9))
def test_a_page_is_its_share_of_the_whole(content, number):
    data = kept.dumped(content)
    assert kept.loaded(io.BytesIO(data)) == content
    look = kept.look(io.BytesIO(data), number)
    assert look.pages == max(1, -(-len(content.questions) // kept.SIZE))
    assert 1 <= look.number <= look.pages
    assert look.questions == content.questions[(look.number - 1) * kept.SIZE : look.number * kept.SIZE]
    assert (look.known, look.like) == (sum(one.known for one in content.questions), sum(bool(one.like) for one in content.questions))
    assert look.repeated == sum(bool(one.repeats) for one in content.questions)
    assert look.refused == content.refused


def test_a_reading_that_an_older_version_kept_is_read():
    old = b'{"refused": [], "known": 1, "like": 0, "starts": [0]}\n["\xe7\xac\xac 1 \xe8\xa1\x8c", {"kind": "fill_in", "stem": "x", "options": [], "answer": ["1"]}, true, ""]\n'
    look = kept.look(io.BytesIO(old), 1)
    assert (look.known, look.repeated, look.questions[0].known, look.questions[0].repeats) == (1, 0, True, "")
