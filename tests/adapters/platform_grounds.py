"""Grounds on which every platform's port is tried: one community a platform, in which tests write with any hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from adapters.local.chat.chat import LOCUM
from adapters.local.chat.types import Account
from adapters.local.platform import LocalPlatform
from adapters.local.translate import account_ref, message_ref, stream_in
from bot.domain.capability import Ability, Way
from bot.domain.card import Card
from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, Stream
from bot.domain.sanction import Standing
from bot.ports import Platform
from tests.adapters.discord.ground import discord_ground
from tests.adapters.local.chat.rooms import furnished
from tests.adapters.slack.ground import slack_ground
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.fakes.world import World


class Ground(Protocol):
    """What a test does on a platform without Locum, and what it looks at."""

    #: the time that the platform goes by
    clock: FakeClock
    #: the channel that members write in, a thread under it, and the staff's channel
    help: Stream
    thread: Stream
    leads: Stream
    #: whether a thread is called something
    titled: bool

    @property
    def platform(self) -> Platform:
        """What is tried."""
        ...

    def way(self, ability: Ability) -> Way:
        """Return how the platform does something: what it leaves to hands, or puts together, is asserted otherwise."""
        ...

    def join(self, name: str) -> AccountRef:
        """Let somebody in."""
        ...

    def leave(self, account: AccountRef) -> None:
        """Let somebody go by themselves."""
        ...

    def say(self, account: AccountRef, text: str, *, where: Stream | None = None) -> MessageRef:
        """Let somebody write in `help`, or elsewhere."""
        ...

    def edit(self, ref: MessageRef, text: str) -> None:
        """Let the author change a message."""
        ...

    def erase(self, ref: MessageRef) -> None:
        """Let somebody else than Locum's effects remove a message, or what shows a card."""
        ...

    def natively(self, account: AccountRef, sanction: OutcomeKind, standing: Standing) -> None:
        """Let somebody restrict or free a member by hand."""
        ...

    def hold(self, account: AccountRef) -> tuple[str, str]:
        """Let somebody give a member a role by hand, and return its id and name."""
        ...

    def notices(self, account: AccountRef) -> list[str]:
        """Return what somebody was told."""
        ...

    def cards(self) -> list[Card]:
        """Return the cards that hang in the staff's channel."""
        ...

    def talk(self, ref: MessageRef) -> tuple[str, list[str]] | None:
        """Return what the thread at a message is called, and what Locum said in it; None where there is none.

        Where threads are called nothing, its name is empty.
        """
        ...

    def ref(self, where: Stream, posted: str) -> MessageRef:
        """Return what Locum posted as a message is named."""
        ...


@dataclass(kw_only=True)
class FakeGround:
    """The platform of the core's own tests: what they suppose is what real ones are held to."""

    clock: FakeClock = field(default_factory=FakeClock)
    help: Stream = field(default=Stream(platform=PlatformName.DISCORD, workspace="W1", channel="4101"))
    thread: Stream = field(default=Stream(platform=PlatformName.DISCORD, workspace="W1", channel="4101", thread="t7"))
    leads: Stream = field(default=Stream(platform=PlatformName.DISCORD, workspace="W1", channel="4109"))
    titled: bool = True

    def __post_init__(self) -> None:
        self.world = World(now=self.clock.now)
        connection = Connection(platform=PlatformName.DISCORD, workspace="W1")
        self.platform = FakePlatform(world=self.world, connection=connection)
        self._number = 0

    def way(self, _ability: Ability) -> Way:
        return Way.DIRECT

    def join(self, name: str) -> AccountRef:
        account = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user=name)
        self.world.join(account)
        return account

    def leave(self, account: AccountRef) -> None:
        self.world.leave(account)

    def say(self, account: AccountRef, text: str, *, where: Stream | None = None) -> MessageRef:
        where = where or self.help
        self._number += 1
        ref = self.ref(where, f"{self._number:06}")
        channel = Channel(platform=ref.platform, workspace="W1", id=where.channel, thread=where.thread or None)
        author = Member(key=account.user, account=account, names=(account.user,))
        self.world.post(Message(ref=ref, author=author, channel=channel, at=self.clock.now(), text=text))
        return ref

    def edit(self, ref: MessageRef, text: str) -> None:
        message = self.world.find(ref)
        assert message is not None
        self.world.edit(replace(message, text=text, edited_at=self.clock.now()))

    def erase(self, ref: MessageRef) -> None:
        self.world.erase(ref)

    def natively(self, account: AccountRef, sanction: OutcomeKind, standing: Standing) -> None:
        self.world.natively(account, sanction, standing)

    def hold(self, account: AccountRef) -> tuple[str, str]:
        self.world.hold(account, "crew")
        return "crew", "crew"

    def notices(self, account: AccountRef) -> list[str]:
        return [posted.text for posted in self.world.notices.values() if posted.account == account]

    def cards(self) -> list[Card]:
        return [one.card for one in self.world.cards.values() if one.card is not None and one.stream == self.leads]

    def talk(self, ref: MessageRef) -> tuple[str, list[str]] | None:
        found = self.world.threads.get(ref.message)
        return None if found is None else (found.title, [text for _, text in found.said])

    def ref(self, where: Stream, posted: str) -> MessageRef:
        return MessageRef(platform=where.platform, workspace=where.workspace, channel=where.channel, message=posted)


@dataclass(kw_only=True)
class LocalGround:
    """The chat of our own."""

    folder: Path
    titled: bool = True

    def __post_init__(self) -> None:
        place = furnished(self.folder)
        self.clock, self.chat = place.clock, place.chat
        rooms = {room.id: room for room in self.chat.rooms()}
        begins = self.chat.say("whelk", "gaming", "a thread begins here")
        self.help, self.leads = (stream_in("acme", rooms[name]) for name in ("help", "leads"))
        self.thread = stream_in("acme", self.chat.open_thread("whelk", begins.id, "knots"))
        self.platform = LocalPlatform(self.chat, "acme")

    def way(self, _ability: Ability) -> Way:
        return Way.DIRECT

    def join(self, name: str) -> AccountRef:
        now = self.clock.now()
        self.chat.enrol(Account(id=name, name=name, created_at=now, joined_at=now))
        return account_ref("acme", name)

    def leave(self, account: AccountRef) -> None:
        self.chat.leave(account.user)

    def say(self, account: AccountRef, text: str, *, where: Stream | None = None) -> MessageRef:
        where = where or self.help
        room = self.chat.room(where.thread or where.channel)
        assert room is not None
        return message_ref("acme", room, self.chat.say(account.user, room.id, text).id)

    def edit(self, ref: MessageRef, text: str) -> None:
        post = self.chat.post(ref.message)
        assert post is not None
        self.chat.edit(post.author, post.id, text)

    def erase(self, ref: MessageRef) -> None:
        post = self.chat.post(ref.message)
        assert post is not None
        self.chat.remove(post.author, post.id)

    def natively(self, account: AccountRef, sanction: OutcomeKind, standing: Standing) -> None:
        self.chat.restrict(account.user, sanction, standing, by="")

    def hold(self, account: AccountRef) -> tuple[str, str]:
        known = self.chat.account(account.user)
        assert known is not None
        self.chat.enrol(replace(known, roles=frozenset({"crew"})))
        return "crew", "crew"

    def notices(self, account: AccountRef) -> list[str]:
        return [post.text for post in self.chat.posts(self.chat.direct(account.user).id) if post.author == LOCUM]

    def cards(self) -> list[Card]:
        return [post.card for post in self.chat.posts("leads") if post.card is not None]

    def talk(self, ref: MessageRef) -> tuple[str, list[str]] | None:
        found = next((room for room in self.chat.rooms() if room.began_at == ref.message), None)
        if found is None:
            return None
        return found.name, [post.text for post in self.chat.posts(found.id) if post.author == LOCUM]

    def ref(self, where: Stream, posted: str) -> MessageRef:
        return MessageRef(platform=where.platform, workspace=where.workspace, channel=where.channel, message=posted)


@asynccontextmanager
async def fake_ground(_: Path) -> AsyncIterator[FakeGround]:
    """Return the platform of the core's own tests."""
    yield FakeGround()


@asynccontextmanager
async def local_ground(folder: Path) -> AsyncIterator[LocalGround]:
    """Open the chat of our own while the block runs."""
    ground = LocalGround(folder=folder)
    yield ground
    ground.chat.close()


#: every platform that answers to the port: a further one joins here
GROUNDS: dict[str, Callable[[Path], AbstractAsyncContextManager[Ground]]] = {
    "fake": fake_ground,
    "local": local_ground,
    "discord": lambda _: discord_ground(),
    # with both tokens, and with the bot's alone
    "slack": lambda _: slack_ground(),
    "slack_bot": lambda _: slack_ground(admin=False),
}
