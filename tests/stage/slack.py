"""The stage on Slack: members and staff are people in a workspace, reached by the real library over the wire."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.slack.forms import COMMAND, FORM, SAID
from bot.commands.desk import Desk
from bot.commands.naming import path_of
from bot.commands.table import find_command
from bot.domain.card import Card
from bot.domain.command import OptionValue, Reply
from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.i18n import say
from bot.services.evidence.copier import Copier
from bot.services.performing import Performer, through_pager
from bot.store.engine import Store
from tests.adapters.slack.ground import words_of
from tests.fakes.pager import FakePager
from tests.slack import elements, payloads
from tests.slack.payloads import Asking
from tests.slack.things import PostedMessage
from tests.slack.uses import Kind, Use
from tests.slack.views import View
from tests.stage.slack_side import SlackSide, begin, open_side
from tests.stage.slack_workspace import CHANNELS, HERE, in_slack
from tests.stage.stage import NOON, Stage, set_stage

_LOCALES = {"en": "en-US", "de": "de-DE"}
#: where commands are given by whoever is in no channel any more: there, everybody is
_GENERAL = "general"


@dataclass(kw_only=True)
class SlackStage(Stage):
    """A stage on which everybody sits before Slack; whoever leads does by hand what is left to hands."""

    side: SlackSide = field(init=False)
    #: modals that are open before somebody, by who it is and what sending them says
    forms: dict[tuple[str, str], View] = field(default_factory=dict)

    async def say(self, text: str, *, user: str = "u1", where: str = "help", **fields: Any) -> Message:
        """Let a member write, and return the message once it is judged, stored and acted upon."""
        assert not fields, "a client says no more than that"
        return self.message(text, user=user, where=where, id=await self.side.say(text, user=user, where=where))

    async def give(
        self, who: str, command: str, *, where: str = "help", language: str = "en", id: str = "", **options: OptionValue
    ) -> Reply:
        """Let somebody type a command, and return the reply once everything is done."""
        known = find_command(command)
        if id or known is None or not known.typed or set(options) & {"subject", "version"}:
            return await super().give(who, command, where=where, language=language, id=id, **options)
        named = [f"{say('options.' + name.rstrip('_'), 'en')}:{_typed(value)}" for name, value in options.items()]
        user = await self._speaks(who, language)
        place = self.side.place.workspace.channels[CHANNELS[where]]
        general = next(one for one in self.side.place.workspace.channels.values() if one.name == _GENERAL)
        channel = place.id if user in place.members else general.id
        words = " ".join(["/" + " ".join(filter(None, path_of(known))), *named])
        return await self._asked(lambda: self.side.hands.give(user, channel, words))

    async def press(self, who: str, action: str, *, where: str = "leads", language: str = "en", **more: Any) -> Reply:
        """Let somebody press a button, choose from a menu or send a form."""
        user = await self._speaks(who, language)
        opened = self.forms.pop((user, action), None)
        if opened is not None:
            return await self._asked(lambda: self.side.hands.submit(opened, **more))
        return await self._asked(lambda: self._pressed(user, action, CHANNELS[where], more))

    def _pressed(self, user: str, action: str, channel: str, more: Mapping[str, Any]) -> Use:
        hands, rooms = self.side.hands, self.side.place.workspace.channels
        for place in dict.fromkeys((channel, *CHANNELS.values())):
            for one in hands.sees(user, place) if user in rooms[place].members else ():
                if any(part["action_id"] == action for _, part in elements.of(one.get("blocks") or [])):
                    if "value" in more:
                        return hands.choose(user, place, one["ts"], action, str(more["value"]))
                    return hands.press(user, place, one["ts"], action)
        return self._forged(user, action, more)

    def _forged(self, user: str, action: str, more: Mapping[str, Any]) -> Use:
        """Let a client say what nobody shows its owner any more, or ever did: the core is to refuse it."""
        workspace, app, world = self.side.place.workspace, self.side.place.app, self.side.server.world
        trigger = world.trigger(app, workspace.id, user)
        asking = Asking(workspace=workspace, app=app, user=workspace.users[user], trigger_id=trigger)
        place = workspace.channels[CHANNELS["help"]]
        answered_at = world.response_url(app, workspace.id, place.id, user)
        shown = PostedMessage(ts=workspace.moment(place), user=self.side.place.bot, app_id=app.id)
        said: dict[str, Any] = {"type": "button", "action_id": action, "block_id": "b1", "action_ts": shown.ts}
        if "value" in more:
            chosen = {"text": {"type": "plain_text", "text": "?"}, "value": str(more["value"])}
            said |= {"type": "static_select", "selected_option": chosen}
        payload = payloads.used_in_message(
            asking, place, shown, action=said, state={}, response_url=answered_at
        )  # fmt: skip
        kind = Kind.USED
        if more and "value" not in more:
            values = {name: {"value": {"type": "plain_text_input", "value": str(one)}} for name, one in more.items()}
            view = {
                "type": "modal", "id": "V1", "callback_id": FORM, "state": {"values": values},
                "private_metadata": json.dumps({"action": action, "respond": answered_at, "channel": place.id}),
            }  # fmt: skip
            kind, payload = Kind.SUBMITTED, {**payload, "type": "view_submission", "view": view}
        return self.side.hands.asker.ask(kind, asking, payload, channel=place, response_url=answered_at)

    async def _asked(self, ask: Any) -> Reply:
        # whoever came is known before
        await self.side.heard()
        self.side.answers.clear()
        asked: Use = ask()
        await asked.answered()
        await self.side.until(lambda: self.side.answers or self._shown(asked))
        reply = self.side.answers[-1] if self.side.answers else Reply(text=self._shown(asked), done=False)
        await self._hold_against(asked, reply)
        if not self.waiting:
            await self.perform()
        self.replies.append(reply)
        return reply

    async def _hold_against(self, asked: Use, reply: Reply) -> None:
        """Let nobody see anything else than the core answered."""
        assert not asked.failure, (asked, reply)
        await self.side.until(lambda: self._view(asked) if reply.form is not None else self._shown(asked))
        view = self._view(asked)
        if reply.form is not None:
            assert view is not None
            action = json.loads(view.content["private_metadata"])["action"]
            assert action == reply.form.action
            self.forms[asked.user_id, action] = view

    def _view(self, asked: Use) -> View | None:
        opened = asked.opened or asked.view
        return opened if opened is not None and opened.content["callback_id"] in {FORM, COMMAND, SAID} else None

    def _shown(self, asked: Use) -> str:
        """Return what somebody reads as the answer."""
        view = self._view(asked)
        said = [view.shown()] if view is not None and view.content["callback_id"] == SAID else []
        whispered = [{"blocks": one.blocks} for one in asked.whispers]
        posted = [{"blocks": one.blocks} for one in asked.posted] if asked.kind is Kind.COMMAND else []
        return "\n".join(words_of(one) for one in (*said, *whispered, *posted))

    async def _speaks(self, who: str, language: str) -> str:
        user = self.ref(who).user
        workspace = self.side.place.workspace
        if workspace.users[user].locale != _LOCALES[language]:
            workspace.change_user(user, locale=_LOCALES[language])
            await self.side.heard()
        return user

    # --- what names what

    def message(self, text: str, *, user: str = "u1", where: str = "help", **fields: Any) -> Message:
        """Return a message written now, as the adapter names it."""
        ref = MessageRef(
            platform=HERE.platform, workspace=HERE.workspace, channel=CHANNELS[where], message=fields["id"]
        )  # fmt: skip
        author, channel = self.member(user), self.channel(where)
        return Message(ref=ref, author=author, channel=channel, at=self.clock.now(), text=text)

    def ref(self, user: str) -> AccountRef:
        """Return an account by the name that the story gives it, or of one of the roster by their id."""
        return self.side.ref(user)

    def channel(self, where: str = "help") -> Channel:
        """Return a channel by its name."""
        return self.side.channel(where)

    def member(self, user: str, **fields: Any) -> Member:
        """Return a member as the adapter hands one over."""
        assert not fields, "Slack says no more than that"
        return self.side.member(user)

    def joined(self, user: str) -> Member:
        """Return a member who is there."""
        return self.side.member(user)

    # --- what stands behind

    @property
    def desk(self) -> Desk:
        """What commands are given."""
        return Desk(
            store=self.store,
            keys=self.keys,
            clock=self.clock,
            policies=lambda name: self.policies if name == self.policies.community else None,
            platform=lambda connection: self.side.connected.platform if connection == HERE else None,
        )

    async def perform(self) -> None:
        """Do whatever is due, and let those who lead do what is left to them."""
        await super().perform()
        while await self.side.by_hand():
            await super().perform()

    @property
    def copier(self) -> Copier:
        """Whoever copies what is evidence before it goes."""
        return self.side.copier

    @property
    def performers(self) -> Sequence[Performer]:
        """Those who do what was planned."""
        return (self.side.performer, Performer(self.needs("pager"), through_pager(self.pager)))

    async def is_held(self, user: str, sanction: OutcomeKind) -> bool:
        """Return whether a sanction of a member is in effect."""
        return await self.side.is_held(user, sanction)

    def cards(self, where: str = "leads") -> list[Card]:
        """Return the cards that hang in a channel."""
        return self.side.cards(where)

    def notices(self, user: str = "u1") -> list[str]:
        """Return what a member was told."""
        return self.side.notices(user)

    async def close(self) -> None:
        """End the intake and leave the workspace."""
        await super().close()
        await self.side.close()


def _typed(value: OptionValue) -> str:
    match value:
        case Member(account=AccountRef(user=user)):
            return f"@{user}"
        case Message():
            return value.ref.message
        case Channel():
            return f"#{value.name}"
        case _:
            return f'"{value}"' if " " in str(value) else str(value)


async def set_slack(store: Store, *files: tuple[str, str], at: datetime = NOON, admin: bool = True) -> SlackStage:
    """Return a community that has just begun, in a Slack workspace of its own, with both tokens."""
    stage = await set_stage(store, *in_slack(files), at=at)
    shared: dict[str, Any] = {
        name: getattr(stage, name)
        for name in ("store", "clock", "keys", "policies", "intake", "task", "platform", "leases", "emulated", "world")
    }  # fmt: skip
    made = SlackStage(**shared, pager=FakePager(world=stage.world))
    made.side = await open_side(made, admin=admin)
    made.world = made.side.world  # type: ignore[assignment]
    await begin(made.side)
    return made


async def set_slack_bot(store: Store, *files: tuple[str, str], at: datetime = NOON) -> SlackStage:
    """Return the same with the bot's token alone: what others wrote, people delete, and people take people out."""
    return await set_slack(store, *files, at=at, admin=False)
