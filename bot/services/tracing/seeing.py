"""Says who an account is here and now, for a page that shows it: read alone, so that looking leaves nothing behind."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.command import Audience
from bot.domain.message import AccountRef
from bot.domain.staff import PARTNER_LEAD, Phase, Roster
from bot.i18n import catalogue, say
from bot.services.staff.knowing import Caller, known_callers
from bot.services.tracing.attributing import attribute
from bot.services.tracing.chain import Seen
from bot.services.tracing.tracing import Tracing
from bot.services.work import begin_work


async def seen(tracing: Tracing, account: AccountRef, language: str) -> Seen:
    """Return who somebody is, whether they are on duty, and which commands they are offered."""
    return (await seen_many(tracing, [account], language))[account]


async def seen_many(tracing: Tracing, accounts: Collection[AccountRef], language: str) -> dict[AccountRef, Seen]:
    """Return the same of many at once, as of one moment; a page that shows everybody asks for everybody together."""
    async with tracing.store.glancing() as tx:
        work = await begin_work(tx, tracing.keys, tracing.policies, tracing.now)
        callers = await known_callers(work, accounts, language)
    return {ref: _seen(caller, work.governance.roster, tracing.now, language) for ref, caller in callers.items()}


def _seen(caller: Caller, roster: Roster, now: datetime, language: str) -> Seen:
    if caller.person is None or caller.standing is None:
        return Seen(audiences=frozenset({Audience.EVERYBODY.value}))
    shift = caller.standing.shift
    return Seen(
        by=attribute(caller.actor(), roster, language),
        role=catalogue(language).get(f"tracing.role_{caller.person.role}", caller.person.role),
        on_shift_until=None if shift is None else shift.until,
        hindered=_hindered(caller, now, language),
        audiences=frozenset(one.value for one in audiences(caller)),
    )


def audiences(caller: Caller) -> frozenset[Audience]:
    """Return which groups of commands somebody is offered; what may be done with them is authority's word."""
    offered = {Audience.EVERYBODY}
    if caller.person is not None:
        offered.add(Audience.MODERATORS)
    if caller.leads:
        # what a partner's lead may do for the own organisation, the community's leads may for every one
        offered |= {Audience.LEADS, Audience.PARTNER_LEADS}
    elif caller.person is not None and caller.person.role == PARTNER_LEAD:
        offered.add(Audience.PARTNER_LEADS)
    return frozenset(offered)


def _hindered(caller: Caller, now: datetime, language: str) -> str:
    """Return what is in the way of somebody who moderates; empty for nothing."""
    person, organisation, standing = caller.person, caller.organisation, caller.standing
    if person is None or organisation is None or standing is None:
        return ""
    if standing.suspended:
        return say("tracing.hindered_suspended", language)
    if standing.frozen_until is not None and now < standing.frozen_until:
        return say("tracing.hindered_frozen", language)
    phase = organisation.phase(now)
    if phase is not Phase.RUNNING:
        return say(f"tracing.hindered_{phase.value}", language)
    return say("tracing.hindered_absent", language) if person.is_absent(now) else ""
