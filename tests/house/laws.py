"""A law that holds for each of many files is one test: for 350 files, a test of each costs more than the law itself."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

Law = Callable[..., None]


def for_each(argument: str, things: Callable[[], Sequence[Any]]) -> Callable[[Law], Law]:
    """Let a law be tried on all `things`, passed to it one by one as `argument`; its failure says what each that breaks it says."""

    def tried(law: Law) -> Law:
        def test(**given: Any) -> None:
            broken = []
            for thing in things():
                try:
                    law(**given, **{argument: thing})
                except AssertionError as fault:
                    broken.append(str(fault))
            assert not broken, "\n".join(broken)

        shown = inspect.signature(law)
        test.__signature__ = shown.replace(parameters=[one for name, one in shown.parameters.items() if name != argument])  # type: ignore[attr-defined]
        test.__name__, test.__doc__ = law.__name__, law.__doc__
        return test

    return tried
