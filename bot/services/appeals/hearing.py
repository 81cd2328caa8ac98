"""Hears appeals: the decision stands, is made shorter, or is taken back; never by whoever decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cards.notice import show_moment
from bot.domain.actor import Actor
from bot.domain.authority import Allow, Ask, Deny, Scope
from bot.domain.right import Right
from bot.domain.verdict import AppealState
from bot.errors import LocumError
from bot.i18n import phrase
from bot.services.appeals.closing import close, moot
from bot.services.appeals.reducing import impose_shorter
from bot.services.approvals.answerable import is_same_human
from bot.services.authorising import DeniedError, require
from bot.services.moderating.undoing import take_back
from bot.services.notifying import tell
from bot.services.staff.knowing import Caller, target_of
from bot.services.work import Work
from bot.store.accounts import account_refs, languages_of, lock_accounts
from bot.store.appeals import Appeal, Appealable, appeals_by_id, askers_behind, decided, imposed_by, lock_appeal


class UnknownAppealError(LocumError):
    """There is no such appeal."""


class StaleAppealError(LocumError):
    """The appeal isn't any more as it was looked at: somebody heard it meanwhile."""

    def __init__(self, appeal: Appeal | None = None) -> None:
        super().__init__()
        #: as it is now; None where nobody looked again
        self.appeal = appeal


class MootError(LocumError):
    """There is nothing left to hear: the decision was taken back, or the member forgotten."""


class NotShorterError(LocumError):
    """The new length must be shorter than what the sanction has, and the sanction must still hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """An appeal as somebody looked at it who may hear it."""

    #: who
    caller: Caller
    #: for what they do now
    actor: Actor
    #: the appeal, locked
    appeal: Appeal
    #: what it is against
    about: Appealable
    #: there is nothing left to hear
    moot: bool


def _denied(code: str, key: str) -> DeniedError:
    return DeniedError(Deny(code=code, reason=phrase(key)), Right.HEAR)


async def look_at(work: Work, caller: Caller, appeal: str, version: int | None) -> Hearing:
    """Return an appeal that somebody may hear, and keep everybody else from hearing it.

    Raises UnknownAppealError, StaleAppealError, DeniedError. To whoever isn't one of the community's leads no appeal
    exists: neither to the organisation that decided nor to any other.
    """
    found = (await appeals_by_id(work.tx, [appeal])).get(appeal)
    if found is not None:
        await lock_accounts(work.tx, [found.account])
    held = None if found is None else await lock_appeal(work.tx, work.community, appeal)
    about = None if held is None else await decided(work.tx, work.community, held.decision)
    if held is None or about is None:
        raise UnknownAppealError
    actor = caller.actor(await _require_hearer(work, caller, held, about))
    if held.state is not AppealState.OPEN or (version is not None and version != held.version):
        raise StaleAppealError(held)
    gone = about.forgotten or held.account not in await account_refs(work.tx, [held.account])
    return Hearing(caller=caller, actor=actor, appeal=held, about=about, moot=about.undone or gone)


async def _require_hearer(work: Work, caller: Caller, appeal: Appeal, about: Appealable) -> str:
    """Return the mandate under which somebody hears an appeal; raise DeniedError where they may not.

    Only the community's leads hear appeals: for a partner's decisions and automation's that is another organisation.
    Their own team's decisions another of them hears, for nobody stands above the owner. Who asked for what was
    approved doesn't hear it either.
    """
    if caller.person is None or not caller.leads:
        raise _denied("not_here", "appeal.unknown")
    people = work.governance.roster.people
    involved = {appeal.person, *await askers_behind(work.tx, work.community, appeal.account, about.at)} - {""}
    if caller.person.id in involved or any(is_same_human(caller, people.get(one)) for one in involved):
        raise _denied("own_decision", "appeal.own_decision")
    target = await target_of(work, appeal.account, caller)
    scope = Scope(community=work.community, doer=appeal.person, doer_for=appeal.organisation)
    ruling: Allow | Ask = await require(work, caller, Right.HEAR, target=target, scope=scope)
    return ruling.mandate


async def stands(work: Work, hearing: Hearing, *, reason: str = "") -> None:
    """Decide that what was decided stands, and tell the member. Raises MootError, StaleAppealError."""
    _still(hearing)
    await _end(work, hearing, AppealState.STANDS, reason=reason)
    await tell(
        work, hearing.appeal.account, "appeal_stands", once=hearing.appeal.id, actor=hearing.actor,
        case=hearing.appeal.case,
    )  # fmt: skip


async def reduced(work: Work, hearing: Hearing, lasts: timedelta, *, reason: str = "") -> str:
    """Make a sanction last no longer than `lasts` from its beginning, and return the decision that does it.

    Raises NotShorterError, MootError, StaleAppealError.
    """
    _still(hearing)
    held = [one for one in await imposed_by(work.tx, hearing.appeal.decision) if one.active(work.now)]
    shorter = [one for one in held if one.until is None or one.start + lasts < one.until]
    if not shorter:
        raise NotShorterError
    until = max(one.start for one in shorter) + lasts
    decision = await impose_shorter(work, hearing.actor, hearing.about, shorter, lasts, reason=reason)
    await _end(work, hearing, AppealState.REDUCED, reason=reason, done=decision)
    await _tell_reduced(work, hearing, max(until, work.now))
    return decision


async def lifted(work: Work, hearing: Hearing, *, reason: str = "") -> str:
    """Take the decision back with all that came of it, tell the member, and return the decision that does it.

    Raises MootError, StaleAppealError.
    """
    _still(hearing)
    undone = await take_back(work, hearing.actor, [hearing.appeal.decision], why="appeal", reason=reason)
    await _end(work, hearing, AppealState.LIFTED, reason=reason, done=undone.decision)
    if not undone.members:
        # nothing of it held any more, and still they were right
        await tell(
            work, hearing.appeal.account, "appeal", once=hearing.appeal.id, actor=hearing.actor,
            case=hearing.appeal.case,
        )  # fmt: skip
    return undone.decision


def _still(hearing: Hearing) -> None:
    if hearing.moot:
        raise MootError


async def end_moot(work: Work, hearing: Hearing) -> None:
    """Close an appeal against what was taken back already, or of a member who was forgotten."""
    await moot(work, hearing.actor, hearing.appeal)


async def _end(work: Work, hearing: Hearing, state: AppealState, *, reason: str = "", done: str = "") -> None:
    if not await close(work, hearing.actor, hearing.appeal, state, reason=reason, done=done):
        raise StaleAppealError


async def _tell_reduced(work: Work, hearing: Hearing, until: datetime) -> None:
    account = hearing.appeal.account
    language = (await languages_of(work.tx, [account])).get(account, work.policies.languages[0])
    await tell(
        work, account, "appeal_reduced", once=hearing.appeal.id, actor=hearing.actor, case=hearing.appeal.case,
        until=show_moment(until, work.policies.zone, language),
    )  # fmt: skip
