"""Made-up chat as people write it: mixed languages, lengths, links, mentions, emoji, code and slips of the pen.

The same seed gives the same messages on every machine.
"""

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from benchmarks.vocabulary import spoken
from bot.domain.message import NO_MENTIONS, Channel, Markup, Member, Mentions, Message, MessageRef, PlatformName

MEMBERS, CHANNELS = 2_000, 20
#: the share of messages that hold a listed term
LISTED = 0.01
START = datetime(2026, 1, 5, 8, tzinfo=UTC)

_GERMAN = 0.2
#: mean and spread of the logarithm of a message's length: median 76, mean near 115, one in a hundred beyond 700
_LENGTH, _SPREAD, _LONGEST = 4.25, 0.99, 2_000
_EMOJI = "😂🔥👍🙏😅🫶🎉👀🤔😭✨😍💯🚀😊🥲👏😎🤣🙈"
_SHORT = ("lol", "haha", "hahaha", "brb", "idk", "tbh", "imo", "btw", "omg", "ngl", "xd", "nvm", "gg", "thx", "jo")
_SMILEYS = (":)", ":D", ";)", ":(", "xD", ":P", "<3", "^^", ":/", "o/")
_ENDS = (".", ".", "?", "!", "...", ",", ",", ",", "!!", ";", ":", ")")
_HOSTS = ("example.org", "docs.example.net", "video.example", "code.example", "wiki.example.de", "imgur.example")
_CODE = (
    "`npm install`", "`git rebase -i HEAD~3`", "`print(x[0])`", "```py\nfor i in range(10):\n    print(i)\n```",
    "`ls -la | grep log`", "/etc/hosts", "C:\\Users\\me", "v2.14.0-rc1", "0x1f4a9", "foo_bar()", "a=b+c;", "--force",
)  # fmt: skip
_KEYS = "abcdefghijklmnopqrstuvwxyz"
_ID = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One message, whatever platform it is put on."""

    #: what number it has, from 0
    number: int
    #: when
    at: datetime
    #: which member
    member: int
    #: in which channel
    channel: int
    #: what
    text: str
    #: whom it mentions, where it does; the text says so with `<@…>`
    mentioned: int | None
    #: number of the message it answers
    answers: int | None
    #: name of a file that comes with it
    file: str | None


def chat(count: int, *, seed: int, listed: Sequence[str] = (), avoided: Collection[str] = ()) -> Iterator[Said]:
    """Yield so many messages; one in a hundred holds one of the `listed` terms, none a slip of an `avoided` word."""
    chance = random.Random(seed)
    words = {language: _words(language, chance, avoided) for language in ("en", "de")}
    at = START
    for number in range(count):
        at += timedelta(milliseconds=int(chance.expovariate(1 / 1_500)))
        german = chance.random() < _GERMAN
        text, mentioned = _text(words["de" if german else "en"], chance)
        if listed and chance.random() < LISTED:
            place = text.rfind(" ", 0, chance.randrange(len(text) + 1)) + 1
            text = f"{text[:place]}{chance.choice(listed)} {text[place:]}".rstrip()
        yield Said(
            number=number,
            at=at,
            member=int(MEMBERS * chance.random() ** 3),
            channel=int(chance.triangular(0, CHANNELS, 0)),
            text=text,
            mentioned=mentioned,
            answers=number - chance.randrange(1, 50) if number > 50 and chance.random() < 0.15 else None,
            file=f"image{chance.randrange(1000)}.png" if chance.random() < 0.03 else None,
        )


def user_id(member: int) -> str:
    """Return a member's id, as the platforms write it."""
    return str(200_000_000_000_000_000 + member * 4_194_304_001)


def _words(language: str, chance: random.Random, avoided: Collection[str]) -> Callable[[], str]:
    """Return what gives word after word, as often as people use them."""
    known, weights = spoken(language)
    waiting: list[str] = []

    def word() -> str:
        if not waiting:
            drawn = chance.choices(known, cum_weights=weights, k=4_096)
            waiting.extend(word for word in drawn if word not in avoided)
        return waiting.pop()

    return word


def _text(word: Callable[[], str], chance: random.Random) -> tuple[str, int | None]:
    """Return one message's text and whom it mentions."""
    length = min(chance.lognormvariate(_LENGTH, _SPREAD), _LONGEST)
    mentioned = chance.randrange(MEMBERS) if chance.random() < 0.06 else None
    parts = [f"<@{user_id(mentioned)}>"] if mentioned is not None else []
    size, careful = sum(map(len, parts)), chance.random() < 0.6
    begins = careful
    while size < length:
        part = _part(word, chance)
        if begins:
            part = part.capitalize()
        begins = False
        if chance.random() < 0.13:
            end = chance.choice(_ENDS)
            part += end
            begins = careful and end in ".?!"
        elif chance.random() < 0.04:
            part += "\n"
        parts.append(part)
        size += len(part) + 1
    if chance.random() < 0.05:
        parts.insert(chance.randrange(len(parts) + 1), _address(chance))
    if chance.random() < 0.05:
        parts.append(chance.choice(_EMOJI) * chance.choice((1, 1, 1, 2, 3)))
    return " ".join(parts), mentioned


def _part(word: Callable[[], str], chance: random.Random) -> str:
    """Return one more piece of a text, nearly always a word."""
    die = chance.random()
    if die < 0.925:
        return word()
    if die < 0.958:
        return _slip(word(), chance)
    if die < 0.966:
        return word() + word() if chance.random() < 0.5 else word().capitalize() + str(chance.randrange(100))
    if die < 0.98:
        return str(chance.choice((chance.randrange(20), chance.randrange(3_000), round(chance.random(), 3))))
    if die < 0.99:
        return chance.choice(_SHORT)
    if die < 0.996:
        return chance.choice(_SMILEYS)
    if die < 0.998:
        return word().upper()
    return chance.choice(_CODE)


def _slip(word: str, chance: random.Random) -> str:
    """Return the word with a letter missing, doubled, swapped or wrong."""
    at = chance.randrange(len(word))
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :] or word
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return word[:at] + chance.choice(_KEYS) + word[at + 1 :]


def _address(chance: random.Random) -> str:
    path = "".join(chance.choices(_ID, k=chance.choice((0, 6, 11, 24))))
    return f"https://{chance.choice(_HOSTS)}/{path}"


@cache
def _member(number: int) -> Member:
    joined = START - timedelta(days=1 + number % 900)
    return Member(
        key=user_id(number),
        names=(f"member {number}",),
        created_at=joined - timedelta(days=number % 300),
        joined_at=joined,
        roles=frozenset(),
    )


@cache
def _channel(number: int) -> Channel:
    return Channel(platform=PlatformName.DISCORD, workspace="1", id=str(100 + number), name=f"channel-{number}")


def as_message(said: Said) -> Message:
    """Return what was said as the evaluator takes it."""
    channel = _channel(said.channel)
    return Message(
        ref=MessageRef(platform=channel.platform, workspace="1", channel=channel.id, message=str(said.number)),
        author=_member(said.member),
        channel=channel,
        at=said.at,
        text=said.text,
        markup=Markup.DISCORD,
        mentions=NO_MENTIONS if said.mentioned is None else Mentions(people=(user_id(said.mentioned),)),
        reply_to=None if said.answers is None else str(said.answers),
    )
