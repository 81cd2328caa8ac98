"""Says to whoever pressed on an old card what became of its escalation since, and who did that: as it was recorded."""

from bot.domain.actor import Actor, ActorKind, read_actor
from bot.domain.entry_kind import EntryKind
from bot.i18n import say
from bot.ledger import entries
from bot.ledger.errors import LedgerError
from bot.services.cases.errors import CaseError, stale, wrong
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.escalations import ENDED, Escalation
from bot.store.ledger.finding import newest_entries_of

#: entries of a case among which the newest about its escalation is looked for
_MOST = 200
#: what people do to an escalation; it goes on by itself through all else
_BY_PEOPLE = frozenset({"acknowledged", "taken_over", "further"})
#: what people do that ends one
_ENDS = frozenset({"case_closed", "claimed", "resolved", "approval_answered", "appeal_answered"})


async def meanwhile(work: Work, caller: Caller, one: Escalation) -> CaseError:
    """Return the error that says what happened to an escalation since its card was drawn, and who did it.

    The own team hears every name, a partner those of its own people, as with cases.
    """
    change, by, actor = await _newest(work, one)
    is_person, number = actor is not None and actor.kind is ActorKind.PERSON, one.case.number
    if one.state == ENDED:
        if not is_person or by not in _ENDS:
            return wrong("escalation.over", number=number)
        return wrong(f"escalation.over_{by}", number=number, who=_named(work, caller, actor))
    if is_person and change in _BY_PEOPLE:
        return wrong(f"escalation.stale_{change}", number=number, who=_named(work, caller, actor))
    return wrong("escalation.stale_step", number=number) if change else stale()


async def _newest(work: Work, one: Escalation) -> tuple[str, str, Actor | None]:
    """Return the newest change of an escalation, what ended it, and who did that; nothing where none is found."""
    for body in await newest_entries_of(work.tx, work.community, one.case.id, _MOST):
        try:
            entry = entries.read(body)
        except LedgerError:
            # `locum verify` names what is damaged
            continue
        said = entry.details
        if entry.kind == EntryKind.ESCALATION and said.get("escalation") == one.id:
            actor = read_actor({key: str(value) for key, value in entry.actor.items()})
            return str(said.get("change", "")), str(said.get("by", "")), actor
    return "", "", None


def _named(work: Work, caller: Caller, actor: Actor | None) -> str:
    """Return how whoever did something is called towards somebody."""
    own, person = caller.organisation, None if actor is None else work.governance.roster.people.get(actor.who)
    if person is None or own is None or not (own.is_internal or own.id == person.organisation):
        return say("escalation.somebody", caller.language)
    return person.alias
