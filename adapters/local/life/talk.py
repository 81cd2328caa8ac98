"""Ordinary talk: conversations about everyday things, as acts that any community might see."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from adapters.local.life.act import Act, ActKind, Person
from adapters.local.life.people import passing, speakers
from adapters.local.life.scenery import Place, Scenery
from adapters.local.life.texts import Filling, table

LANGUAGES = ("en", "de")
_LINE = re.compile(r"(?P<who>[A-E])(?P<perhaps>\??): (?P<text>.+)", re.DOTALL)
_FILE = re.compile(r" \[([\w.-]+)\]$")
_SIGNS = ("👍", "❤️", "😂", "🎉", "⚓", "🔥", "👀", "💙")
#: whom a conversation takes at most
_CAST = "ABCDE"
#: how long it takes somebody to see that they mistyped
_NOTICED = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Something that people talk about."""

    #: tells it from all others of its language
    number: int
    #: where: a subject of a place
    subject: str
    #: in which language
    language: str
    #: what is said, in order: who and whether only perhaps stand in front
    lines: tuple[str, ...]
    #: the thread that everything behind the first line is said in; empty for none
    thread: str = ""
    #: the first one to speak has only just joined
    newcomer: bool = False


@cache
def topics(language: str) -> tuple[Topic, ...]:
    """Return everything that is talked about in a language."""
    return tuple(
        Topic(
            number=number,
            subject=one["subject"],
            language=language,
            lines=tuple(one["lines"]),
            thread=one.get("thread", ""),
            newcomer=one.get("newcomer", False),
        )
        for number, one in enumerate(table(f"talk-{language}")["topic"])
    )


def pairs(scenery: Scenery) -> tuple[tuple[Topic, str], ...]:
    """Return which topics fit into which rooms; where nothing of the subject is known, people just talk."""
    found = [
        (topic, place.room)
        for place in scenery.places
        for language in _spoken(place, scenery)
        for topic in topics(language)
        if topic.subject == place.subject
    ]
    return tuple(found)


def _spoken(place: Place, scenery: Scenery) -> Sequence[str]:
    return [one for one in LANGUAGES if one in (place.languages or scenery.languages)]


def conversation(
    topic: Topic, room: str, chance: random.Random, *, key: str, opening: int = 0, busy: Sequence[str] = ()
) -> tuple[Act, ...]:
    """Return one conversation, its times as people answer each other; `busy` members leave the word to others.

    Two with different openings begin differently, where the topic knows another beginning.
    """
    cast = _cast(topic, chance, key, busy)
    filling = Filling(chance, topic.language, opening=opening)
    acts: list[Act] = []
    if topic.newcomer:
        acts += [
            Act(at=0.0, kind=ActKind.ENROL, who=cast["A"].id, person=cast["A"]),
            Act(at=0.1, kind=ActKind.JOIN, who=cast["A"].id, room=room),
        ]
    at, said = 0.2, 0
    for line in topic.lines:
        parted = _LINE.fullmatch(line)
        if parted is None:
            raise ValueError(line)
        if parted["perhaps"] and chance.random() < 0.4:
            continue
        speaker = cast[parted["who"]]
        last = next((act for act in reversed(acts) if act.kind is ActKind.SAY), None)
        # what opens a thread stands outside of it, and can't be answered inside
        inside = bool(topic.thread) and said > 0
        answers = last is not None and last.who != speaker.id and not (inside and said == 1) and chance.random() < 0.35
        text = filling.line(parted["text"])
        act = Act(
            at=at,
            kind=ActKind.SAY,
            who=speaker.id,
            room=room,
            text=typed(_FILE.sub("", text), speaker.habit),
            name=f"{key}.{said}",
            to=last.name if answers and last is not None else "",
            within=f"{key}.0" if inside else "",
            files=tuple(_FILE.findall(text)),
        )
        acts += _mended(act, chance)
        acts += _reactions(cast, speaker, at, f"{key}.{said}", chance)
        if topic.thread and said == 0:
            acts.append(
                Act(at=at + 1, kind=ActKind.THREAD, who=speaker.id, room=room, text=topic.thread, to=f"{key}.0")
            )
        said += 1
        at += chance.uniform(9, 32)
    return tuple(acts)


def _cast(topic: Topic, chance: random.Random, key: str, busy: Sequence[str]) -> dict[str, Person]:
    known = speakers(topic.language)
    free = [one for one in known if one.id not in busy]
    chosen = chance.sample(free if len(free) >= len(_CAST) else known, len(_CAST))
    if topic.newcomer:
        age = timedelta(days=chance.randint(90, 900))
        chosen[:1] = passing("newcomer", 1, chance, key=key, language=topic.language, account=age, member=None)
    return dict(zip(_CAST, chosen, strict=True))


def _mended(line: Act, chance: random.Random) -> Sequence[Act]:
    """Return a line as it is written: at once, or with a slip that is seen and mended."""
    slipped = slip(line.text, chance)
    if slipped == line.text:
        return [line]
    mended = Act(
        at=line.at + _NOTICED, kind=ActKind.EDIT, who=line.who, room=line.room, text=line.text, to=line.name
    )  # fmt: skip
    return [replace(line, text=slipped), mended]


def _reactions(cast: dict[str, Person], speaker: Person, at: float, name: str, chance: random.Random) -> Iterator[Act]:
    if chance.random() >= 0.22:
        return
    others = [one for one in cast.values() if one.id != speaker.id]
    sign = chance.choice(_SIGNS)
    for number, person in enumerate(chance.sample(others, chance.choice((1, 1, 2, 3)))):
        yield Act(at=at + 4 + 2 * number, kind=ActKind.REACT, who=person.id, text=sign, to=name)


def typed(text: str, habit: str) -> str:
    """Return a text as somebody with such a habit types it."""
    if "http" in text or "`" in text or "@" in text:
        return text
    if habit == "lower":
        return text.lower()
    return text[:1].upper() + text[1:] if habit == "capital" else text


def slip(text: str, chance: random.Random) -> str:
    """Return a text, now and then with two letters the wrong way round: somebody was in a hurry."""
    if len(text) < 24 or "http" in text or "@" in text or chance.random() >= 0.04:
        return text
    places = [
        number for number in range(8, len(text) - 4)
        if text[number - 1 : number + 3].isalpha() and text[number].islower() and text[number] != text[number + 1]
    ]  # fmt: skip
    if not places:
        return text
    place = chance.choice(places)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
