"""What somebody did in Slack, as what they want: commands, shortcuts, presses, choices, forms and completions.

https://docs.slack.dev/interactivity
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from adapters.slack.cards import is_reveal
from adapters.slack.contents import Json, object_in, text_in
from adapters.slack.forms import COMMAND, FORM, filled_in, kept_in, value_of
from adapters.slack.menus import from_anywhere, on_messages
from bot.commands.command import Command
from bot.commands.table import find_command
from bot.domain.command import OptionKind


class Kind(StrEnum):
    """What sort of thing somebody did."""

    #: a command was typed
    TYPED = "typed"
    #: a shortcut was chosen, from a message or from anywhere
    SHORTCUT = "shortcut"
    #: a button was pressed, or something chosen in a card's menu
    PRESS = "press"
    #: a modal was sent
    SENT = "sent"
    #: somebody types in a menu that completes
    TYPING = "typing"
    #: what is covered is to be shown
    REVEAL = "reveal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What somebody wants, before what they name is looked up."""

    #: what sort of thing it is
    kind: Kind
    #: Slack's id of this one interaction
    id: str
    #: who
    user: str
    #: `mod.warn`; of a command that was typed, its first word
    command: str
    #: the table's row; None for a command that isn't known, and for one that was typed
    row: Command | None = None
    #: what was given, by the options' names, as Slack says it
    given: Mapping[str, Any] = field(default_factory=dict)
    #: TYPED: what stands behind the first word; TYPING: what was typed of the option
    text: str = ""
    #: TYPING: the option
    option: str = ""
    #: where; empty for nowhere, or a direct message
    channel: str = ""
    #: the thread in it; empty for the channel itself
    thread: str = ""
    #: SHORTCUT: the message, as Slack shows it
    message: Json = field(default_factory=dict)
    #: opens a modal, once and within three seconds
    trigger: str = ""
    #: where an answer is sent that only whoever asked sees; good for half an hour and five answers
    respond: str = ""
    #: it was done in a modal that is open
    in_modal: bool = False


def asked(body: Json) -> Asked | None:
    """Return what an interaction wants; None for a kind that isn't ours."""
    if "command" in body:
        return _typed(body)
    match body.get("type"):
        case "message_action" | "shortcut":
            return _shortcut(body)
        case "block_actions":
            return _press(body)
        case "view_submission":
            return _sent(body)
        case "block_suggestion":
            return _typing(body)
        case _:
            return None


def _typed(body: Json) -> Asked:
    return Asked(
        kind=Kind.TYPED, id=text_in(body, "trigger_id"), user=text_in(body, "user_id"),
        command=text_in(body, "command").removeprefix("/"), text=text_in(body, "text"),
        channel=_public(text_in(body, "channel_id")), trigger=text_in(body, "trigger_id"),
        respond=text_in(body, "response_url"),
    )  # fmt: skip


def _shortcut(body: Json) -> Asked | None:
    name, message = text_in(body, "callback_id"), object_in(body, "message")
    on_message, anywhere = on_messages().get(name), from_anywhere().get(name)
    row = on_message[0] if on_message is not None else anywhere
    if row is None:
        return None
    given: dict[str, str] = {}
    if on_message is not None:
        option = on_message[1]
        given[option.name] = text_in(message, "user") if option.kind is OptionKind.MEMBER else text_in(message, "ts")
    thread = text_in(message, "thread_ts")
    return Asked(
        kind=Kind.SHORTCUT, id=text_in(body, "trigger_id"), user=text_in(body, "user", "id"), command=row.name, row=row,
        given=given, message=message, trigger=text_in(body, "trigger_id"), respond=text_in(body, "response_url"),
        channel=text_in(body, "channel", "id"), thread="" if thread == text_in(message, "ts") else thread,
    )  # fmt: skip


def _press(body: Json) -> Asked | None:
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    said = text_in(action, "action_id")
    if not said or action.get("type") == "external_select":
        return None
    view = object_in(body, "view")
    kept = kept_in(view)
    # of what somebody sees alone, Slack says less
    thread = text_in(body, "message", "thread_ts") or text_in(body, "container", "thread_ts") or kept.get("thread", "")
    chosen = value_of(action) if isinstance(action.get("selected_option"), dict) else ""
    common = Asked(
        kind=Kind.PRESS, id=text_in(body, "trigger_id"), user=text_in(body, "user", "id"), command=said,
        channel=_public(text_in(body, "channel", "id") or kept.get("channel", "")),
        thread="" if thread == text_in(body, "message", "ts") else thread,
        trigger=text_in(body, "trigger_id"), respond=text_in(body, "response_url") or kept.get("respond", ""),
        in_modal=view.get("type") == "modal",
    )  # fmt: skip
    if is_reveal(said):
        return replace(common, kind=Kind.REVEAL, text=text_in(action, "value"))
    return _said(common, said, {"value": chosen} if isinstance(chosen, str) and chosen else {})


def _sent(body: Json) -> Asked | None:
    view = object_in(body, "view")
    kept, filled = kept_in(view), filled_in(view)
    common = Asked(
        kind=Kind.SENT, id=text_in(body, "trigger_id") or text_in(view, "id"), user=text_in(body, "user", "id"),
        command="", channel=_public(kept.get("channel", "")), thread=kept.get("thread", ""),
        trigger=text_in(body, "trigger_id"), respond=kept.get("respond", ""), in_modal=True,
    )  # fmt: skip
    match view.get("callback_id"):
        case name if name == FORM:
            return _said(common, kept.get("action", ""), filled)
        case name if name == COMMAND:
            row = find_command(kept.get("command", ""))
            known = () if row is None else (one.name for one in row.options)
            given = {one: filled[one] for one in known if one in filled}
            return replace(common, command=kept.get("command", ""), row=row, given=given)
        case _:
            return None


def _typing(body: Json) -> Asked | None:
    view = object_in(body, "view")
    row = find_command(kept_in(view).get("command", ""))
    if row is None:
        return None
    return Asked(
        kind=Kind.TYPING, id=text_in(body, "trigger_id") or text_in(view, "id"), user=text_in(body, "user", "id"),
        command=row.name, row=row, given=filled_in(view), option=text_in(body, "block_id"), text=text_in(body, "value"),
        channel=_public(kept_in(view).get("channel", "")),
    )  # fmt: skip


def _said(common: Asked, said: str, given: Mapping[str, Any]) -> Asked:
    """Return what a button, a menu or a form says: `command:subject:version`."""
    name, _, rest = said.partition(":")
    subject, _, version = rest.partition(":")
    row = find_command(name)
    known = {"value"} | ({one.name for one in row.options} if row is not None else set())
    options = {"subject": subject, "version": version} | {one: given[one] for one in given if one in known}
    return replace(common, command=name, row=row, given={one: value for one, value in options.items() if value})


def _public(channel: str) -> str:
    """Return a channel's id; empty for a direct message."""
    return "" if channel.startswith("D") else channel
