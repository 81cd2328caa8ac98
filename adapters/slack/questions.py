"""A command's options as a modal, for whoever typed too little or came by a shortcut: there Slack completes as well."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.cards import Block, options
from adapters.slack.forms import COMMAND, field_of, view, written
from adapters.slack.typed import front, is_channel, is_user
from bot.commands.command import Command
from bot.domain.command import Option, OptionKind
from bot.i18n import say

#: what is offered while somebody types: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
_COMPLETED = frozenset({
    OptionKind.GUIDELINE, OptionKind.DURATION, OptionKind.CASE, OptionKind.QUEUE, OptionKind.PERSON,
    OptionKind.ORGANISATION, OptionKind.RULE, OptionKind.SANCTION,
})  # fmt: skip
_CHANNELS = {"include": ["public", "private"], "exclude_bot_users": True}


def question(row: Command, language: str, given: Mapping[str, str], kept: Mapping[str, str]) -> Block:
    """Return a modal that asks for a command's options; what was given already stands in it, as far as it can."""
    asked = sorted(row.options, key=lambda one: not one.required)
    shown = [_field(one, language, given.get(one.name, "")) for one in asked]
    return view(
        COMMAND, f"/{front(row, language)}", language, shown, {**kept, "command": row.name}, submit="slack.send"
    )


def _field(option: Option, language: str, value: str) -> Block:
    label = say(f"options.{option.name}", language)
    hint = say(f"commands.kind_{option.kind.value}", language)
    element = _element(option, language, value)
    return field_of(option.name, label[:1].upper() + label[1:], element, required=option.required, hint=hint)


def _element(option: Option, language: str, value: str) -> dict[str, Any]:
    match option.kind:
        case OptionKind.MEMBER:
            # who isn't named by id can't stand there: Slack would show no modal at all
            return {"type": "users_select"} | ({"initial_user": value} if is_user(value) else {})
        case OptionKind.MEMBERS:
            named = [one for one in dict.fromkeys(value.split()) if is_user(one)]
            return {"type": "multi_users_select"} | ({"initial_users": named} if named else {})
        case OptionKind.CHANNEL:
            found: dict[str, Any] = {"type": "conversations_select", "filter": _CHANNELS}
            return found | ({"initial_conversation": value} if is_channel(value) else {})
        case OptionKind.CHOICE:
            known = options((one, say(f"commands.choice_{one}", language)) for one in option.choices)
            before = next((one for one in known if one["value"] == value), None)
            return {"type": "static_select", "options": known} | ({"initial_option": before} if before else {})
        case kind if kind in _COMPLETED:
            offered: dict[str, Any] = {"type": "external_select", "min_query_length": 0}
            chosen = options([(value, value)] if value.strip() else [])
            return offered | ({"initial_option": chosen[0]} if chosen else {})
        case _:
            return written(option.longest, multiline=option.kind is OptionKind.TEXT, value=value)
