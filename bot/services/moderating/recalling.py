"""Recalls what a member's record says, as far as whoever asks may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actor import ActorKind
from bot.domain.case import About, Case
from bot.domain.entry_kind import EntryKind
from bot.domain.gap import later
from bot.domain.sanction import Sanction
from bot.services.cases.noting import Readable, readable_notes
from bot.services.cases.seeing import visible
from bot.services.record import Draft
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.cases import open_cases, read_cases
from bot.store.decisions import Decided, decided, decisions_about
from bot.store.sanctions import active_sanctions, decisions_behind
from bot.store.strikes import counting_strikes

_DECISIONS = 50
_SHOWN = 8
#: strikes of communities without a ladder are counted so far back
_YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recalled:
    """A member's record, as far as somebody may know it."""

    #: strikes that count
    strikes: int
    #: sanctions that hold and may be known
    sanctions: tuple[Sanction, ...]
    #: the last decisions that may be known, newest first
    decisions: tuple[Decided, ...]
    #: open cases that may be known
    cases: tuple[Case, ...]
    #: the notes on cases about the member that may be read, oldest first
    notes: tuple[Readable, ...]
    #: something else is being done about the member, by others
    others: bool


async def recall(work: Work, caller: Caller, account: str) -> Recalled:
    """Return a member's record, and have it recorded that it was looked at.

    A partner's people see what their own organisation decided, and what rules decided in cases that they may see. What
    others did is only "being handled".
    """
    tx, ladder = work.tx, work.policies.ladder
    since = later(work.now, -(_YEAR if ladder is None else ladder.expires))
    strikes = (await counting_strikes(tx, work.community, [account], since)).get(account, [])
    made = await decisions_about(tx, work.community, account, _DECISIONS)
    active = (await active_sanctions(tx, [account], work.now)).get(account, [])
    behind = await decisions_of_sanctions(work, active)
    named = {one.case for one in (*made, *behind.values()) if one.case is not None}
    cases = await read_cases(tx, work.community, named)
    seen = [one for one in made if may_know(work, caller, one, cases)]
    held = [one for one in active if one.id in behind and may_know(work, caller, behind[one.id], cases)]
    waiting = await open_cases(tx, work.community, [account])
    known = [one for one in waiting.get(account, []) if visible(one, caller, work.governance)]
    # a complaint is nobody's business here, not even that there is one
    hidden = [one for one in waiting.get(account, []) if one.about is About.MEMBER and one not in known]
    work.record(
        Draft(
            kind=EntryKind.VIEWED,
            actor=caller.actor(),
            policy=work.policies.version,
            details={"what": "member", "account": account},
        )
    )
    return Recalled(
        strikes=sum(strike.amount for strike in strikes),
        sanctions=tuple(held),
        decisions=tuple(seen[:_SHOWN]),
        cases=tuple(known),
        notes=tuple(await _notes(work, caller, [*known, *(one for one in cases.values() if not one.is_open)])),
        others=bool(hidden) or len(held) < len(active),
    )


async def _notes(work: Work, caller: Caller, cases: Sequence[Case]) -> list[Readable]:
    """Return the last notes on cases that somebody may see; what they say there is sealed, and read only now."""
    found = [
        one for case in {case.id: case for case in cases}.values() if visible(case, caller, work.governance)
        for one in await readable_notes(work, caller, case)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.note.at, one.note.id))[-_SHOWN:]


async def decisions_of_sanctions(work: Work, active: Sequence[Sanction]) -> dict[str, Decided]:
    """Return the decisions that imposed sanctions, by sanction."""
    imposed = await decisions_behind(work.tx, [one.id for one in active]) if active else {}
    found = await decided(work.tx, set(imposed.values()))
    return {sanction: found[decision] for sanction, decision in imposed.items() if decision in found}


def may_know(work: Work, caller: Caller, one: Decided, cases: dict[str, Case]) -> bool:
    """Return whether somebody may know of a decision."""
    case = cases.get(one.case or "")
    if case is not None and not visible(case, caller, work.governance):
        return False
    own = caller.organisation
    if own is None or own.is_internal:
        return True
    if one.actor.kind is ActorKind.PERSON:
        return one.actor.organisation == own.id
    return case is not None
