"""Options: what was given becomes what commands work with, or one sentence that says what to give."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.commands.command import BadInputError, Call, Command, bad_input
from bot.domain.command import Option, OptionKind, OptionValue
from bot.domain.duration import parse_duration
from bot.domain.message import Channel, Member, Message
from bot.domain.staff import Person, Roster
from bot.i18n import say
from bot.policy.problems import closest
from bot.services.staff.knowing import Caller
from bot.store.accounts import accounts_of

#: what buttons and forms hand over beside a command's own options
_HIDDEN = ("subject", "version", "value")
#: nothing is imposed for longer; who means for good leaves the length away
_LONGEST = timedelta(days=3_650)


async def parse(call: Call, command: Command) -> Mapping[str, Any]:
    """Return the options as the command takes them; raises BadInputError.

    A member becomes a Member whose key is the surrogate; a message's author likewise; a duration a timedelta; a
    person a Person; a guideline, queue, rule, organisation its id. What only buttons hand over stays text.
    """
    given = call.invocation.options
    parsed: dict[str, Any] = {name: visible(str(given[name])) for name in _HIDDEN if name in given}
    for option in command.options:
        value = given.get(option.name)
        if value is None or value == "":
            if option.required:
                raise bad_input("commands.missing", option=say(f"options.{option.name}", call.language))
            continue
        parsed[option.name] = await _PARSERS[option.kind](call, option, value)
    return parsed


async def _member(call: Call, option: Option, value: OptionValue) -> Member:
    if not isinstance(value, Member) or value.account is None:
        raise bad_input("commands.unknown_member")
    found = await accounts_of(call.work.tx, call.work.community, [value.account], call.work.now)
    return replace(value, key=found[value.account])


async def _members(call: Call, option: Option, value: OptionValue) -> tuple[Member, ...]:
    if not isinstance(value, tuple) or not value:
        raise bad_input("commands.unknown_member")
    refs = [one.account for one in value if one.account is not None]
    found = await accounts_of(call.work.tx, call.work.community, refs, call.work.now)
    return tuple(replace(one, key=found[one.account]) for one in value if one.account is not None)


async def _message(call: Call, option: Option, value: OptionValue) -> Message:
    if not isinstance(value, Message):
        raise bad_input("commands.unknown_message")
    author = value.author
    if author.account is not None:
        found = await accounts_of(call.work.tx, call.work.community, [author.account], call.work.now)
        author = replace(author, key=found[author.account])
    return replace(value, author=author)


async def _channel(call: Call, option: Option, value: OptionValue) -> Channel:
    if not isinstance(value, Channel):
        raise bad_input("commands.unknown_channel")
    return value


async def _duration(call: Call, option: Option, value: OptionValue) -> timedelta:
    try:
        length = parse_duration(str(value))
    except (ValueError, OverflowError):
        raise bad_input("commands.not_a_duration", given=_shown(value)) from None
    if not timedelta(0) < length <= _LONGEST:
        raise bad_input("commands.absurd_duration", given=_shown(value))
    return length


async def _number(call: Call, option: Option, value: OptionValue) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:9]) <= 1_000 or len(text) > 9:
        raise bad_input("commands.not_a_number", given=_shown(value))
    return int(text)


async def _text(call: Call, option: Option, value: OptionValue) -> str:
    text = str(value).strip()
    if len(text) > option.longest:
        raise bad_input("commands.too_long", limit=option.longest, length=len(text))
    if not text:
        raise bad_input("commands.missing", option=say(f"options.{option.name}", call.language))
    return visible(text)


def visible(text: str) -> str:
    """Return somebody's own words with control characters made visible; they are data, and stay as they were."""
    return "".join(sign if sign.isprintable() or sign == "\n" else f"\\u{ord(sign):04x}" for sign in text)


async def _choice(call: Call, option: Option, value: OptionValue) -> str:
    return _one_of(str(value).strip().lower(), option.choices, "commands.unknown_choice")


async def _guideline(call: Call, option: Option, value: OptionValue) -> str:
    return _one_of(str(value).strip(), call.work.policies.guidelines, "commands.unknown_guideline")


async def _rule(call: Call, option: Option, value: OptionValue) -> str:
    return _one_of(str(value).strip(), [rule.name for rule in call.work.policies.rules], "commands.unknown_rule")


async def _queue(call: Call, option: Option, value: OptionValue) -> str:
    return _one_of(str(value).strip(), call.work.governance.queues, "commands.unknown_queue")


async def _organisation(call: Call, option: Option, value: OptionValue) -> str:
    seen = organisations_seen(call.work.governance.roster, call.caller)
    return _one_of(str(value).strip(), seen, "commands.unknown_organisation")


def organisations_seen(roster: Roster, caller: Caller) -> tuple[str, ...]:
    """Return the organisations that somebody can name: a partner learns nothing of others here.

    Which partners there are is no secret of staff's all the same, for members may ask.
    """
    own = [one.organisation for one in roster.with_account(caller.ref)]
    return tuple(roster.organisations) if caller.leads else tuple(dict.fromkeys(own))


async def _person(call: Call, option: Option, value: OptionValue) -> Any:
    """Return one of the roster, by id, alias or account; a partner finds only its own people."""
    people = people_seen(call.work.governance.roster, call.caller)
    if isinstance(value, Member):
        found = [one for one in people if value.account is not None and one.has(value.account)]
    else:
        wanted = str(value).strip().casefold()
        found = [one for one in people if wanted in (one.id.casefold(), one.alias.casefold())]
    if len(found) != 1:
        raise bad_input("commands.unknown_person")
    return found[0]


def people_seen(roster: Roster, caller: Caller) -> tuple[Person, ...]:
    """Return the people whom somebody can name: a partner's people know only one another here."""
    own = caller.organisation
    return tuple(one for one in roster.people.values() if caller.leads or (own and one.organisation == own.id))


async def _as_typed(call: Call, option: Option, value: OptionValue) -> str:
    # no database takes every character
    return visible(str(value).strip())[:64]


def _one_of(value: str, known: Any, key: str) -> str:
    if value in known:
        return value
    near = closest(value, tuple(known))
    raise bad_input(f"{key}_near" if near else key, given=_shown(value), near=near)


def _shown(value: OptionValue) -> str:
    return visible(str(value))[:60]


_PARSERS: Mapping[OptionKind, Callable[[Call, Option, OptionValue], Awaitable[Any]]] = {
    OptionKind.MEMBER: _member,
    OptionKind.MEMBERS: _members,
    OptionKind.MESSAGE: _message,
    OptionKind.CHANNEL: _channel,
    OptionKind.GUIDELINE: _guideline,
    OptionKind.DURATION: _duration,
    # a case is looked for where it is known who may see it
    OptionKind.CASE: _as_typed,
    OptionKind.SANCTION: _as_typed,
    OptionKind.QUEUE: _queue,
    OptionKind.PERSON: _person,
    OptionKind.ORGANISATION: _organisation,
    OptionKind.RULE: _rule,
    OptionKind.CHOICE: _choice,
    OptionKind.NUMBER: _number,
    OptionKind.TEXT: _text,
}

__all__ = ["BadInputError", "organisations_seen", "parse", "people_seen", "visible"]
