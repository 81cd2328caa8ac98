"""What the commands of `/case` share: which case is meant, what goes wrong, and the card as the reader may see it."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.commands.command import BadInputError, Call, bad_input
from bot.domain.authority import NOBODY, Deny
from bot.domain.card import Card
from bot.domain.case import Case
from bot.domain.place import Around
from bot.domain.right import Deed, Right
from bot.i18n import say
from bot.services.authorising import require, rule_on
from bot.services.cases.errors import CaseError
from bot.services.cases.places import whereabouts
from bot.services.cases.routing import scope_of
from bot.services.evidence.opening import never_shown
from bot.services.showing.case import cards_for
from bot.services.showing.viewing import Viewing
from bot.store.cases import worked_on
from bot.store.messages import message_refs


@contextmanager
def told() -> Iterator[None]:
    """Let what can't be done with a case be answered like bad input: nothing is done then."""
    try:
        yield
    except CaseError as error:
        raise BadInputError(error.said) from None


async def which(call: Call) -> str:
    """Return the case that is meant: the card's, the one named, or else the only one the caller works on."""
    named = call.perhaps("subject", str) or call.perhaps("case", str)
    if named:
        return named
    await require(call.work, call.caller, Right.VIEW)
    person = call.caller.person
    own = [] if person is None else await worked_on(call.work.tx, call.work.community, person=person.id)
    held = [one for one in own if person is not None and one.claimed_by == person.id]
    if len(held) != 1:
        raise bad_input("case.which", option=say("options.case", call.language))
    return held[0].id


def shown_version(call: Call) -> str:
    """Return the version of the card that was pressed; empty for what was typed."""
    return call.perhaps("version", str) or ""


async def around(call: Call, case: Case) -> Around | None:
    """Return where the newest message of a case stands, for whoever may look around there; None otherwise.

    What was written around a message is other members': of channels that a mandate doesn't cover nothing is shown.
    """
    work = call.work
    where = await whereabouts(work, case)
    if where.stream is None:
        return None
    newest = where.messages[-1]
    if await never_shown(work.tx, [newest.id]):
        return None
    scope = scope_of(work, case, where.languages, channel=where.channel or "")
    ruling = await rule_on(work, call.caller, Deed(right=Right.VIEW), NOBODY, scope)
    ref = (await message_refs(work.tx, [newest.id])).get(newest.id)
    if ref is None or (isinstance(ruling, Deny) and not call.caller.leads):
        return None
    return Around(stream=where.stream, message=ref.message, at=newest.at)


async def card_of(call: Call, case: Case) -> Card | None:
    """Return the card of a case as whoever asks may see it, in their language."""
    work = call.work
    viewing = Viewing(
        tx=work.tx, keys=work.keys, community=work.community, policies=work.policies, now=work.now
    )  # fmt: skip
    return (await cards_for(viewing, [case.id], call.caller, call.language)).get(case.id)
