"""Questions of every type that the bank would take, for the laws of reading back."""

from hypothesis import strategies as st

from courses.questions.rules import TRUE_FALSE, NewItem, complaints, normalised

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Zl", "Zp", "Cn"))


def words(most: int = 30) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=1, max_size=most).map(lambda text: " ".join(text.split())).filter(bool)


@st.composite
def items(draw: st.DrawFn) -> NewItem:
    kind = draw(st.sampled_from(["single", "multiple", "true_false", "fill_in"]))
    more = {
        "explanation": draw(st.one_of(st.just(""), words())),
        "topic": draw(st.sampled_from(["", "消防", "民法典 总则"])),
        "difficulty": draw(st.sampled_from([1, 2, 3])),
        "score": draw(st.integers(1, 100)),
    }
    if kind == "true_false":
        return NewItem(kind, draw(words()), TRUE_FALSE, (draw(st.sampled_from([0, 1])),), **more)
    if kind == "fill_in":
        return NewItem(kind, draw(words()), (), tuple(draw(st.lists(words(10), min_size=1, max_size=3, unique_by=normalised))), **more)
    options = draw(st.lists(words(10), min_size=2, max_size=6, unique_by=normalised))
    most = len(options) if kind == "multiple" else 1
    places = draw(st.sets(st.integers(0, len(options) - 1), min_size=2 if kind == "multiple" else 1, max_size=most))
    return NewItem(kind, draw(words()), tuple(options), tuple(sorted(places)), **more)


def usable() -> st.SearchStrategy[list[NewItem]]:
    return st.lists(items().filter(lambda item: not complaints(item)), min_size=1, max_size=5)
