"""Stories are told on a chat of their own, on a clock that obeys, and judged by the bundled policies."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account, ChangeKind, Post, RoomKind
from adapters.local.community import LocalCommunity
from adapters.local.life.act import Act
from adapters.local.life.acting import Memory, carry_out, enrolled
from adapters.local.life.people import members
from adapters.local.life.scenery import Scenery, scenery_of
from adapters.local.translate import message_of
from bot.domain.judgement import Judgement, Mode
from bot.domain.message import Message
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.services.replay.judging import judge_by

ROOT = Path(__file__).parents[4]
#: a Wednesday evening within every contract of the bundled community
EVENING = datetime(2026, 10, 28, 18, 0, tzinfo=UTC)
STAFF = "staff"


@lru_cache
def harbour() -> PolicySet:
    """Return the bundled policies as they are once a lead has turned them live: rules that only watch stay so."""
    loaded = load_policies(ROOT / "policies", "harbour", live=True)
    assert loaded.policies is not None, loaded.problems
    return loaded.policies


@dataclass
class Behind:
    """What the story asks of Locum: its policies and the time."""

    policies: PolicySet
    at: datetime = EVENING

    @property
    def community(self) -> str:
        return self.policies.community

    def now(self) -> datetime:
        return self.at

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


@dataclass(kw_only=True)
class Telling:
    """One chat in which a story is told."""

    chat: Chat
    behind: Behind
    community: LocalCommunity
    memory: Memory = field(default_factory=Memory)
    seen: int = 0

    @property
    def scenery(self) -> Scenery:
        return scenery_of(self.chat.rooms(), self.behind.policies)

    async def tell(self, acts: Iterable[Act], *, at: datetime | None = None) -> list[Message]:
        """Carry acts out at their times, and return every message that came of them, edits and joins among them."""
        begin, found = at or self.behind.at, list[Message]()
        for act in acts:
            self.behind.at = max(self.behind.at, begin + timedelta(seconds=act.at))
            await carry_out(self.community, act, self.memory, self.scenery)
            found += self.arrived()
        return found

    def arrived(self) -> Iterator[Message]:
        """Yield what is new since the last look, as the core would see it."""
        for change in self.chat.changes(self.seen):
            self.seen = change.number
            post = self.chat.post(change.post) if change.post else None
            if post is not None and post.gone_at is None and change.kind in (ChangeKind.POSTED, ChangeKind.EDITED):
                yield self.message(post)

    def message(self, post: Post) -> Message:
        room, author = self.chat.room(post.room), self.chat.account(post.author)
        assert room is not None
        assert author is not None
        answered = self.chat.post(post.reply_to) if post.reply_to else None
        return message_of(self.community.name, room, post, author, None if answered is None else answered.author)

    def said(self) -> list[Post]:
        """Return everything that stands, in the order in which it was said."""
        found = [post for room in self.chat.rooms() for post in self.chat.posts(room.id, most=500)]
        return sorted((post for post in found if not post.joined), key=lambda post: int(post.id))


def open_telling(folder: Path, *, rooms: Sequence[str] = (), policies: PolicySet | None = None) -> Telling:
    """Return a chat with the community's rooms, its people and everybody of the roster."""
    policies = policies or harbour()
    behind = Behind(policies)
    chat = Chat(folder / "chat.sqlite", behind.now)
    for place in policies.places if not rooms else ():
        kind = RoomKind.STAFF if place.name == "leads" else RoomKind.OPEN
        chat.make_room(place.name, kind, languages=sorted(place.languages))
    for name in rooms:
        chat.make_room(name)
    for person in policies.governance.roster.people.values():
        chat.enrol(
            Account(id=person.id, name=person.alias, created_at=EVENING, joined_at=EVENING, roles=frozenset({STAFF}))
        )
    for member in members():
        chat.enrol(enrolled(member, member.id, behind.now()))
    community = LocalCommunity(chat=chat, backstage=behind)
    return Telling(chat=chat, behind=behind, community=community)


def judged(messages: Iterable[Message], policies: PolicySet | None = None) -> list[tuple[Message, Judgement]]:
    """Return each message with what the policies say of it, one after the other."""
    judge = judge_by(policies or harbour())
    return [(message, judge(message)) for message in messages]


def rules_that_fired(messages: Iterable[Message]) -> set[str]:
    """Return the names of the live rules that matched something."""
    return {
        finding.rule for _, judgement in judged(messages) for finding in judgement.findings
        if finding.mode is Mode.LIVE
    }  # fmt: skip
