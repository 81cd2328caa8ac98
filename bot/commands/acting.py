"""What commands that act on members share: where they are given, about which case, and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.cards.notice import show_moment
from bot.commands.command import Call, bad_input
from bot.domain.action import Action, ActionKind
from bot.domain.authority import Scope, Target
from bot.domain.case import Case
from bot.domain.command import Reply
from bot.domain.handle import handle_of
from bot.domain.message import Channel, Message, MessageKind
from bot.domain.order import Order
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.place import Connection, stream_of
from bot.domain.right import Right
from bot.i18n import say
from bot.services.cases.places import whereabouts_of
from bot.services.cases.routing import scope_of
from bot.services.cases.seeing import hidden_from, visible
from bot.services.moderating.ordering import Given, give_order
from bot.services.showing.wave import takings_seen
from bot.services.staff.knowing import target_of
from bot.store.accounts import lock_accounts
from bot.store.cases import case_numbered
from bot.store.channels import add_channels
from bot.store.columns import new_id
from bot.store.messages import add_messages, known_messages
from bot.store.previews import use_preview


async def case_given(call: Call, account: str) -> Case | None:
    """Return the case about a member that a command names, if it names one; what isn't theirs to see isn't there.

    A case about somebody else gives no right over this member.
    """
    number = call.perhaps("case", str)
    if number is None:
        return None
    case = await case_numbered(call.work.tx, call.work.community, number.strip().lstrip("#").upper())
    if case is None or not visible(case, call.caller, call.work.governance):
        raise bad_input("mod.unknown_case")
    if account not in ({case.account} if case.account else await _met_by(call, case)):
        raise bad_input("mod.other_case")
    return case


async def _met_by(call: Call, case: Case) -> set[str]:
    """Return the members whom a wave met where whoever asks may see it."""
    takings = await takings_seen(call.work.tx, call.work.policies, [case.id], call.caller)
    return {one.account for one in takings.get(case.id, ())}


async def scope_here(
    call: Call, case: Case | None = None, channel: Channel | None = None, *, account: str = ""
) -> Scope:
    """Return where a command belongs: its case, else its channel; a place that isn't listed is nobody's.

    `account` is the member whom it is about, who may be one of several in the case.
    """
    if case is not None:
        there = await whereabouts_of(call.work, case, account, call.caller)
        scope = scope_of(call.work, case, there.languages, channel=there.channel)
        return replace(scope, about=hidden_from(case, call.work.governance))
    where = channel or call.invocation.channel
    plan = None if where is None else call.work.policies.plan(where)
    listed = plan is not None and plan.channel is not None
    return Scope(
        community=call.work.community,
        channel=plan.channel if plan is not None and plan.channel is not None else "",
        languages=plan.languages if plan is not None and listed else frozenset(),
    )


def placeless(call: Call) -> Scope:
    """Return the scope of what concerns a whole server or workspace."""
    return Scope(community=call.work.community)


async def about_member(call: Call, right: Right, *, name: str = "member") -> tuple[Order, Target, Scope]:
    """Return an order about a member who was named, whom it meets, and where it belongs."""
    member = call.member(name)
    assert member.account is not None  # noqa: S101 - parsing made it so
    await lock_accounts(call.work.tx, [member.key])
    case = await case_given(call, member.key)
    order = Order(
        right=right,
        account=member.key,
        connection=Connection(platform=member.account.platform, workspace=member.account.workspace).name,
        guideline=call.perhaps("guideline", str) or ("" if case is None else case.guideline),
        case="" if case is None else case.id,
    )
    if case is not None:
        order = replace(order, severity=case.severity)
    target = await target_of(call.work, member.key, call.caller, member)
    return order, target, await scope_here(call, case, account=member.key)


async def message_surrogate(call: Call, message: Message) -> str:
    """Return the surrogate of a message that was pointed at, given to it when it has none."""
    if message.kind is not MessageKind.MESSAGE or message.author.account is None:
        raise bad_input("commands.unknown_message")
    tx, community = call.work.tx, call.work.community
    stream = stream_of(message.channel)
    number = (await add_channels(tx, community, [stream], call.work.now))[stream]
    row = {
        "id": new_id(),
        "community": community,
        "channel": number,
        "message": message.ref.message,
        "account": message.author.key,
        "at": message.at,
        "category": message.channel.category or "",
    }
    await add_messages(tx, [row])
    return (await known_messages(tx, [(number, message.ref.message)]))[number, message.ref.message]


async def shown_to(call: Call, command: str) -> Mapping[str, Any] | None:
    """Return what a button or form was shown for, and use it up; None when it isn't theirs, is too old, or was used."""
    person = "" if call.caller.person is None else call.caller.person.id
    which = str(call.options.get("subject", ""))
    return await use_preview(
        call.work.tx, call.work.community, which, person=person, command=command, now=call.work.now
    )


async def give_and_say(call: Call, order: Order, target: Target, scope: Scope) -> Reply:
    """Give an order, and return the sentence that says what became of it."""
    given = await give_order(call.work, call.caller, order, target, scope, reason=call.perhaps("why", str) or "")
    return Reply(text=said_of(call, order, given))


def said_of(call: Call, order: Order, given: Given) -> str:
    """Return what became of an order: done, asked for, or noted as a proposal."""
    language, whom = call.language, handle_of(order.account)
    if given.approval:
        meanwhile = _meanwhile(given.actions)
        asked = say("mod.asked", language, what=said_right(call, order), member=whom, whom=_whom(call, given))
        return f"{asked} {say(f'mod.meanwhile_{meanwhile}', language)}"
    if not given.decision:
        return say("mod.proposed", language, what=said_right(call, order))
    if order.right is Right.DELETE and not given.actions:
        return say("mod.deleted_already", language)
    until = _until(call, order.lasts)
    ends = (order.right is Right.SLOW_MODE and order.every is None) or not order.on
    key = f"mod.done_{order.right.value}{'_off' if ends else ''}"
    if until and not ends and order.right in _LASTING:
        key += "_until"
    parts = [say(key, language, member=whom, until=until, count=len(order.messages))]
    if given.sanction and order.right is not Right.LIFT:
        parts.append(say("mod.take_back", language, sanction=handle_of(given.sanction)))
    if given.step is not None:
        parts.append(_said_step(call, given.step))
    return " ".join(parts)


def _said_step(call: Call, step: Outcome) -> str:
    """Return what the ladder added."""
    key = "mod.ladder_asks" if step.kind is OutcomeKind.ASK else "mod.ladder_adds"
    kind = step.sanction or step.kind
    return say(key, call.language, what=say(f"cards.outcome_{kind.value}", call.language))


_LASTING = frozenset({Right.TIMEOUT, Right.QUARANTINE, Right.BAN, Right.SLOW_MODE, Right.RAID_MODE})


def said_right(call: Call, order: Order) -> str:
    """Return what an order is called."""
    return say(f"mod.right_{order.right.value}", call.language)


def _until(call: Call, lasts: timedelta | None) -> str:
    return "" if lasts is None else show_moment(call.work.now + lasts, call.work.policies.zone, call.language)


def _whom(call: Call, given: Given) -> str:
    """Return who is asked, as staff may know it: a partner is told of the own team, and of no other partner."""
    whom = getattr(given.ruling, "whom", "")
    organisation = call.work.governance.roster.organisations.get(whom)
    own = call.caller.organisation
    if organisation is None or organisation.is_internal:
        return say("mod.own_team", call.language)
    if call.caller.leads or (own is not None and own.id == whom):
        return organisation.name
    return say("mod.others", call.language)


def _meanwhile(actions: Sequence[Action]) -> str:
    """Return what holds while somebody is asked, as a word of the catalogue."""
    kinds = [str(action.details.get("sanction", "")) for action in actions if action.kind is ActionKind.RESTRICT]
    return kinds[0] if kinds else "nothing"
