"""Writes samples/harbour.jsonl, three invented weeks of the bundled community, from the texts in scripts/sample."""

import json
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.duration import parse_duration
from bot.policy.source import read_community

SOURCE = Path("scripts/sample")
TARGET = Path("samples/harbour.jsonl")

_BEGIN = datetime(2026, 10, 26, tzinfo=UTC)
_DAYS = 21
_CONVERSATIONS = 3
_REMARKS = 40
_SEED = 20261026
_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
#: how much is written in each hour of the day, UTC
_HOURS = (1, 1, 0, 0, 0, 1, 3, 5, 5, 5, 6, 7, 7, 6, 6, 7, 9, 12, 15, 16, 14, 10, 6, 3)
_SLOT = re.compile(r"\{(\w+)\}")
_PICKED = re.compile(r"\{id:(\w)\}")
_FLAGS = re.compile(r"\[([a-z]+)(?:=([^\]\s]+))?(?: every=(\d+))?\] ?")
_LANGUAGES = {"lobby": "en", "gaming": "en", "workshop": "en", "kneipe": "de", "spielen": "de", "werkstatt": "de"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """Somebody of the sample."""

    #: Discord id
    id: str
    #: display name
    name: str
    #: when the account was made
    created: datetime
    #: when it joined
    joined: datetime
    #: role names
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One message or join before it has an id."""

    #: when
    at: datetime
    #: channel name
    channel: str
    #: who
    author: Author
    #: what
    text: str
    #: what it answers
    answers: "Post | None" = None
    #: further fields of the line
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """The texts that the sample is made of."""

    #: slot → alternatives
    slots: dict[str, list[str]]
    #: everybody who chats
    members: list[Author]
    #: source of chance, always the same
    chance: random.Random

    def fill(self, text: str) -> str:
        """Return the text with its slots filled."""
        while (slot := _SLOT.search(text)) is not None:
            other = self.chance.choice(self.members).id if slot[1] == "other" else ""
            text = text.replace(slot[0], other or self.chance.choice(self.slots[slot[1]]), 1)
        return text.replace(" ,", ",").replace(" .", ".")

    def crowd(self, channel: str, count: int) -> list[Author]:
        """Return that many members; the first half of the list likes English, the other German."""
        wanted = {"en": 0, "de": 1}.get(_LANGUAGES.get(channel, ""))
        numbered = enumerate(self.members)
        crowd = [one for number, one in numbered if wanted is None or number % 3 == 2 or number % 2 == wanted]
        staff = [one for one in self.members if "staff" in one.roles]
        return self.chance.sample(staff if channel == "leads" else crowd, count)


def main() -> None:
    """Write the sample; equal texts give equal bytes."""
    chance = random.Random(_SEED)  # noqa: S311 - a sample needs no secrets
    material = Material(slots=_slots(), members=list(_members(chance)), chance=chance)
    posts = [*_chatter(material), *_incidents(material)]
    posts.sort(key=lambda post: post.at)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("".join(f"{line}\n" for line in _lines(posts)), encoding="utf-8")


def _text_lines(name: str) -> list[str]:
    lines = (SOURCE / name).read_text(encoding="utf-8").split("\n")
    return [line for line in lines if not line.startswith("#")]


def _slots() -> dict[str, list[str]]:
    parted = (line.partition(":") for line in _text_lines("slots.txt") if line)
    return {name: [one.strip() for one in rest.split("|")] for name, _, rest in parted}


def _members(chance: random.Random) -> Iterator[Author]:
    for number, line in enumerate(filter(None, _text_lines("members.txt"))):
        role, _, name = line.rpartition(":")
        joined = _BEGIN - timedelta(days=chance.randint(20, 900), seconds=chance.randint(0, 80_000))
        roles = [role] if role else chance.choice([[], [], ["regular"]])
        yield Author(
            id=_snowflake(joined - timedelta(days=chance.randint(60, 1500)), number),
            name=name.strip(),
            created=joined - timedelta(days=chance.randint(60, 900)),
            joined=joined,
            roles=tuple(roles),
        )


def _snowflake(at: datetime, number: int) -> str:
    return str((int((at - _DISCORD_EPOCH).total_seconds() * 1000) << 22) + number)


def _moment(chance: random.Random) -> datetime:
    hour = chance.choices(range(24), weights=_HOURS)[0]
    return _BEGIN + timedelta(days=chance.randrange(_DAYS), hours=hour, seconds=chance.randrange(3600))


def _chatter(material: Material) -> Iterator[Post]:
    """Yield ordinary talk: conversations, and remarks by themselves."""
    for path in sorted(SOURCE.glob("*.txt")):
        blocks = [block.split("\n") for block in "\n".join(_text_lines(path.name)).strip().split("\n\n")]
        if path.stem in ("slots", "remarks", "members"):
            continue
        for block in blocks * _CONVERSATIONS:
            yield from _conversation(path.stem, block, material)
    for line in filter(None, _text_lines("remarks.txt")):
        channel, _, text = line.partition(": ")
        for _ in range(_REMARKS):
            author = material.crowd(channel, 1)[0]
            yield _said(material, _moment(material.chance), channel, author, text)


def _conversation(channel: str, block: list[str], material: Material) -> Iterator[Post]:
    chance = material.chance
    cast = dict(zip("ABCD", material.crowd(channel, 4), strict=True))
    at = _moment(chance)
    before: Post | None = None
    for line in block:
        who, _, text = line.partition(": ")
        answers = before if before is not None and before.author != cast[who] and chance.random() < 0.4 else None
        before = replace(_said(material, at, channel, cast[who], text), answers=answers)
        yield before
        at += timedelta(seconds=chance.randint(12, 240))


def _said(material: Material, at: datetime, channel: str, author: Author, text: str) -> Post:
    """Return what a member makes of a line: slots filled, in their own way of writing."""
    text = material.fill(text)
    more: dict[str, Any] = {}
    if text.endswith("[photo]"):
        text = text.removesuffix("[photo]").strip()
        photo = {"id": f"f{at.timestamp():.0f}", "name": "photo.jpg", "type": "image/jpeg", "size": 2_140_000}
        more["attachments"] = [photo]
    return Post(at=at, channel=channel, author=author, text=_styled(text, author, material.chance), more=more)


def _styled(text: str, author: Author, chance: random.Random) -> str:
    """Return the text as this author types: some never use capitals, some drop full stops, all slip now and then."""
    if "http" in text or "<@" in text or "`" in text:
        return text
    habit = int(author.id) // 7 % 5
    if habit == 0:
        text = text.lower()
    elif habit == 1:
        text = text[:1].upper() + text[1:]
    if len(text) > 24 and chance.random() < 0.04:
        slip = chance.randrange(8, len(text) - 4)
        if text[slip : slip + 2].isalpha():
            text = text[:slip] + text[slip + 1] + text[slip] + text[slip + 2 :]
    return text


def _incidents(material: Material) -> Iterator[Post]:
    """Yield what goes wrong."""
    described = tomllib.loads((SOURCE / "incidents.toml").read_text(encoding="utf-8"))
    characters = described["characters"]
    first_seen: dict[str, Author] = {}
    for incident in described["incident"]:
        day = _BEGIN + timedelta(days=incident["day"] - 1)
        cast = dict(zip("abcdefgh", material.crowd("help", 8), strict=True))
        last: dict[str, Post] = {}
        for number, line in enumerate(incident["lines"]):
            clock, channel, who, text = line.split(" ", 3)
            at = _on(day, clock)
            if who not in cast and who not in first_seen:
                first_seen[who] = _character(characters[who], at, len(first_seen))
            author = cast.get(who) or first_seen[who]
            for post in _told(Post(at=at, channel=channel, author=author, text=text), cast, last, number):
                last[who] = post
                yield post
        if "joins" in incident:
            yield from _joins(incident["joins"], day)


def _on(day: datetime, clock: str) -> datetime:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _character(described: dict[str, Any], at: datetime, number: int) -> Author:
    created = at - parse_duration(described["account"])
    return Author(
        id=_snowflake(created, 500 + number),
        name=described["name"],
        created=created,
        joined=at - parse_duration(described["member"]),
        roles=tuple(described.get("roles", ())),
    )


def _told(post: Post, cast: dict[str, Author], last: dict[str, Post], number: int) -> Iterator[Post]:
    """Yield the message of an incident as its flags say, as often as they say."""
    times, every, more = 1, 1, dict(post.more)
    answers: Post | None = None
    for flag, value, pause in _FLAGS.findall(post.text):
        if flag == "reply":
            earlier = Post(at=post.at - timedelta(minutes=2), channel=post.channel, author=cast[value], text="hm?")
            answers = last.get(value)
            if answers is None or answers.channel != post.channel:
                answers = last[value] = earlier
                yield earlier
        elif flag == "times":
            times, every = int(value), int(pause)
        elif flag == "file":
            more["attachments"] = [{"id": f"i{post.at.timestamp():.0f}{number}", "name": value, "size": 4_210_000}]
        else:
            more[flag] = True
    text = _PICKED.sub(lambda picked: cast[picked[1]].id, _FLAGS.sub("", post.text)).strip()
    for time in range(times):
        yield replace(post, at=post.at + timedelta(seconds=time * every), text=text, answers=answers, more=more)


def _joins(described: dict[str, Any], day: datetime) -> Iterator[Post]:
    for number in range(described["count"]):
        at = _on(day, described["time"]) + timedelta(seconds=number * described["every"])
        joiner = {"name": f"zz_{number + 1:02}", "account": described["account"], "member": "0s"}
        author = _character(joiner, at, 900 + number)
        yield Post(at=at, channel="quay", author=author, text="", more={"kind": "join"})


def _lines(posts: list[Post]) -> Iterator[str]:
    """Yield the posts as lines of JSON, fields that are empty left out."""
    community = read_community(Path("policies"), "harbour").community
    channels = community.channels if community is not None else {}
    ids = {id(post): _snowflake(post.at, number) for number, post in enumerate(posts)}
    for post in posts:
        author = post.author
        line = {
            "id": ids[id(post)],
            "at": f"{post.at:%Y-%m-%dT%H:%M:%SZ}",
            "platform": "discord",
            "channel": channels[post.channel].discord,
            "author": author.id,
            "author_name": author.name,
            "author_created_at": f"{author.created:%Y-%m-%dT%H:%M:%SZ}",
            "author_joined_at": f"{author.joined:%Y-%m-%dT%H:%M:%SZ}",
            "roles": list(author.roles),
            "reply_to": ids[id(post.answers)] if post.answers is not None else None,
            "text": post.text,
            **post.more,
        }
        yield json.dumps({key: value for key, value in line.items() if value is not None}, ensure_ascii=False)


if __name__ == "__main__":
    main()
