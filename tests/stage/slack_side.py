"""Slack as a stage has it: the real library against a server of our own, its members, and whoever administers it."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from adapters.slack.connected import WorkspaceConnected
from adapters.slack.connecting import connect
from adapters.slack.home import Home
from adapters.slack.members import account_ref, member_of
from adapters.slack.session import Session
from bot.commands import dispatch
from bot.domain.action import Result
from bot.domain.card import Card
from bot.domain.command import Invocation, Reply
from bot.domain.message import AccountRef, Channel, Member, Message
from bot.domain.outcome import OutcomeKind
from bot.ports import Effect, Feed
from bot.services.evidence.copier import Copier
from bot.services.outside.entering import Entering
from bot.services.outside.noting import Noting
from bot.services.performing import Performer, through_platform
from bot.store.leases import take
from tests.adapters.slack.ground import Installed, Unhurried, texts_of, title_of, words_of
from tests.slack import elements
from tests.slack.hands import Hands
from tests.slack.server import LoopbackSlack
from tests.slack.things import JSON
from tests.slack.uses import until
from tests.slack.world import World
from tests.stage.slack_workspace import CHANNELS, HERE, SlackWorld, furnish
from tests.stage.stage import Stage

#: where members are who have just come
_ROOMS = ("help", "gaming", "kneipe", "elsewhere")
_MESSAGE = re.compile(r"https?://[^/]+/archives/(C\w+)/p(\d+)(\d{6})(?:\?.*)?")
_PERSON = re.compile(r"https?://[^/]+/team/(U\w+)")


@dataclass(kw_only=True)
class SlackSide:
    """One workspace of the community on stage."""

    stage: Stage
    server: LoopbackSlack
    place: Installed
    connected: WorkspaceConnected
    world: SlackWorld
    #: whatever has to be shut when the story is over
    open: AsyncExitStack
    #: who does by hand what is left to hands, by the id of the account
    leader: str
    #: accounts by the names that stories give to members
    people: dict[str, str] = field(default_factory=dict)
    #: what the core answered to what is under way
    answers: list[Reply] = field(default_factory=list)
    #: messages that were handed over, by channel and ts
    offered: set[tuple[str, str]] = field(default_factory=set)
    #: cards by the message that shows them, as they were asked for last
    hung: dict[tuple[str, str], Card] = field(default_factory=dict)
    #: how often the leader pressed a button of a card: who presses in vain thrice gives up
    pressed: dict[str, int] = field(default_factory=dict)
    #: what was told to whoever runs the program
    told: list[Exception] = field(default_factory=list)
    live: bool = False
    listening: "asyncio.Task[None] | None" = None

    @property
    def hands(self) -> Hands:
        """Everybody's hands."""
        return self.server.hands

    # --- members

    def ref(self, user: str) -> AccountRef:
        """Return an account by the name that the story gives it, or of one of the roster by their id."""
        person = self.stage.policies.governance.roster.people.get(user)
        if person is not None:
            return account_ref(HERE.workspace, person.accounts[HERE.platform][1])
        if user not in self.people:
            self.people[user] = self.place.workspace.add_user(user).id
            for name in _ROOMS:
                self.hands.join(self.people[user], CHANNELS[name])
        return account_ref(HERE.workspace, self.people[user])

    def member(self, user: str) -> Member:
        """Return a member as the adapter hands one over."""
        id_ = self.ref(user).user
        return member_of(HERE.workspace, self.place.workspace.shown(id_), self.connected.groups.of(id_))

    def channel(self, where: str) -> Channel:
        """Return a channel by its name."""
        return Channel(platform=HERE.platform, workspace=HERE.workspace, id=CHANNELS[where], name=where)

    async def say(self, text: str, *, user: str = "u1", where: str = "help") -> str:
        """Let a member write, and return the message's ts once it is judged, stored and acted upon."""
        author = self.ref(user).user
        # that they came is known before
        await self.heard()
        posted = self.hands.say(author, CHANNELS[where], text)
        await self.until(lambda: (CHANNELS[where], posted) in self.offered)
        await self.heard()
        await self.stage.settle()
        await self.perform()
        return posted

    async def is_held(self, user: str, sanction: OutcomeKind) -> bool:
        """Return whether a sanction of a member is in effect: by what becomes of what they write, or of their coming.

        With an admin's token, what they write is deleted; without, whoever joins a channel again is taken out of it.
        """
        id_ = self.ref(user).user
        if self.place.workspace.users[id_].deleted or sanction is OutcomeKind.BAN:
            return sanction is OutcomeKind.BAN and self.place.workspace.users[id_].deleted
        room = self.place.workspace.channels[CHANNELS["help"]]
        if self.connected.door.admin is None:
            if id_ not in room.members:
                self.hands.join(id_, room.id)
                await self.heard()
                await self.stage.settle()
            return id_ not in room.members
        if id_ not in room.members:
            self.hands.join(id_, room.id)
        said = await self.say("a quiet word", user=user)
        return said not in room.messages

    # --- what is left to hands

    async def by_hand(self) -> bool:
        """Let the leader do what cards in the leads' channel ask for, and return whether there was anything."""
        done = False
        for one in list(self.hands.sees(self.leader, CHANNELS["leads"])):
            card = self.hung.get((CHANNELS["leads"], one["ts"]))
            if card is None or not action_of(one, "hand.done"):
                continue
            done = True
            for link in card.links:
                self._follow(card, link.url)
            await self.heard()
            await self.perform()
            await self._press(one["ts"])
        return done

    def _follow(self, card: Card, url: str) -> None:
        """Let the leader do in Slack's client what a card says, where its link leads."""
        workspace, message, person = self.place.workspace, _MESSAGE.fullmatch(url), _PERSON.fullmatch(url)
        if message is not None:
            channel, ts = message[1], f"{message[2]}.{message[3]}"
            if ts in workspace.channels[channel].messages:
                self.hands.delete(self.leader, channel, ts)
            return
        assert person is not None, f"{url} leads nobody anywhere"
        if "deactivate" in card.title:
            self.hands.deactivate(self.leader, person[1])
        elif "active again" in card.title:
            self.hands.reactivate(self.leader, person[1])
        else:
            assert "member" in card.title, card
            for one in workspace.channels.values():
                if person[1] in one.members and not (one.is_general or one.is_im):
                    self.hands.kick(self.leader, one.id, person[1])

    async def _press(self, ts: str) -> None:
        shown = next(one for one in self.hands.sees(self.leader, CHANNELS["leads"]) if one["ts"] == ts)
        action = action_of(shown, "hand.done")
        if not action:
            # Slack told that it is done before anybody had to say so
            return
        self.pressed[action] = self.pressed.get(action, 0) + 1
        assert self.pressed[action] < 3, self.hung[CHANNELS["leads"], ts]
        await self.hands.press(self.leader, CHANNELS["leads"], ts, action).answered()
        await self.perform()

    # --- what stands behind

    async def heard(self) -> None:
        """Return once Slack has told everything that happened, and it is stored."""
        await self.until(lambda: not self.server.delivery.pending)

    async def perform(self) -> None:
        """Copy what is to be copied, and do what was planned for members here."""
        while await self.copier.copy_due():
            pass
        performer = self.performer
        while await performer.perform_due():
            pass

    @property
    def copier(self) -> Copier:
        """Whoever copies what is evidence before it goes."""
        return Copier(self.stage.needs(HERE.name), self.connected.platform)

    @property
    def messages(self) -> Mapping[str, Sequence[str]]:
        """What members wrote and what still stands, by channel."""
        return self.world.messages

    @property
    def performer(self) -> Performer:
        """Who does what was planned."""
        slack = replace(through_platform(self.connected.platform), enforce=self._enforce)
        return Performer(self.stage.needs(HERE.name), slack, community=self.stage.policies.community)

    async def _enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Have the adapter do what is asked, and remember which message shows which card."""
        results = await self.connected.platform.enforce(effects)
        for effect, result in zip(effects, results, strict=True):
            posted = result.posted or ("" if effect.message is None else effect.message.message)
            if effect.card is not None and effect.stream is not None and posted:
                self.hung[effect.stream.channel, posted] = effect.card
        return results

    def cards(self, where: str = "leads") -> list[Card]:
        """Return the cards that hang in a channel, each held against what the staff see there."""
        found = []
        for one in self.hands.sees(self.leader, CHANNELS[where]):
            card = self.hung.get((CHANNELS[where], one["ts"]))
            if card is not None:
                assert title_of(one) == card.title, (texts_of(one), card)
                shown = {part["action_id"] for _, part in elements.of(one["blocks"])}
                assert shown == {*(each.action for each in card.buttons), *(each.action for each in card.choices)}
                found.append(card)
        return found

    def notices(self, user: str) -> list[str]:
        """Return what a member was told."""
        said = self.hands.direct_messages(self.ref(user).user, self.place.app)
        return [words_of(one) for one in said if one["user"] == self.place.bot]

    async def until(self, so: Any) -> None:
        """Return once something is so; raise what ended the listening."""

        def told() -> bool:
            assert self.listening is not None
            if self.listening.done():
                self.listening.result()
            return bool(so())

        await until(told)

    async def close(self) -> None:
        """Leave the workspace; nothing that was asked was off Slack's words or too often, and nobody was pinged."""
        if self.listening is not None:
            self.listening.cancel()
            with suppress(asyncio.CancelledError):
                await self.listening
        await self.open.aclose()
        assert not self.server.record.off, self.server.record.off
        assert not self.server.record.over, self.server.record.over
        assert not self.server.record.pings, self.server.record.pings
        assert not self.told, self.told


def action_of(shown: JSON, begins: str) -> str:
    """Return what a button of a message says whose action begins so; empty without one."""
    found = (part["action_id"] for _, part in elements.of(shown.get("blocks") or []))
    return next((one for one in found if one.startswith(f"{begins}:")), "")


async def open_side(stage: Stage, *, admin: bool = True) -> SlackSide:
    """Return a workspace of the community on stage, connected: with both tokens, or with the bot's alone."""
    opened, told = AsyncExitStack(), list[Exception]()
    server = LoopbackSlack(World(now=stage.clock.now))
    # a story's time stands still: nobody waits in it for as long as limits last
    server.limits.on = False
    await opened.enter_async_context(server)
    place = furnish(server, stage.policies, admin=admin)
    home = Home(
        community=stage.policies.community, workspace=HERE.workspace, policies=lambda: stage.policies, tell=told.append
    )
    connected = await connect(Session(kept={HERE.workspace: place.access}), home, stage.clock)
    opened.push_async_callback(connected.close)
    connected.door.paces = Unhurried()
    async with stage.store.writing() as tx:
        lease = await take(tx, f"connection:{HERE.name}", "one", 10**7)
    assert lease is not None
    stage.leases = {**stage.leases, HERE.name: lease}
    stage.emulated[HERE.name] = connected.platform.emulated
    world = SlackWorld(workspace=place.workspace, bot=place.bot, paged=stage.world)
    leads = stage.policies.governance.roster.people["lee"].accounts.get(HERE.platform)
    return SlackSide(
        stage=stage, server=server, place=place, connected=connected, world=world, open=opened, told=told,
        leader=place.admin if leads is None else leads[1],
    )  # fmt: skip


async def begin(side: SlackSide) -> None:
    """Listen to the workspace, and return once everything that happens there arrives."""
    side.listening = asyncio.create_task(side.connected.listen(_feed(side)))
    await side.until(lambda: side.live)
    await side.until(lambda: side.connected.groups.of("") is not None)


def _feed(side: SlackSide) -> Feed:
    stage = side.stage
    shared: dict[str, Any] = {
        "store": stage.store, "keys": stage.keys, "clock": stage.clock, "policies": lambda: stage.policies,
        "wake": lambda: None,
    }  # fmt: skip

    async def give(invocation: Invocation) -> Reply:
        reply = await dispatch.give(stage.desk, invocation)
        side.answers.append(reply)
        return reply

    def offer(message: Message) -> bool:
        taken = stage.intake.offer(message)
        side.offered.add((message.ref.channel, message.ref.message))
        return taken

    def resumed(since: datetime) -> None:
        stage.intake.resumed(HERE, since)
        side.live = True

    noting = Noting(connection=HERE, **shared)
    return Feed(
        offer=offer,
        settled=stage.intake.settled,
        expect=stage.intake.expect,
        interrupted=lambda cause: stage.intake.interrupted(HERE, cause),
        resumed=resumed,
        give=give,
        noticed=noting.note,
        noticed_until=noting.until,
        gone=stage.awaiting.gone,
        left=stage.awaiting.vanishing.left,
        entered=Entering(**shared).entered,
    )
