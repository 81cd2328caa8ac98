"""`/mod lift`: ends a sanction before its time."""

from dataclasses import replace

from bot.commands.acting import case_given, give_and_say, scope_here
from bot.commands.command import Call, Command, bad_input, option
from bot.domain.actor import ActorKind
from bot.domain.authority import Deny
from bot.domain.case import Case
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.handle import is_handle
from bot.domain.order import Order
from bot.domain.right import Deed, Right
from bot.services.authorising import DeniedError, rule_on
from bot.services.cases.seeing import visible
from bot.services.staff.knowing import target_of
from bot.store.accounts import lock_accounts
from bot.store.cases import read_cases
from bot.store.sanctions import Imposed, sanctions_like, unended


async def lift(call: Call) -> Reply:
    """End a sanction, chosen by its handle.

    A partner ends what its own people or a rule imposed, and only what it could impose itself; of what others imposed
    it learns nothing here.
    """
    found = await _chosen(call)
    sanction, work = found.sanction, call.work
    case = await case_given(call, sanction.account) or await _its_case(call, found)
    person = found.actor.kind is ActorKind.PERSON
    here = await scope_here(call, case, account=sanction.account)
    scope = replace(here, doer=found.actor.who if person else "", doer_for=found.actor.organisation)
    target = await target_of(work, sanction.account, call.caller)
    if call.caller.organisation is not None and not call.caller.organisation.is_internal:
        lasts = None if sanction.until is None else sanction.until - work.now
        ruling = await rule_on(work, call.caller, Deed(right=Right(sanction.kind.value), lasts=lasts), target, scope)
        if isinstance(ruling, Deny):
            raise DeniedError(ruling, Right.LIFT)
    order = Order(
        right=Right.LIFT,
        account=sanction.account,
        connection=found.connection,
        sanction=sanction.id,
        case="" if case is None else case.id,
        severity=found.severity,
    )
    return await give_and_say(call, order, target, scope)


async def _chosen(call: Call) -> Imposed:
    handle, work = call.given("sanction", str).strip().lower(), call.work
    ids = await sanctions_like(work.tx, work.community, handle) if is_handle(handle) else []
    if len(ids) != 1:
        raise bad_input("mod.unknown_sanction")
    # members before what is about them: everybody locks in this order
    await lock_accounts(work.tx, [account for _, account in ids])
    found = [one for one in await unended(work.tx, work.community, [ids[0][0]]) if one.sanction.active(work.now)]
    if not found or not _sees(call, found[0]):
        raise bad_input("mod.unknown_sanction")
    return found[0]


async def _its_case(call: Call, found: Imposed) -> Case | None:
    """Return the case in which a sanction was imposed: whoever isn't for such cases doesn't end what came of them."""
    if found.case is None:
        return None
    case = (await read_cases(call.work.tx, call.work.community, [found.case])).get(found.case)
    if case is None or not visible(case, call.caller, call.work.governance):
        raise bad_input("mod.unknown_sanction")
    return case


def _sees(call: Call, found: Imposed) -> bool:
    own = call.caller.organisation
    if own is None or own.is_internal or found.actor.kind is not ActorKind.PERSON:
        return True
    return found.actor.organisation == own.id


LIFT_COMMANDS: tuple[Command, ...] = (
    Command(
        name="mod.lift", audience=Audience.MODERATORS,
        options=(
            option("sanction", OptionKind.SANCTION), option("why", OptionKind.TEXT),
            option("case", OptionKind.CASE, required=False),
        ),
        run=lift, right=Right.LIFT,
    ),
)  # fmt: skip
