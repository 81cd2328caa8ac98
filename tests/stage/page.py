"""The stage behind the page: what members and staff do on it are requests of a browser to the local chat's own page."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account, ChangeKind, RoomKind
from adapters.local.community import LocalCommunity
from adapters.local.connected import LocalConnected
from adapters.local.platform import LocalPlatform
from adapters.local.translate import account_ref, channel_of, member_of
from adapters.local.web.asked import Shown
from adapters.local.web.server import ROUTES
from adapters.local.web.sessions import Sessions
from adapters.local.web.site import Site, make_site
from bot.commands import dispatch
from bot.commands.desk import Desk
from bot.commands.table import find_command
from bot.domain.command import Invocation, OptionValue, Reply
from bot.domain.message import AccountRef, Channel, Member, Message, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection
from bot.domain.sanction import Standing
from bot.i18n import say
from bot.ports import Feed
from bot.services.performing import Performer, through_pager, through_platform
from bot.store.engine import Store
from bot.store.leases import take
from tests.fakes.backstage import FakeBackstage
from tests.fakes.pager import FakePager
from tests.fakes.world import World
from tests.stage.stage import NOON, Stage, set_stage

HERE = Connection(platform=PlatformName.LOCAL, workspace="acme")
_ROOMS = ("help", "gaming", "kneipe", "elsewhere")
_ADDRESS = "127.0.0.1:8484"
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_TAGS = re.compile(r"<[^>]*>")


@dataclass(kw_only=True)
class ChatWorld:
    """What is true in the chat, as stories ask for it."""

    chat: Chat
    #: what was paged, which goes past the chat
    paged: World

    @property
    def pages(self) -> dict[str, list[str]]:
        """Pages by key."""
        return self.paged.pages

    @property
    def messages(self) -> Mapping[str, Sequence[str]]:
        """What members wrote and what still stands, by room."""
        ever, now = datetime.min.replace(tzinfo=NOON.tzinfo), self.chat.now()
        return {room: [one.text for one in self.chat.written(room, ever, now)] for room in _ROOMS}

    def standing(self, account: AccountRef, sanction: OutcomeKind) -> Standing:
        """Return how a member stands."""
        return self.chat.held(account.user, sanction).standing


@dataclass(kw_only=True)
class PageStage(Stage):
    """A stage on which everybody sits before a browser."""

    community: LocalCommunity
    browser: httpx.AsyncClient
    #: what every form of the browser carries; of its first page
    token: str = ""
    #: what the core answered to the request that is under way
    answers: list[Reply] = field(default_factory=list)
    #: ids of posts that were handed over
    offered: set[str] = field(default_factory=set)
    listening: "asyncio.Task[None] | None" = None

    async def say(self, text: str, *, user: str = "u1", where: str = "help", **fields: Any) -> Message:
        """Let a member write, and return the message once it is judged, stored and acted upon."""
        assert not fields, "a browser says no more than that"
        self.joined(user)
        before = self.community.chat.newest
        answer = await self._post(user, where, "say", text=text)
        assert answer.status_code == 204, _text(answer)
        posted = [one.post for one in self.community.chat.changes(before) if one.kind is ChangeKind.POSTED]
        (post,) = [one for one in posted if not self._joins(one)]
        await _until(lambda: post in self.offered)
        await self.settle()
        stood = self.community.chat.post(post)
        assert stood is not None
        return self.message(text, user=user, where=where, id=post)

    def _joins(self, post: str) -> bool:
        found = self.community.chat.post(post)
        return found is not None and found.joined

    async def give(
        self, who: str, command: str, *, where: str = "help", language: str = "en", id: str = "", **options: OptionValue
    ) -> Reply:
        """Let somebody type a command, and return the reply once everything is done."""
        known = find_command(command)
        if id or known is None or not known.typed or set(options) & {"subject", "version"}:
            return await self._at_the_desk(who, command, where=where, language=language, id=id, **options)
        group = "" if known.group == "everyone" else say(f"commands.group_{known.group}")
        name = say(f"{known.group}.name_{known.word}")
        typed = [f"{name.rstrip('_')}:{_typed(value)}" for name, value in options.items()]
        return await self._asked(who, where, "say", language, text=" ".join(filter(None, [f"/{group}", name, *typed])))

    async def press(self, who: str, action: str, *, where: str = "leads", language: str = "en", **more: Any) -> Reply:
        """Let somebody press a button, choose from a menu or send a form."""
        self._here(who)
        room = self.community.chat.room(where)
        # whoever doesn't see the channel sends the same request from elsewhere: the core is to refuse it, not the page
        seen = room is not None and self.community.chat.sees(self.ref(who).user, room)
        fields = {name: str(value) for name, value in more.items()}
        return await self._asked(who, where if seen else "help", "press", language, action=action, **fields)

    async def _at_the_desk(self, who: str, command: str, **given: Any) -> Reply:
        """Hand a command over as only another platform would: with an id of its own, or without having been typed."""
        return await super().give(who, command, **given)

    async def _asked(self, who: str, where: str, what: str, language: str, **fields: str) -> Reply:
        self._here(who)
        self.answers.clear()
        answer = await self._post(who, where, what, language=language, **fields)
        if not self.waiting:
            await self.perform()
        reply = self.answers[-1] if self.answers else Reply(text=_text(answer), done=False)
        self.replies.append(reply)
        return reply

    async def _post(
        self, who: str, where: str, what: str, *, language: str = "en", **fields: str
    ) -> httpx.Response:  # fmt: skip
        base, headers = f"/acme/as/{self.ref(who).user}/{where}", {"Accept-Language": language}
        if not self.token:
            page = await self.browser.get(base, headers=headers)
            found = _TOKEN.search(page.text)
            assert found is not None, (base, page.status_code)
            self.token = found[1]
        return await self.browser.post(
            f"{base}/{what}", data={**fields, "csrf": self.token}, headers={**headers, "HX-Request": "true"}
        )

    def _here(self, who: str) -> None:
        if self.community.chat.account(self.ref(who).user) is None:
            self.joined(who)

    # --- what names what

    def ref(self, user: str) -> AccountRef:
        """Return an account by its id."""
        return account_ref("acme", user)

    def channel(self, where: str = "help") -> Channel:
        """Return a room by its name."""
        room = self.community.chat.room(where)
        assert room is not None
        return channel_of("acme", room)

    def member(self, user: str, **fields: Any) -> Member:
        """Return a member as the adapter hands one over."""
        account = self.community.chat.account(user)
        return super().member(user, **fields) if account is None else member_of("acme", account)

    def joined(self, user: str) -> Member:
        """Return a member who is there."""
        chat = self.community.chat
        account = chat.account(user)
        if account is None:
            made = self.clock.now() - timedelta(days=400)
            chat.enrol(Account(id=user, name=user, created_at=made, joined_at=made))
        elif account.joined_at is None and not chat.held(user, OutcomeKind.BAN).standing.held:
            chat.join(user, "help")
        return self.member(user)

    # --- what stands behind

    @property
    def desk(self) -> Desk:
        """What commands are given."""
        return Desk(
            store=self.store,
            keys=self.keys,
            clock=self.clock,
            policies=lambda name: self.policies if name == self.policies.community else None,
            platform=lambda connection: self.platform if connection == HERE else None,
        )

    @property
    def performers(self) -> Sequence[Performer]:
        """Those who do what was planned."""
        return (
            Performer(self.needs(HERE.name), through_platform(self.platform), community="acme"),
            Performer(self.needs("pager"), through_pager(self.pager)),
        )

    def cards(self, where: str = "leads") -> list[Any]:
        """Return the cards that hang in a room, as they are shown."""
        return [post.card for post in self.community.chat.posts(where, most=500) if post.card and not post.gone_at]

    def notices(self, user: str = "u1") -> list[str]:
        """Return what a member was told."""
        room = self.community.chat.direct(self.ref(user).user)
        return [post.text for post in self.community.chat.posts(room.id, most=500)]

    async def close(self) -> None:
        """End the intake, and shut the browser."""
        if self.listening is not None:
            self.listening.cancel()
            with suppress(asyncio.CancelledError):
                await self.listening
        await self.browser.aclose()
        await super().close()
        self.community.chat.close()


async def _until(so: Callable[[], bool]) -> None:
    """Return once it is so; what happens on the way is none of the waiter's."""
    async with asyncio.timeout(120):
        while not so():  # noqa: ASYNC110 - nobody would tell
            await asyncio.sleep(0)


def _typed(value: OptionValue) -> str:
    match value:
        case Member(account=AccountRef(user=user)):
            return f"@{user}"
        case Message():
            return value.ref.message
        case Channel():
            return f"#{value.id}"
        case _:
            return f'"{value}"'


def _text(answer: httpx.Response) -> str:
    return " ".join(unescape(_TAGS.sub(" ", answer.text)).split())


async def set_page(store: Store, *files: tuple[str, str], at: datetime = NOON) -> PageStage:
    """Return a community that has just begun, on a chat of our own whose page is open."""
    stage = await set_stage(store, *files, at=at)
    chat = Chat(Path(mkdtemp()) / "chat.sqlite", stage.clock.now)
    for room in _ROOMS:
        chat.make_room(room)
    chat.make_room("leads", RoomKind.STAFF)
    for person in stage.policies.governance.roster.people.values():
        internal = stage.policies.governance.roster.organisations[person.organisation].is_internal
        chat.enrol(
            Account(
                id=person.id, name=person.alias, created_at=at - timedelta(days=400), joined_at=at,
                roles=frozenset({"staff"} if internal else ()),
            )
        )  # fmt: skip
    community = LocalCommunity(chat=chat, backstage=FakeBackstage(community="acme", policies=stage.policies))
    async with store.writing() as tx:
        lease = await take(tx, f"connection:{HERE.name}", "one", 10**7)
    assert lease is not None
    site = Site(shown={"acme": Shown(community=community)}, sessions=Sessions(cookie="locum_8484"))
    app = make_site(site, frozenset({_ADDRESS}), ROUTES)
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{_ADDRESS}")
    shared: dict[str, Any] = {
        name: getattr(stage, name) for name in ("store", "clock", "keys", "policies", "intake", "task")
    }
    shared |= {"world": ChatWorld(chat=chat, paged=stage.world), "platform": LocalPlatform(chat, "acme")}
    page = PageStage(
        **shared,
        pager=FakePager(world=stage.world),
        leases={**stage.leases, HERE.name: lease},
        community=community,
        browser=browser,
    )
    page.listening = asyncio.create_task(LocalConnected(community).listen(_feed(page)))
    await _until(lambda: community.feed is not None)
    return page


def _feed(stage: PageStage) -> Feed:
    async def give(invocation: Invocation) -> Reply:
        reply = await dispatch.give(stage.desk, invocation)
        stage.answers.append(reply)
        return reply

    def offer(message: Message) -> bool:
        taken = stage.intake.offer(message)
        stage.offered.add(message.ref.message)
        return taken

    awaiting = stage.awaiting
    return Feed(
        offer=offer,
        expect=stage.intake.expect,
        interrupted=lambda cause: stage.intake.interrupted(HERE, cause),
        resumed=lambda at: stage.intake.resumed(HERE, at),
        give=give,
        gone=awaiting.gone,
        left=awaiting.vanishing.left,
    )
