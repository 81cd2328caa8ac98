"""The script: from a seed, chapter by chapter, everything that happens by itself; equal seeds tell equal stories."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from adapters.local.life.act import Act, ActKind
from adapters.local.life.scenery import Scenery
from adapters.local.life.scenes import offered, play, ways
from adapters.local.life.talk import Topic, conversation, pairs
from adapters.local.life.texts import source

#: conversations in a chapter: some three minutes
_CONVERSATIONS = 9
#: posts of the first chapter, which fills the rooms at once …
_FIRST = 60
#: … with so many a room at most: a channel in which forty posts come in a minute is a flood
_FIRST_A_ROOM = 12
#: seconds between two posts, at pace 1
_PAUSE = (4.0, 8.0)
_FIRST_PAUSE = (0.1, 0.2)
#: seconds into a chapter at which its scene begins
_SCENE = (15.0, 75.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """A part of the story."""

    #: in order of time
    acts: tuple[Act, ...]
    #: seconds until the next one begins
    length: float


@lru_cache(maxsize=4)
def chapter(seed: int, number: int, scenery: Scenery) -> Chapter:
    """Return one chapter of the story of a seed; the first one only fills the rooms."""
    chance = source(seed, "chapter", number)
    first = number == 0
    talk = _spaced(_talk(seed, number, scenery, chance), chance, _FIRST_PAUSE if first else _PAUSE)
    length = max((act.at for act in talk), default=0.0) + chance.uniform(*_PAUSE)
    if first:
        return Chapter(acts=tuple(talk), length=length)
    begin = chance.uniform(*_SCENE)
    scene = [replace(act, at=round(act.at + begin, 2)) for act in _scene(seed, number, scenery)]
    return Chapter(acts=tuple(sorted([*talk, *scene], key=lambda act: act.at)), length=length)


def begun(seed: int, name: str, count: int, scenery: Scenery) -> tuple[Act, ...]:
    """Return the acts of a scene that somebody began by a press, as the `count`th one; none where it can't be."""
    possible = ways(name, scenery)
    return play(possible[(count - 1) % len(possible)], scenery, seed=seed, key=f"x{count}") if possible else ()


def _scene(seed: int, number: int, scenery: Scenery) -> tuple[Act, ...]:
    """Return the chapter's scene: each comes once before any comes again, and each time another way of it."""
    names = offered(scenery)
    if not names:
        return ()
    turn, place = divmod(number - 1, len(names))
    order = list(names)
    source(seed, "scenes", turn).shuffle(order)
    possible = ways(order[place], scenery)
    return play(possible[turn % len(possible)], scenery, seed=seed, key=str(number))


def _talk(seed: int, number: int, scenery: Scenery, chance: random.Random) -> list[Act]:
    """Return a chapter's conversations, woven into each other."""
    rooms = len(scenery.places)
    wanted = min(_FIRST, _FIRST_A_ROOM * rooms)
    acts: list[Act] = []
    spoken: list[str] = []
    # what comes again comes with another beginning
    turn = (number - 1) * _CONVERSATIONS // max(1, len(pairs(scenery)))
    for order, (topic, room) in enumerate(_upcoming(seed, number, scenery)):
        said = conversation(
            topic,
            room,
            chance,
            key=f"{number}-{order}",
            opening=seed + turn + topic.number,
            busy=_busy(spoken, said_often=2 if number else 3),
        )
        begin = chance.uniform(0, 90)
        acts += [replace(act, at=act.at + begin) for act in said]
        spoken += [act.who for act in said if act.kind is ActKind.SAY]
        if number == 0 and len(spoken) >= wanted:
            break
    return sorted(acts, key=lambda act: act.at)


def _busy(spoken: Sequence[str], said_often: int) -> Sequence[str]:
    return [who for who in set(spoken) if spoken.count(who) >= said_often]


def _upcoming(seed: int, number: int, scenery: Scenery) -> Sequence[tuple[Topic, str]]:
    """Return what a chapter talks about: everything comes once before anything comes again.

    The first chapter takes one topic a room, in turn, so that no room is empty.
    """
    if number == 0:
        return list(_first(seed, scenery))
    deck = len(pairs(scenery))
    places = range((number - 1) * _CONVERSATIONS, number * _CONVERSATIONS) if deck else ()
    return [_deck(seed, place // deck, scenery)[place % deck] for place in places]


@lru_cache(maxsize=4)
def _deck(seed: int, turn: int, scenery: Scenery) -> tuple[tuple[Topic, str], ...]:
    deck = list(pairs(scenery))
    source(seed, "topics", turn).shuffle(deck)
    return tuple(deck)


def _first(seed: int, scenery: Scenery) -> Iterator[tuple[Topic, str]]:
    left = list(_deck(seed, -1, scenery))
    for _ in range(2):
        for place in scenery.places:
            found = next((one for one in left if one[1] == place.room and not one[0].thread), None)
            if found is not None:
                left.remove(found)
                yield found


def _spaced(acts: Sequence[Act], chance: random.Random, pause: tuple[float, float]) -> list[Act]:
    """Return acts in the same order, so that posts come one after the other at a readable pace."""
    at, spaced = 0.0, []
    for act in acts:
        if act.kind is ActKind.SAY:
            at += chance.uniform(*pause)
        elif act.kind is not ActKind.ENROL:
            at += pause[0] / 4
        spaced.append(replace(act, at=round(at, 2)))
    return spaced
