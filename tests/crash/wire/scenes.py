"""What a scene is: who comes for it, what they say, and at what the kill in it is aimed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Something that is said."""

    #: who says it
    user: str
    #: in which channel
    where: str
    #: what
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Something that goes on while the program is killed."""

    #: raid, ban, modal, backfill, whatever the platform's script has
    kind: str
    #: who comes for it, by their new ids
    comes: tuple[str, ...]
    #: what is said, in order
    lines: tuple[Line, ...]
    #: whether all of it is said while nobody listens
    unheard: bool = False
    #: kinds of actions: the kill comes while one of them was asked for and nobody knows how it went; `ack`: while
    #: something is stored and isn't acknowledged. None: at any moment
    aims: tuple[str, ...] = ()


def mixed(said: Sequence[tuple[str, str]], channels: tuple[str, str], talkers: Sequence[str]) -> tuple[Line, ...]:
    """Return lines in both channels, with an innocent word after every third."""
    found = []
    for number, (user, text) in enumerate(said):
        where = channels[number % 2]
        found.append(Line(user=user, where=where, text=text))
        if number % 3 == 0:
            found.append(Line(user=talkers[number % 3], where=where, text=f"a word between {number}"))
    return tuple(found)
