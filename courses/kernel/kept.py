"""What never changes once it is committed, a version that only a later one replaces: each process reads it once and keeps it."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import current_app

from courses.kernel.db import in_transaction

Value = TypeVar("Value")
MOST = 5000  # of one kind; some kilobytes each


class Kept(Generic[Value]):
    """Values by the ids of their rows. `read` returns a value, never a row, which belongs to a session."""

    def __init__(self, read: Callable[[int], Value]) -> None:
        self.read = read

    def of(self, key: int) -> Value:
        """The value of the row `key`; what a transaction reads may yet be taken back, and is not kept."""
        kept: dict[int, Any] = current_app.extensions.setdefault("kept", {}).setdefault(self, {})
        if key in kept:
            value: Value = kept[key]
            return value
        value = self.read(key)
        if not in_transaction() and len(kept) < MOST:
            kept[key] = value
        return value
