"""Bounded memories, so that reading stays flat however large the export."""

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Remembers at least the last `size` things put in, and never more than twice as many.

    Two generations are cheaper than moving every entry to the end of an ordered dictionary.
    """

    __slots__ = ("_old", "_size", "_young")

    def __init__(self, size: int) -> None:
        """Remember nothing yet."""
        self._size = size
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def put(self, key: Key, value: Value) -> None:
        """Remember a thing, forgetting the older half when there are too many."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def get(self, key: Key) -> Value | None:
        """Return what is remembered under the key."""
        found = self._young.get(key)
        return self._old.get(key) if found is None else found

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return what is remembered under the key, or make it and remember it."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is None:
                found = make()
            self.put(key, found)
        return found
