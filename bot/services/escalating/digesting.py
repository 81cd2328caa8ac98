"""Tells what was collected while nobody was to be woken, in one message at the first minute of the hours."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.domain.actor import scheduler
from bot.domain.card import CardKind
from bot.domain.hours import is_open, next_opening
from bot.domain.reach import Outcome, Telling, is_told, reach
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.escalating.firing import everything
from bot.services.escalating.kinds import ESCALATION_DIGEST
from bot.services.escalating.places import Ways, read_ways
from bot.services.escalating.recording import note, plan_all
from bot.services.escalating.stepping import digest_timer
from bot.services.escalating.telling import Call, actions_of, chat_accounts, streams_of
from bot.services.firing import under_policies
from bot.services.showing.wanting import card_action
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.accounts import accounts_of
from bot.store.cards import CardRow, want_cards
from bot.store.columns import new_id
from bot.store.escalations import RUNNING, Escalation, escalations_by_id
from bot.store.tellings import Told, collected, note_opened
from bot.store.timers import Timer, set_timers

_ACTOR = scheduler(ESCALATION_DIGEST)


def escalation_digest_handler(
    keys: Keys, policies: Callable[[str], PolicySet | None], leads_to: Callable[[str], bool] = everything
) -> Handler:
    """Return what fires `escalation_digest` timers; `leads_to` says whether a reference leads to an address."""

    async def tell(work: Work, timers: Sequence[Timer]) -> None:
        for timer in timers:
            await tell_collected(work, str(timer.details["whom"]), leads_to)

    return under_policies(keys, policies, tell)


async def tell_collected(work: Work, whom: str, leads_to: Callable[[str], bool] = everything) -> None:
    """Tell somebody what was collected for them; what was answered meanwhile is left out."""
    lines = await collected(work.tx, work.community, whom)
    found = await escalations_by_id(work.tx, {line.escalation for line in lines})
    waiting = [line for line in lines if found[line.escalation].state == RUNNING]
    await note_opened(work.tx, [line.id for line in lines if line not in waiting], Outcome.OUTSIDE_HOURS, work.now)
    # two paths may name the same people for other hours
    early = [line for line in waiting if _opens(found[line.escalation], line, work.now) > work.now]
    if early:
        opens = min(_opens(found[line.escalation], line, work.now) for line in early)
        await set_timers(work.tx, [digest_timer(work.community, whom, opens)])
    now = [line for line in waiting if line not in early]
    if now:
        await _tell(work, now, found, leads_to)


def _opens(one: Escalation, line: Told, now: datetime) -> datetime:
    hours = one.path.steps[line.position.step].hours
    return now if hours is None or is_open(hours, now) else next_opening(hours, now)


async def _tell(
    work: Work, lines: Sequence[Told], found: Mapping[str, Escalation], leads_to: Callable[[str], bool]
) -> None:
    ways = await read_ways(work, [found[line.escalation].case.connection for line in lines], leads_to)
    reached: dict[tuple[str, str], list[tuple[Told, Telling]]] = defaultdict(list)
    told: list[Told] = []
    silent: list[Told] = []
    for line in lines:
        tellings = _reach(found[line.escalation], line, ways, work.now)
        (told if is_told(tellings) else silent).append(line)
        for one in tellings:
            if one.outcome is Outcome.TOLD:
                reached[one.whom, one.via].append((line, one))
        note(work, found[line.escalation], "digest", _ACTOR, told=[
            {"whom": one.whom, "via": one.via, "outcome": one.outcome.value} for one in tellings
        ])  # fmt: skip
    await note_opened(work.tx, [line.id for line in silent], Outcome.UNREACHABLE, work.now)
    await note_opened(work.tx, [line.id for line in told], Outcome.TOLD, work.now)
    calls = [_call(together, found) for together in reached.values()]
    refs = chat_accounts(calls, ways)
    accounts = await accounts_of(work.tx, work.community, sorted(refs, key=repr), work.now) if refs else {}
    await plan_all(work, actions_of(work, calls, ways, accounts), _ACTOR)
    await _hang_up(work, calls, ways, reached)


def _reach(one: Escalation, line: Told, ways: Mapping[str, Ways], now: datetime) -> tuple[Telling, ...]:
    step, around = one.path.steps[line.position.step], ways[one.case.connection].around
    return reach(step.target, step.via, one.case.facts, around, now)


def _call(together: Sequence[tuple[Told, Telling]], found: Mapping[str, Escalation]) -> Call:
    line, telling = together[0]
    of = {one.escalation for one, _ in together}
    return Call(escalation=found[line.escalation], position=line.position, telling=telling, together=len(of))


async def _hang_up(
    work: Work,
    calls: Sequence[Call],
    ways: Mapping[str, Ways],
    reached: Mapping[tuple[str, str], Sequence[tuple[Told, Telling]]],
) -> None:
    """Hang up one card a channel, which goes by one of the lines that it shows."""
    for call in calls:
        for streams in streams_of([call], ways).values():
            line = reached[call.telling.whom, call.telling.via][0][0]
            card = CardRow(id=new_id(), kind=CardKind.ESCALATION, subject=line.id, stream=streams[0])
            await want_cards(work.tx, work.community, [card], work.now)
            severity = call.escalation.case.facts.severity
            await plan_all(work, [card_action(work.community, card, severity, work.now)], _ACTOR)
