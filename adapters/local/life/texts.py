"""The texts of the seeded community, read from the data beside this module, and how their slots are filled."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

_DATA = resources.files("adapters.local.life").joinpath("data")
_SLOT = re.compile(r"\{(\w+)\}")
#: signs that a slot brought along, in front of those that were there already
_CLASH = re.compile(r"[!.?] ?([,.!?])")
_PARTED = " | "


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return one file of the data."""
    return tomllib.loads(_DATA.joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def lines_of(text: str | Sequence[str]) -> Sequence[str]:
    """Return the alternatives that a text stands for: parted by `|`, or one a line."""
    return text.split(_PARTED) if isinstance(text, str) else tuple(text)


def source(*parts: object) -> random.Random:
    """Return a source of chance that is the same for the same parts, in every process and on every machine."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - a story needs no secrecy


class Filling:
    """Fills the slots of one conversation: what is spoken of stays the same, small words vary."""

    def __init__(
        self, chance: random.Random, language: str, fixed: Mapping[str, str] | None = None, *, opening: int = 0
    ) -> None:  # fmt: skip
        """Begin a conversation; `opening` says which alternative of its first line is said, counted around."""
        self._chance = chance
        self._slots = table(f"slots-{language}")
        self._said = dict(fixed or {})
        self._opening = opening
        #: how many alternatives the first line had
        self._openings = 0

    def line(self, text: str) -> str:
        """Return what is said in a line: one with as many alternatives as the first line follows that one's choice.

        So an answer belongs to what was asked, where both are written side by side.
        """
        choices = lines_of(text)
        self._openings = self._openings or len(choices)
        return self.fill(choices[self._opening % len(choices)] if len(choices) == self._openings else text)

    def fill(self, text: str) -> str:
        """Return one of a text's alternatives with its slots filled; raise KeyError for a slot that nobody knows."""
        chosen = self._chance.choice(lines_of(text))
        while (slot := _SLOT.search(chosen)) is not None:
            chosen = chosen[: slot.start()] + self._slot(slot[1]) + chosen[slot.end() :]
        return _CLASH.sub(r"\1", chosen)

    def _slot(self, name: str) -> str:
        if name in self._said:
            return self._said[name]
        if name in self._slots["loose"]:
            return self.fill(self._slots["loose"][name])
        self._said[name] = self.fill(self._slots["kept"][name])
        return self._said[name]
