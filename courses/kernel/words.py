"""The words of the interface below the views: Chinese wherever they are kept or compared, in the reader's language where they are shown."""

from collections.abc import Callable, Iterable
from typing import Any, Self


def _as_it_stands(source: str) -> str:
    return source


class Words(str):
    """A sentence with its values: `Words("第 %(n)s 题还没有答。", n=3)`.

    As a string it is Chinese, so it can be compared, joined, formatted into a record and stored; `str()` of it, which is what a page or an
    answer does to show it, is in the language of whoever reads. `./manage words` finds the sentences; values that are words are translated too.
    """

    source: str
    values: dict[str, Any]
    say: Callable[[str], str] = staticmethod(_as_it_stands)  # set once by the application

    def __new__(cls, source: str, **values: Any) -> Self:
        """The sentence; one that is words already stays what it is."""
        if isinstance(source, cls) and not values:
            return source
        plain = {name: str.__str__(value) if isinstance(value, str) else value for name, value in values.items()}
        made = super().__new__(cls, str.__str__(source) % plain if plain else str.__str__(source))
        made.source, made.values = str.__str__(source), values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.source,), self.values

    def __str__(self) -> str:
        said = Words.say(self.source) if self.source else ""  # of nothing a catalogue says its own head
        return said % self.values if self.values else said

    def __format__(self, spec: str) -> str:
        return format(str.__str__(self), spec)


class Told(ValueError):
    """A fault told in words: whoever reads `message` later reads it in their language."""

    def __init__(self, message: str, **values: Any) -> None:
        self.message = Words(message, **values)
        super().__init__(self.message)


def kept(words: str) -> Any:
    """Words as JSON takes them, with what `again` needs to say them in another language."""
    if not isinstance(words, Words) or not words.values:
        return str.__str__(words)
    return [words.source, {name: kept(value) if isinstance(value, str) else value for name, value in words.values.items()}]


def again(said: Any) -> Words:
    """What `kept` kept. A sentence that was kept as it stood, without its values, is said in another language if the catalogue knows it."""
    if isinstance(said, str):
        return Words(said)
    source, values = said
    return Words(source, **{name: again(value) if isinstance(value, str | list) else value for name, value in values.items()})


def joined(parts: Iterable[str], between: str = "") -> Words:
    """Several words as one, each, and what stands between them, in the reader's language when it is shown."""
    values = {f"p{place}": one for place, one in enumerate(parts)}
    source = "%(between)s".join(f"%({name})s" for name in values)
    return Words(source, between=Words(between), **values) if values else Words(source)
