"""Scenes: what asks for moderation, written as data, and turned into acts for one community and one seed."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from adapters.local.life.act import Act, ActKind, Person
from adapters.local.life.people import passing, speakers
from adapters.local.life.scenery import Scenery
from adapters.local.life.talk import typed
from adapters.local.life.texts import Filling, lines_of, source, table
from bot.domain.duration import parse_duration

_LINE = re.compile(r"(?P<wait>\d+(?:\.\d+)?) (?P<who>\w+) ?(?P<deed>.+)", re.DOTALL)
_SAYS = re.compile(r"#(\w+)(?: >(\w+))?(?: \*(\d+)/([\d.]+))?: (.+)", re.DOTALL)
_CAST = "abcdefgh"
_MODERATOR = "mod"
_THREAD = "thread"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One way in which a scene can go."""

    #: its name, which several ways share
    name: str
    #: in which language it is played
    language: str
    #: names of the rules that it is meant to set off, and no others
    meant: frozenset[str]
    #: the guideline that staff or members cite in it; empty for none
    guideline: str = ""
    #: characters of its own
    who: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: what happens, in order
    lines: tuple[str, ...] = ()

    def fits(self, scenery: Scenery) -> bool:
        """Return whether it can be played there: the rules exist, and whoever is needed."""
        guidelines = {rule.partition("/")[0] for rule in scenery.rules}
        staffed = bool(scenery.moderator(self.language)) or not any(f" {_MODERATOR} " in line for line in self.lines)
        spoken = self.language in scenery.languages
        return (
            spoken and staffed and self.meant <= scenery.rules and (not self.guideline or self.guideline in guidelines)
        )


@cache
def scenes() -> tuple[Scene, ...]:
    """Return every way of every scene."""
    return tuple(
        Scene(
            name=one["name"],
            language=one["language"],
            meant=frozenset(one["meant"]),
            guideline=one.get("guideline", ""),
            who=one.get("who", {}),
            lines=tuple(one["lines"]),
        )
        for one in table("scenes")["scene"]
    )


def offered(scenery: Scenery) -> tuple[str, ...]:
    """Return the names of the scenes that can be played somewhere, in the order in which they are written."""
    return tuple(dict.fromkeys(scene.name for scene in scenes() if scene.fits(scenery)))


def ways(name: str, scenery: Scenery) -> tuple[Scene, ...]:
    """Return the ways in which a scene can go there."""
    return tuple(scene for scene in scenes() if scene.name == name and scene.fits(scenery))


def play(scene: Scene, scenery: Scenery, *, seed: int, key: str) -> tuple[Act, ...]:
    """Return a scene's acts; `key` tells this occasion from others, and its characters from theirs."""
    return tuple(_Stage(scene, scenery, source(seed, "scene", scene.name, key), key).acts())


class _Stage:
    """One scene while it is being written out: who is who, what was last said, and when."""

    def __init__(self, scene: Scene, scenery: Scenery, chance: random.Random, key: str) -> None:
        self._scene, self._scenery, self._key = scene, scenery, key
        cast = chance.sample(speakers(scene.language), len(_CAST))
        self._people: dict[str, tuple[Person, ...]] = {name: (one,) for name, one in zip(_CAST, cast, strict=True)}
        for name, described in scene.who.items():
            self._describe(name, described, chance)
        names = {name: people[0].name for name, people in self._people.items()}
        slots = {name: chance.choice(lines_of(text)) for name, text in table("scenes")["slots"].items()}
        self._filling = Filling(chance, scene.language, {**slots, **names})
        self._moderator = scenery.moderator(scene.language)
        self._said: dict[str, str] = {}
        self._opened = self._started = ""
        self._count = 0
        self._at = 0.0

    def _describe(self, name: str, described: Mapping[str, Any], chance: random.Random) -> None:
        count = described.get("count", 1)
        member = described.get("member")
        people = passing(
            described["kind"], count, chance, key=self._key, language=self._scene.language,
            account=parse_duration(described["account"]), member=parse_duration(member) if member else None,
        )  # fmt: skip
        self._people[name] = tuple(people)
        if count > 1:
            self._people |= {f"{name}{number}": (one,) for number, one in enumerate(people, 1)}

    def acts(self) -> Iterator[Act]:
        """Yield everything that happens, in order."""
        for name in self._scene.who:
            for person in self._people[name]:
                yield self._act(ActKind.ENROL, person.id, person=person)
        for line in self._scene.lines:
            parted = _LINE.fullmatch(line)
            if parted is None:
                raise ValueError(line)
            self._at += float(parted["wait"])
            yield from self._deed(parted["who"], parted["deed"])

    def _deed(self, who: str, deed: str) -> Iterator[Act]:
        if (said := _SAYS.fullmatch(deed)) is not None:
            yield from self._say(who, said)
            return
        verb, _, rest = deed.partition(" ")
        match verb:
            case "joins":
                for person in self._people[who]:
                    yield self._act(ActKind.JOIN, person.id, room=self._room(rest.removeprefix("#")))
                    self._at += 1.5
            case "leaves":
                yield self._act(ActKind.LEAVE, self._id(who))
            case "edits:":
                yield self._act(ActKind.EDIT, self._id(who), text=self._filling.fill(rest), to=self._said[who])
            case "likes":
                whose, _, sign = rest.partition(" ")
                yield self._act(ActKind.REACT, self._id(who), text=sign, to=self._said[whose])
            case "opens:":
                self._opened = self._said[who]
                yield self._act(ActKind.THREAD, self._id(who), text=self._filling.fill(rest), to=self._opened)
            case "gives":
                yield self._give(who, rest)
            case _:
                raise ValueError(deed)

    def _say(self, who: str, said: "re.Match[str]") -> Iterator[Act]:
        place, answered, times, pause, text = said.groups()
        inside = place == _THREAD
        for number in range(int(times or 1)):
            name = f"{self._key}.{self._count}"
            self._count += 1
            # in a thread only what stands there can be answered
            to = self._said.get(answered or "", "")
            yield self._act(
                ActKind.SAY,
                self._id(who),
                room=self._room(place),
                text=self._typed(who, text),
                name=name,
                to="" if inside and to == self._opened else to,
                within=self._opened if inside else "",
            )
            self._said[who] = name
            if number + 1 < int(times or 1):
                self._at += float(pause)

    def _typed(self, who: str, text: str) -> str:
        return typed(self._filling.fill(text), self._people[who][0].habit)

    def _give(self, who: str, rest: str) -> Act:
        command, _, given = rest.partition(" ")
        options = [option.partition("=") for option in given.split("; ") if option]
        ends = command == "shift.end"
        name = f"{self._key}.{self._count}"
        self._count += 1
        if command == "shift.start":
            self._started = name
        return self._act(
            ActKind.GIVE,
            self._id(who),
            room=self._room("talk"),
            text=command,
            name=name,
            options=tuple((option, self._value(value)) for option, _, value in options),
            # a shift that somebody was on already isn't ours to end
            only_after=self._started if ends else "",
        )

    def _value(self, value: str) -> str:
        if value.startswith("@"):
            return f"@{self._id(value[1:])}"
        return f"^{self._said[value[1:]]}" if value.startswith("^") else value

    def _id(self, who: str) -> str:
        return self._moderator if who == _MODERATOR else self._people[who][0].id

    def _room(self, subject: str) -> str:
        return self._scenery.room("talk" if subject == _THREAD else subject, self._scene.language)

    def _act(self, kind: ActKind, who: str, **fields: Any) -> Act:
        return Act(at=round(self._at, 2), kind=kind, who=who, scene=self._scene.name, **fields)
