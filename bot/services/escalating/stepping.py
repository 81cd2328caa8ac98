"""Takes the steps of running escalations when they are due: many together, each told once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.domain.actor import scheduler
from bot.domain.stepping import Advance, next_step
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.escalating.ending import note_ended, reason_to_end
from bot.services.escalating.firing import everything
from bot.services.escalating.kinds import ESCALATION_DIGEST, ESCALATION_STEP
from bot.services.escalating.places import LEADS, Ways, read_ways
from bot.services.escalating.recording import note, plan_all, wanted_cards
from bot.services.escalating.telling import Call, actions_of, chat_accounts, streams_of
from bot.services.firing import under_policies
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.accounts import accounts_of
from bot.store.escalations import ACKNOWLEDGED, Escalation, lock_escalations, move_escalations
from bot.store.tellings import add_tellings
from bot.store.timers import Timer, set_timers

_ACTOR = scheduler(ESCALATION_STEP)


def escalation_step_handler(
    keys: Keys, policies: Callable[[str], PolicySet | None], leads_to: Callable[[str], bool] = everything
) -> Handler:
    """Return what fires `escalation_step` timers; `leads_to` says whether a reference leads to an address."""

    async def step(work: Work, timers: Sequence[Timer]) -> None:
        await take_steps(work, [timer.subject for timer in timers], leads_to)

    return under_policies(keys, policies, step)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Turn:
    """One escalation, and what it does now."""

    #: as it was
    before: Escalation
    #: what it does
    advance: Advance

    @property
    def calls(self) -> list[Call]:
        """Everybody who is told or can't be."""
        return [
            Call(escalation=self.before, position=position, telling=telling)
            for position, telling in self.advance.tellings
        ]


async def take_steps(work: Work, names: Sequence[str], leads_to: Callable[[str], bool] = everything) -> None:
    """Take the next step of each of these escalations that is due; one that has no reason any more ends."""
    found = (await lock_escalations(work.tx, names)).values()
    open_ones = [one for one in found if one.due_at is not None]
    # set anew meanwhile: its time is another one
    early = [one for one in open_ones if one.due_at is not None and one.due_at > work.now]
    due = [one for one in open_ones if one not in early]
    await note_ended(work, {one.id: by for one in due if (by := reason_to_end(one))}, due, _ACTOR)
    due = [one for one in due if not reason_to_end(one)]
    ways = await read_ways(work, [one.case.connection for one in due], leads_to) if due else {}
    turns = [_Turn(before=one, advance=_advance(one, ways[one.case.connection], work.now)) for one in due]
    await move_escalations(work.tx, {one.before.id: (one.advance.position, one.advance.due_at) for one in turns})
    await _set_timers(work, early, turns)
    await _tell(work, turns, ways)


def _advance(one: Escalation, ways: Ways, now: datetime) -> Advance:
    around = ways.around
    if not set(one.contacts) <= set(around.contacts):
        # whom the path named when it began is still told when later policies forgot them
        around = replace(around, contacts={**one.contacts, **around.contacts})
    return next_step(one.path, one.position, one.case.facts, around, now)


async def _set_timers(work: Work, early: Sequence[Escalation], turns: Sequence[_Turn]) -> None:
    wanted = [(one.id, one.due_at) for one in early if one.due_at is not None]
    wanted += [(one.before.id, one.advance.due_at) for one in turns]
    timers = [
        Timer(kind=ESCALATION_STEP, community=work.community, subject=name, due_at=at) for name, at in wanted
    ]  # fmt: skip
    for turn in turns:
        for taken in turn.advance.taken:
            if taken.opens_at is not None:
                whom = taken.tellings[0].whom
                timers.append(digest_timer(work.community, whom, taken.opens_at))
    await set_timers(work.tx, timers)


def digest_timer(community: str, whom: str, opens_at: datetime) -> Timer:
    """Return the timer that tells somebody what was collected until the hours begin."""
    subject = sha256(whom.encode()).hexdigest()[:32]
    return Timer(
        kind=ESCALATION_DIGEST, community=community, subject=subject, due_at=opens_at, details={"whom": whom}
    )  # fmt: skip


async def _tell(work: Work, turns: Sequence[_Turn], ways: dict[str, Ways]) -> None:
    calls = [call for turn in turns for call in turn.calls]
    await add_tellings(work.tx, [(call.escalation.id, call.position, call.telling) for call in calls], work.now)
    refs = chat_accounts(calls, ways)
    accounts = await accounts_of(work.tx, work.community, sorted(refs, key=repr), work.now) if refs else {}
    shown = [turn.before for turn in turns]
    leads = {
        one.id: stream
        for one in shown
        if one.case.facts.about == "member" and (stream := ways[one.case.connection].streams.get(LEADS)) is not None
    }
    for turn in turns:
        _note_turn(work, turn)
    actions = actions_of(work, calls, ways, accounts)
    actions += await wanted_cards(work, shown, streams_of(calls, ways), leads)
    await plan_all(work, actions, _ACTOR)


def _note_turn(work: Work, turn: _Turn) -> None:
    change = "again" if turn.before.state == ACKNOWLEDGED else "step"
    for taken in turn.advance.taken:
        told = [{"whom": one.whom, "via": one.via, "outcome": one.outcome.value} for one in taken.tellings]
        position = taken.position
        note(work, turn.before, change, _ACTOR, round=position.round, step=position.step, told=told)
        change = "step"
