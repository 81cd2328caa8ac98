"""The stage on Discord: members and staff are people on a server, reached by the real library over the wire."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.discord.connected import ServerConnected
from adapters.discord.connecting import connect
from adapters.discord.home import QUARANTINE, Home
from adapters.discord.pacing import Pace
from adapters.discord.sharing import Access, Session
from adapters.discord.translate import account_ref, member_of
from bot.commands import dispatch
from bot.commands.desk import Desk
from bot.commands.naming import path_of
from bot.commands.table import find_command
from bot.domain.action import Result
from bot.domain.card import Card
from bot.domain.command import Invocation, OptionValue, Reply
from bot.domain.message import AccountRef, Channel, Member, Message
from bot.i18n import say
from bot.policy.policy_set import PolicySet
from bot.ports import Effect, Feed
from bot.services.evidence.copier import Copier
from bot.services.performing import Performer, through_pager, through_platform
from bot.store.engine import Store
from bot.store.leases import take
from tests.adapters.discord.ground import texts_of, title_of, words_of
from tests.discord import permissions
from tests.discord.bots import until
from tests.discord.components import flat
from tests.discord.conftest import pointed_at
from tests.discord.guild import Guild
from tests.discord.interactions import Answer, Interaction, Kind
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World
from tests.fakes.pager import FakePager
from tests.stage.discord_server import HELD, HERE, ServerWorld, furnish
from tests.stage.stage import CHANNELS, NOON, Stage, set_stage

_BUTTON, _SELECT = 2, 3
_LOCALES = {"en": "en-US", "de": "de"}


@dataclass(kw_only=True)
class DiscordStage(Stage):
    """A stage on which everybody sits before Discord."""

    server: LoopbackDiscord
    guild: Guild
    connected: ServerConnected
    #: whatever has to be shut when the story is over
    open: AsyncExitStack
    #: accounts by the names that stories give to members
    people: dict[str, str] = field(default_factory=dict)
    #: what the core answered to the interaction that is under way
    answers: list[Reply] = field(default_factory=list)
    #: ids of messages that were handed over
    offered: set[str] = field(default_factory=set)
    #: cards by the message that shows them, as they were asked for last
    hung: dict[str, Card] = field(default_factory=dict)
    #: what was told to whoever runs the program
    told: list[Exception] = field(default_factory=list)
    #: forms that are open before somebody, by who it is and what sending them says
    forms: dict[tuple[str, str], Interaction] = field(default_factory=dict)
    live: bool = False
    listening: "asyncio.Task[None] | None" = None

    async def say(self, text: str, *, user: str = "u1", where: str = "help", **fields: Any) -> Message:
        """Let a member write, and return the message once it is judged, stored and acted upon."""
        assert not fields, "a client says no more than that"
        self.joined(user)
        posted = self.server.hands.say(self.ref(user).user, CHANNELS[where], text)
        await self._until(lambda: posted in self.offered)
        await self.settle()
        return self.message(text, user=user, where=where, id=posted)

    async def give(
        self, who: str, command: str, *, where: str = "help", language: str = "en", id: str = "", **options: OptionValue
    ) -> Reply:
        """Let somebody give a slash command, and return the reply once everything is done."""
        known = find_command(command)
        if id or known is None or not known.typed or set(options) & {"subject", "version"}:
            return await super().give(who, command, where=where, language=language, id=id, **options)
        if not self._may_give(who):
            return await self._appeals(who, command, language, **options)
        named = {say(f"options.{name.rstrip('_')}", "en"): _typed(value) for name, value in options.items()}
        user = self._speaks(who, language)
        words = " ".join(filter(None, path_of(known)))
        return await self._asked(who, lambda: self.server.hands.give(user, CHANNELS[where], words, **named))

    async def press(self, who: str, action: str, *, where: str = "leads", language: str = "en", **more: Any) -> Reply:
        """Let somebody press a button, choose from a menu or send a form."""
        user = self._speaks(who, language)
        opened = self.forms.pop((user, action), None)
        if opened is not None:
            return await self._asked(who, lambda: self.server.hands.submit(opened, **more))
        return await self._asked(who, lambda: self._pressed(user, action, CHANNELS[where], more))

    def _may_give(self, who: str) -> bool:
        self._here(who)
        granted = permissions.computed(self.guild, self.ref(who).user, self.guild.channels[CHANNELS["help"]])
        return bool(granted & Permission.USE_APPLICATION_COMMANDS)

    async def _appeals(self, who: str, command: str, language: str, **options: OptionValue) -> Reply:
        """Let somebody in a timeout appeal: Discord takes no command from them, and their notice has a button."""
        assert command == "everyone.appeal", f"Discord lets nobody in a timeout give {command}"
        user = self._speaks(who, language)
        notice, button = [
            (one, part["custom_id"]) for one in self.server.hands.direct_messages(user)
            for part in flat(one["components"]) if command in part.get("custom_id", "")
        ][-1]  # fmt: skip
        hands, place = self.server.hands, notice["channel_id"]
        asked = await self._asked(who, lambda: hands.press(user, place, notice["id"], button))
        assert asked.form is not None, asked
        opened = self.forms.popitem()[1]
        return await self._asked(who, lambda: self.server.hands.submit(opened, **options))

    def _pressed(self, user: str, action: str, channel: str, more: Mapping[str, Any]) -> Interaction:
        hands = self.server.hands
        for place in dict.fromkeys((channel, *CHANNELS.values())):
            for one in hands.sees(user, place):
                if any(part.get("custom_id") == action for part in flat(one["components"])):
                    if "value" in more:
                        return hands.choose(user, place, one["id"], action, [str(more["value"])])
                    return hands.press(user, place, one["id"], action)
        # nobody shows them that any more, or ever did: their client says so all the same, and the core is to refuse it
        data: dict[str, Any] = {"custom_id": action, "component_type": _BUTTON, "id": 1}
        if "value" in more:
            data |= {"component_type": _SELECT, "values": [str(more["value"])]}
        kind, source = Kind.COMPONENT, next(iter(self.server.world.messages.get(CHANNELS["leads"], {}).values()), None)
        if more and "value" not in more:
            inputs = [{"type": 4, "id": 2, "custom_id": name, "value": str(value)} for name, value in more.items()]
            data = {"custom_id": action, "components": [{"type": 18, "id": 1, "component": one} for one in inputs]}
            kind = Kind.FORM
        return self.server.interactions.begin(kind, user, CHANNELS["help"], data, source=source)

    async def _asked(self, who: str, ask: Any) -> Reply:
        self._here(who)
        self.answers.clear()
        asked: Interaction = ask()
        await asked.settled()
        reply = self.answers[-1] if self.answers else Reply(text=self._shown(asked), done=False)
        self._hold_against(asked, reply)
        if asked.form is not None:
            self.forms[asked.user_id, asked.form["custom_id"]] = asked
        if not self.waiting:
            await self.perform()
        self.replies.append(reply)
        return reply

    def _hold_against(self, asked: Interaction, reply: Reply) -> None:
        """Let nobody see anything else than the core answered."""
        if reply.form is not None:
            assert asked.form is not None, (reply, asked)
            # in front of it stands the server, where a form is opened in a direct message
            assert asked.form["custom_id"].rpartition("/")[2] == reply.form.action
            return
        assert asked.answer in {Answer.MESSAGE, Answer.DEFERRED}, asked
        assert not self.answers or self._shown(asked), reply

    def _shown(self, asked: Interaction) -> str:
        """Return what somebody reads as the answer."""
        mine = set(asked.messages)
        return "\n".join(words_of(one) for one in self.server.hands.sees(asked.user_id, asked.channel_id)
                         if one["id"] in mine)  # fmt: skip

    def _speaks(self, who: str, language: str) -> str:
        self._here(who)
        user = self.ref(who).user
        self.server.hands.locales[user] = _LOCALES[language]
        return user

    def _here(self, who: str) -> None:
        if self.ref(who).user not in self.guild.members:
            self.joined(who)

    # --- what names what

    def ref(self, user: str) -> AccountRef:
        """Return an account by the name that the story gives it, or of one of the roster by their id."""
        person = self.policies.governance.roster.people.get(user)
        if person is not None:
            return account_ref(self.guild.id, person.accounts[HERE.platform][1])
        if user not in self.people:
            made = self.clock.now() - timedelta(days=400)
            self.people[user] = self.server.world.account(user, created_at=made)["id"]
        return account_ref(self.guild.id, self.people[user])

    def channel(self, where: str = "help") -> Channel:
        """Return a channel by its name."""
        return Channel(platform=HERE.platform, workspace=self.guild.id, id=CHANNELS[where], name=where)

    def member(self, user: str, **fields: Any) -> Member:
        """Return a member as the adapter hands one over."""
        ref = self.ref(user)
        names = {role["id"]: role["name"] for role in self.guild.roles.values()}
        return member_of(self.guild.id, self.server.world.users[ref.user], self.guild.members.get(ref.user), names)

    def joined(self, user: str) -> Member:
        """Return a member who is there."""
        ref = self.ref(user)
        if ref.user not in self.guild.members and ref.user not in self.guild.bans:
            self.guild.join(ref.user)
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
            platform=lambda connection: self.connected.platform if connection == HERE else None,
        )

    @property
    def copier(self) -> Copier:
        """Whoever copies what is evidence before it goes."""
        return Copier(self.needs(HERE.name), self.connected.platform)

    @property
    def performers(self) -> Sequence[Performer]:
        """Those who do what was planned."""
        discord = replace(through_platform(self.connected.platform), enforce=self._enforce)
        return (
            Performer(self.needs(HERE.name), discord, community=self.policies.community),
            Performer(self.needs("pager"), through_pager(self.pager)),
        )

    async def _enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Have the adapter do what is asked, and remember which message shows which card."""
        results = await self.connected.platform.enforce(effects)
        for effect, result in zip(effects, results, strict=True):
            posted = result.posted or ("" if effect.message is None else effect.message.message)
            if effect.card is not None and posted:
                self.hung[posted] = effect.card
        return results

    def cards(self, where: str = "leads") -> list[Card]:
        """Return the cards that hang in a channel, each held against what the staff see there."""
        found = []
        for one in self.server.hands.sees(self.ref("ada").user, CHANNELS[where]):
            card = self.hung.get(one["id"])
            if card is not None:
                assert title_of(one) == card.title, (texts_of(one), card)
                said = {part["custom_id"] for part in flat(one["components"]) if "custom_id" in part}
                assert said == {*(each.action for each in card.buttons), *(each.action for each in card.choices)}
                found.append(card)
        return found

    def notices(self, user: str = "u1") -> list[str]:
        """Return what a member was told."""
        return [words_of(one) for one in self.server.hands.direct_messages(self.ref(user).user)]

    async def close(self) -> None:
        """End the intake and leave the server; nothing that was asked was off Discord's description."""
        if self.listening is not None:
            self.listening.cancel()
            with suppress(asyncio.CancelledError):
                await self.listening
        await super().close()
        await self.open.aclose()
        assert not self.server.record.off, self.server.record.off
        assert not self.told, self.told

    async def _until(self, so: Any) -> None:
        def told() -> bool:
            assert self.listening is not None
            if self.listening.done():
                self.listening.result()
            return bool(so())

        await until(told)


class _Unhurried(dict[tuple[object, ...], Pace]):
    """Lets everything be asked for at once: the time in which it would be its turn never comes by itself."""

    def setdefault(self, _sort: tuple[object, ...], _pace: Pace | None = None) -> Pace:
        return Pace(most=1_000_000)


def _typed(value: OptionValue) -> Any:
    match value:
        case Member(account=AccountRef(user=user)):
            return user
        case Message():
            return value.ref.message
        case Channel():
            return value.id
        case _:
            return value


async def set_discord(store: Store, *files: tuple[str, str], at: datetime = NOON) -> DiscordStage:
    """Return a community that has just begun, on a Discord server of its own."""
    stage = await set_stage(store, *files, at=at)
    opened, told = AsyncExitStack(), list[Exception]()
    server = LoopbackDiscord(World(now=stage.clock.now))
    # a story's time stands still: nobody waits in it for as long as limits last
    server.limits.on = False
    await opened.enter_async_context(server)
    guild = furnish(server.world, stage.policies)
    opened.enter_context(pointed_at(server))
    home = Home(
        community=stage.policies.community, server=guild.id, policies=lambda: on_server(stage.policies),
        tell=told.append,
    )  # fmt: skip
    access = Access(token=server.world.token, api=server.api, gateway=server.gateway)
    connected = await connect(Session(access), home, stage.clock)
    opened.push_async_callback(connected.close)
    connected.door.paces = _Unhurried()
    async with store.writing() as tx:
        lease = await take(tx, f"connection:{HERE.name}", "one", 10**7)
    assert lease is not None
    shared: dict[str, Any] = {
        name: getattr(stage, name)
        for name in ("store", "clock", "keys", "policies", "intake", "task", "platform", "emulated")
    }
    shared["world"] = ServerWorld(guild=guild, paged=stage.world)
    made = DiscordStage(
        **shared, pager=FakePager(world=stage.world),
        leases={**stage.leases, HERE.name: lease}, server=server, guild=guild, connected=connected, open=opened,
        told=told,
    )  # fmt: skip
    made.listening = asyncio.create_task(connected.listen(_feed(made)))
    await made._until(lambda: made.live)
    await show_commands(made)
    return made


def on_server(policies: PolicySet) -> PolicySet:
    """Return policies of a community that is on the server, with a role for whoever is quarantined."""
    return replace(
        policies, discord=HERE.workspace, discord_roles={**policies.discord_roles, QUARANTINE: HELD}
    )  # fmt: skip


async def show_commands(stage: DiscordStage) -> None:
    """Wait until the commands are registered, and show them to everybody, as administrators do in the settings."""
    await stage._until(lambda: stage.guild.commands)
    for id_, one in stage.guild.commands.items():
        stage.guild.commands[id_] = one | {"default_member_permissions": None}


def _feed(stage: DiscordStage) -> Feed:
    async def give(invocation: Invocation) -> Reply:
        reply = await dispatch.give(stage.desk, invocation)
        stage.answers.append(reply)
        return reply

    def offer(message: Message) -> bool:
        taken = stage.intake.offer(message)
        stage.offered.add(message.ref.message)
        return taken

    def resumed(since: datetime) -> None:
        stage.intake.resumed(HERE, since)
        stage.live = True

    awaiting = stage.awaiting
    return Feed(
        offer=offer,
        expect=stage.intake.expect,
        interrupted=lambda cause: stage.intake.interrupted(HERE, cause),
        resumed=resumed,
        give=give,
        gone=awaiting.gone,
        left=awaiting.vanishing.left,
    )
