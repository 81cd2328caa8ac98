"""What an option of a command could take, offered while somebody types: never more than they may see.

Members, channels and messages are the platform's to complete; here is what Locum alone knows. Nothing is written and
nothing is recorded: names are offered, and what is behind them is shown only by commands.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.cards.notice import show_moment
from bot.commands.command import Command
from bot.commands.desk import Desk
from bot.commands.options import organisations_seen, people_seen
from bot.commands.table import find_command
from bot.domain.authority import NOBODY, Deny, Scope
from bot.domain.case import Case
from bot.domain.command import Invocation, Option, OptionKind, Suggestion
from bot.domain.duration import parse_duration
from bot.domain.handle import handle_of
from bot.domain.message import Member
from bot.domain.right import Deed, Right
from bot.domain.sanction import Sanction
from bot.i18n import say, show_time
from bot.services.authorising import rule_on
from bot.services.cases.places import languages_of
from bot.services.cases.routing import scope_of
from bot.services.cases.seeing import queues_of, visible
from bot.services.moderating.recalling import decisions_of_sanctions, may_know
from bot.services.staff.knowing import Caller, known_caller, target_of
from bot.services.tracing.seeing import audiences
from bot.services.work import Work, begin_work
from bot.store.accounts import known_accounts
from bot.store.cases import read_cases, waiting_cases
from bot.store.held_sanctions import held_sanctions

#: what every platform has room for
MOST = 25
_DURATIONS = ("10m", "30m", "1h", "4h", "24h", "3d", "7d", "14d", "30d")
_UNITS = "mhdw"
#: cases whose rights are looked at, the gravest first: somebody is waiting for the answer
_LOOKED_AT = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Who is typing what."""

    #: a transaction that reads, and what is known of the community
    work: Work
    #: who is typing
    caller: Caller
    #: the command so far
    invocation: Invocation
    #: what is completed
    option: Option
    #: what was typed of it
    typed: str

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.invocation.language


async def complete(desk: Desk, invocation: Invocation, option: str, typed: str) -> Sequence[Suggestion]:
    """Return what an option could take, for whoever is typing it; at most 25, what begins so first.

    Nothing is offered of a command that isn't offered to them.
    """
    command, policies = find_command(invocation.command), desk.policies(invocation.community)
    wanted = None if command is None else _option(command, option)
    if command is None or wanted is None or policies is None or wanted.kind not in _OFFERS:
        return ()
    async with desk.store.reading() as tx:
        work = await begin_work(tx, desk.keys, policies, desk.clock.now())
        caller = await known_caller(work, invocation.account, invocation.language)
        if command.audience not in audiences(caller):
            return ()
        asked = _Asked(work=work, caller=caller, invocation=invocation, option=wanted, typed=typed.strip())
        found = await _OFFERS[wanted.kind](asked)
    return fitting(found, asked.typed)


def _option(command: Command, name: str) -> Option | None:
    return next((one for one in command.options if one.name == name), None)


def fitting(found: Iterable[Suggestion], typed: str) -> tuple[Suggestion, ...]:
    """Return what fits what was typed: what begins so, in its order, and then what has it somewhere within."""
    wanted = typed.casefold().lstrip("#")
    first: list[Suggestion] = []
    later: list[Suggestion] = []
    for one in found:
        names = (one.value.casefold(), one.label.casefold())
        if any(name.startswith(wanted) for name in names):
            first.append(one)
        elif any(wanted in name for name in names):
            later.append(one)
    return tuple((first + later)[:MOST])


async def _guidelines(asked: _Asked) -> list[Suggestion]:
    return [
        Suggestion(value=name, label=_titled(one.titles, name, asked.language))
        for name, one in asked.work.policies.guidelines.items()
    ]


def _titled(titles: Mapping[str, str], name: str, language: str) -> str:
    return titles.get(language) or next(iter(titles.values()), name)


async def _cases(asked: _Asked) -> list[Suggestion]:
    """Return the waiting cases that somebody may look at: the others don't exist for them."""
    work, language = asked.work, asked.language
    found: list[Suggestion] = []
    waiting = await waiting_cases(work.tx, work.community)
    seen = [one for one in waiting if visible(one, asked.caller, work.governance)]
    for case in _near(seen, asked.typed)[:_LOOKED_AT]:
        scope = scope_of(work, case, await languages_of(work, case))
        if isinstance(await rule_on(work, asked.caller, Deed(right=Right.VIEW), NOBODY, scope), Deny):
            continue
        severity = say(f"cards.severity_{case.severity.word}", language)
        queue = case.queue or say("cards.queue_own", language)
        found.append(Suggestion(value=case.number, label=f"{case.number} · {severity} · {queue}"))
        if len(found) == MOST:
            break
    return found


def _near(cases: Sequence[Case], typed: str) -> list[Case]:
    """Return the cases whose number begins with what was typed before all others."""
    wanted = typed.upper().lstrip("#")
    return sorted(cases, key=lambda one: not one.number.startswith(wanted))


async def _queues(asked: _Asked) -> list[Suggestion]:
    """Return the queues of which somebody sees cases: a partner's people, those that their mandates name."""
    person, organisation, governance = asked.caller.person, asked.caller.organisation, asked.work.governance
    if person is None or organisation is None:
        return []
    seen = set(governance.queues) if organisation.is_internal else queues_of(person, governance)
    return [Suggestion(value=name, label=name) for name in governance.queues if name in seen]


async def _people(asked: _Asked) -> list[Suggestion]:
    organisations = asked.work.governance.roster.organisations
    return [
        Suggestion(value=one.id, label=f"{one.alias} · {organisations[one.organisation].name}")
        for one in people_seen(asked.work.governance.roster, asked.caller)
    ]


async def _organisations(asked: _Asked) -> list[Suggestion]:
    roster = asked.work.governance.roster
    return [
        Suggestion(value=name, label=roster.organisations[name].name)
        for name in organisations_seen(roster, asked.caller)
    ]


async def _rules(asked: _Asked) -> list[Suggestion]:
    policies = asked.work.policies
    return [Suggestion(value=rule.name, label=rule.name) for rule in policies.rules]


async def _sanctions(asked: _Asked) -> list[Suggestion]:
    """Return the sanctions that hold, of the member who was named or else of all, as far as somebody may know them."""
    work, language = asked.work, asked.language
    held = await held_sanctions(work.tx, work.community, await _named(asked), work.now)
    behind = await decisions_of_sanctions(work, held)
    cases = await read_cases(work.tx, work.community, {one.case for one in behind.values() if one.case is not None})
    found: list[Suggestion] = []
    for one in held:
        decision = behind.get(one.id)
        if decision is None or not may_know(work, asked.caller, decision, cases) or not await _may_view(asked, one):
            continue
        until = one.until
        said = say(
            "cards.sanction_until", language, sanction=say(f"cards.outcome_{one.kind.value}", language),
            until=say("cards.for_good", language) if until is None
            else show_moment(until, work.policies.zone, language),
        )  # fmt: skip
        found.append(Suggestion(value=handle_of(one.id), label=f"{handle_of(one.account)} · {said}"))
    return found


async def _named(asked: _Asked) -> str | None:
    """Return the surrogate of the member whom the command names; None where it names none."""
    member = asked.invocation.options.get("member")
    if not isinstance(member, Member) or member.account is None:
        return None
    known = await known_accounts(asked.work.tx, asked.work.community, [member.account])
    return known.get(member.account, "")


async def _may_view(asked: _Asked, one: Sanction) -> bool:
    """Return whether somebody may look at a member's record, where that sanction would be shown to them."""
    work, scope = asked.work, Scope(community=asked.work.community)
    target = await target_of(work, one.account, asked.caller)
    return not isinstance(await rule_on(work, asked.caller, Deed(right=Right.VIEW), target, scope), Deny)


async def _choices(asked: _Asked) -> list[Suggestion]:
    return [Suggestion(value=one, label=say(f"commands.choice_{one}", asked.language)) for one in asked.option.choices]


async def _durations(asked: _Asked) -> list[Suggestion]:
    """Return lengths that people often mean, or what a number alone could mean."""
    typed = asked.typed
    if typed.isascii() and typed.isdecimal() and len(typed) <= 4:
        written = [f"{typed}{unit}" for unit in _UNITS]
    else:
        written = list(_DURATIONS)
    lengths = {one: parse_duration(one) for one in written}
    return [
        Suggestion(value=one, label=show_time(length, asked.language))
        for one, length in lengths.items()
        if timedelta() < length <= timedelta(days=3_650)
    ]


_OFFERS: Mapping[OptionKind, Callable[[_Asked], Awaitable[list[Suggestion]]]] = {
    OptionKind.GUIDELINE: _guidelines,
    OptionKind.CASE: _cases,
    OptionKind.QUEUE: _queues,
    OptionKind.PERSON: _people,
    OptionKind.ORGANISATION: _organisations,
    OptionKind.RULE: _rules,
    OptionKind.SANCTION: _sanctions,
    OptionKind.CHOICE: _choices,
    OptionKind.DURATION: _durations,
}
