"""How what somebody asks gets to the app, and what its answer does: words in the channel, or a modal that changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.slack import elements, views
from tests.slack.api import blocks as kit
from tests.slack.api import viewing
from tests.slack.api.content import EVERYBODY, texts
from tests.slack.delivery import Delivery
from tests.slack.elements import ImpossibleError
from tests.slack.envelopes import COMMAND, INTERACTIVE, Ack, NotTakenError
from tests.slack.errors import Refused
from tests.slack.payloads import Asking
from tests.slack.things import JSON, App, Channel
from tests.slack.uses import TROUBLE, Kind, Use
from tests.slack.views import View
from tests.slack.workspace import Workspace
from tests.slack.world import World


@dataclass(kw_only=True)
class Asker:
    """Asks apps, and does what they answer."""

    #: where
    world: World
    #: the way to apps
    delivery: Delivery
    #: everything that was asked, in order
    uses: list[Use] = field(default_factory=list)

    def ask(
        self, kind: Kind, asking: Asking, payload: JSON, *, channel: Channel | None = None, response_url: str = "",
        view: View | None = None,
    ) -> Use:  # fmt: skip
        """Ask an app, and return what comes of it."""
        use = Use(
            kind=kind, workspace=asking.workspace, app=asking.app, user_id=asking.user.id, payload=payload,
            trigger_id=asking.trigger_id, channel_id=None if channel is None else channel.id,
            at=asking.workspace.moment(channel), view=view,
            response_path=response_url.removeprefix(self.world.host) or None,
        )  # fmt: skip
        self.uses.append(use)
        self.delivery.go(self._asked(use))
        return use

    async def _asked(self, use: Use) -> None:
        kind = COMMAND if use.kind is Kind.COMMAND else INTERACTIVE
        try:
            ack = await self.delivery.ask(use.app, kind, use.payload)
        except NotTakenError as refused:
            use.failure = _read(use, refused.reason)
            return
        try:
            self._took(use, ack)
        except Refused as refused:
            # what the app answered makes no sense
            self.world.record.off.append(f"answer to {use.kind}: {refused.error}")
            use.failure = _read(use, "http_error")
        use.ack = ack

    def _took(self, use: Use, ack: Ack) -> None:
        match use.kind:
            case Kind.COMMAND if ack.payload:
                self._said(use, ack.payload)
            case Kind.LOOKED_UP:
                use.options = _options(ack.payload)
            case Kind.SUBMITTED if use.view is not None:
                self._sent_off(use, use.view, ack.payload or {})
            case _ if ack.payload:
                # Slack throws it away, so that whoever relies on it is wrong
                self.world.record.off.append(f"an answer to {use.kind} has content: {ack.payload!r:.200}")

    def _said(self, use: Use, payload: Any) -> None:
        """Show the words with which a command was answered."""
        said: JSON = payload if isinstance(payload, dict) else {"text": str(payload)}
        if "text" not in said and "blocks" not in said and "attachments" not in said:
            raise Refused("no_text")
        if use.channel_id is None:
            return
        self._refuse(said, kit.wrong(said.get("blocks", [])))
        shown = {name: said[name] for name in ("attachments",) if said.get(name)}
        if said.get("blocks"):
            shown["blocks"] = elements.identified(said["blocks"])
        text = str(said.get("text", ""))
        if said.get("response_type") == "in_channel":
            bot = use.app.bots[use.workspace.id]
            use.workspace.post(use.channel_id, bot.user_id, text, bot_id=bot.id, app_id=use.app.id, **shown)
        else:
            use.workspace.whisper(use.channel_id, use.user_id, use.app.id, text, **shown)

    def _sent_off(self, use: Use, view: View, answer: JSON) -> None:
        """Do with a modal that was sent off what the app answered."""
        match answer.get("response_action"):
            case None:
                closed(use.workspace, view)
            case "clear":
                views.close(use.workspace, view, all_of_them=True)
            case "errors" if _fits(view, answer.get("errors")):
                view.errors = use.errors = dict(answer["errors"])
            case "update" if isinstance(answer.get("view"), dict):
                self._refuse(answer["view"], viewing.wrong(answer["view"], "modal"))
                view.become(answer["view"])
            case "push" if isinstance(answer.get("view"), dict):
                self._refuse(answer["view"], viewing.wrong(answer["view"], "modal"))
                use.pushed = views.lay(use.workspace, view, answer["view"])
            case _:
                raise Refused("invalid_response_action")

    def _refuse(self, content: JSON, wrong: Sequence[str]) -> None:
        """Raise what is wrong in an answer, and put on record when it calls everybody."""
        if wrong:
            self.world.record.off.extend(wrong)
            raise Refused("invalid_blocks")
        for text in texts(content):
            self.world.record.pings.extend(f"answer: {one.removeprefix('<!')}" for one in EVERYBODY if one in text)


def closed(workspace: Workspace, view: View) -> None:
    """Take a modal away that was sent off or closed, and with it all others where it says so."""
    views.close(workspace, view, all_of_them=bool(view.content.get("clear_on_close")))


def installed(world: World, workspace: Workspace, holds: Callable[[App], bool], what: str) -> App:
    """Return the app of a workspace that offers a command or shortcut, the latest of several; its scope is needed."""
    theirs = {
        token.app_id
        for token in world.tokens.values()
        if token.team_id == workspace.id and "commands" in token.scopes and not token.revoked
    }
    for app in reversed(world.apps.values()):
        if app.id in theirs and holds(app):
            return app
    raise ImpossibleError(f"there is no {what} in {workspace.domain}")


def _fits(view: View, errors: Any) -> bool:
    """Return whether errors name fields of a modal, as they must."""
    fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    return isinstance(errors, dict) and bool(errors) and errors.keys() <= fields


def _options(payload: Any) -> Sequence[JSON]:
    """Return what may be chosen, as an app answered; raise what is wrong with it."""
    found = payload if isinstance(payload, dict) else {}
    groups = found.get("option_groups") or [{"options": found.get("options")}]
    options = [one for group in groups for one in group.get("options") or ()]
    if "options" not in found and "option_groups" not in found:
        raise Refused("no_options")
    if options:
        select = {"type": "static_select", "action_id": "looked_up", "options": options}
        wrong = kit.wrong([{"type": "actions", "elements": [select]}])
        if wrong:
            raise Refused("invalid_options", errors=list(wrong))
    return options


def _read(use: Use, reason: str) -> str:
    """Return what a person reads where an app failed."""
    if use.kind is not Kind.COMMAND:
        return TROUBLE
    error = "operation_timeout" if "timeout" in reason else "dispatch_failed"
    return f"{use.payload['command']} failed with the error “{error}”"
