"""Passwords' seals, each made and each looked at once a test run: argon2 takes 30 ms on purpose, and the tests ask it the same thing again and again."""

import threading
from collections import Counter, defaultdict

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from learning.accounts import sealing


class Kept:
    """The product's own hasher at its own cost, and what it answered. Within a test the same password is sealed anew each time, with another salt."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hasher, self.turn = hasher, threading.Lock()
        self.made: defaultdict[str, list[str]] = defaultdict(list)
        self.asked: Counter[str] = Counter()
        self.answers: dict[tuple[str, str], type[Exception] | None] = {}

    def hash(self, password: str) -> str:
        with self.turn:
            number, made = self.asked[password], self.made[password]
            self.asked[password] += 1
            if number == len(made):
                made.append(self.hasher.hash(password))
            return made[number]

    def verify(self, kept: str, password: str) -> bool:
        if (kept, password) not in self.answers:
            self.answers[kept, password] = self._fault(kept, password)
        fault = self.answers[kept, password]
        if fault:
            raise fault
        return True

    def _fault(self, kept: str, password: str) -> type[Exception] | None:
        try:
            self.hasher.verify(kept, password)
        except (Argon2Error, InvalidHashError) as fault:
            return type(fault)
        return None


_kept = Kept(sealing._hasher)


def keep() -> None:
    """From now on, ask once."""
    sealing._hasher = _kept  # type: ignore[assignment]


def begin() -> None:
    """A test begins: its first seal of a password is the first that was made of it."""
    _kept.asked.clear()
