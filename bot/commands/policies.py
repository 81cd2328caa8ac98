"""`/lead policy` and the buttons of proposed policies: what is active, what waits, and a named lead's yes or no."""

from bot.cards.policy import active_card, short
from bot.commands.command import BadInputError, Call, Command, bad_input, option
from bot.domain.actor import Actor, ActorKind
from bot.domain.authority import Allow, deny
from bot.domain.command import Audience, OptionKind, Reply
from bot.domain.judgement import Mode
from bot.domain.right import Right
from bot.services.authorising import DeniedError, require
from bot.services.policies.applying import apply, refuse, roll_back, turn
from bot.services.policies.keeping import VersionGoneError, VersionUnusableError
from bot.services.showing.approval import show_actor
from bot.services.showing.policy import proposal_card
from bot.store.policies import active_mode, active_policy
from bot.store.policy_proposals import Proposal, ProposalState, applied_proposals, hold_proposal, hold_waiting
from bot.store.tripped import tripped


async def policy(call: Call) -> Reply:
    """Show, apply, roll back, turn live or to shadow."""
    actor = await _lead(call)
    what, version = call.given("what", str), (call.perhaps("version", str) or "").lower()
    if what == "show":
        return await _show(call, version)
    if what == "apply":
        return await _applied(call, await _newest(call, version), actor)
    if what == "rollback":
        return await _rolled_back(call, actor, version)
    return await _turned(call, actor, Mode(what))


async def press_apply(call: Call) -> Reply:
    """Apply a proposal, in the mode that it goes with."""
    actor = await _lead(call)
    return await _applied(call, await _pressed(call), actor)


async def press_live(call: Call) -> Reply:
    """Apply a proposal and turn the community live with it."""
    actor = await _lead(call)
    return await _applied(call, await _pressed(call), actor, Mode.LIVE.value)


async def press_refuse(call: Call) -> Reply:
    """Say no to a proposal."""
    actor = await _lead(call)
    proposal = await _pressed(call)
    if not await refuse(call.work, proposal, actor):
        raise bad_input("commands.stale")
    return call.answer("policies.refused", version=short(proposal.version))


async def press_turn(call: Call) -> Reply:
    """Turn what is active live, or to shadow: from a card that shows which policies these are."""
    actor = await _lead(call)
    active = await active_policy(call.work.tx, call.work.community)
    mode, seen = call.options.get("subject", ""), call.options.get("version", "")
    if mode not in (Mode.LIVE.value, Mode.SHADOW.value) or seen != short(active):
        raise await _others_active(call, active)
    return await _turned(call, actor, Mode(mode))


async def _others_active(call: Call, active: str) -> BadInputError:
    """Return the error for a card of policies that are no longer the active ones: which are now, and by whom."""
    applied = next(iter(await applied_proposals(call.work.tx, call.work.community)), None)
    if applied is None or applied.version != active or applied.decided_by is None:
        return bad_input("commands.stale")
    who = show_actor(applied.decided_by, call.work.governance.roster, call.language)
    return bad_input("policies.stale_active", version=short(active), who=who)


async def _lead(call: Call) -> Actor:
    """Return the snapshot of whoever leads; nobody asks somebody else to apply policies for them."""
    ruling = await require(call.work, call.caller, Right.POLICY)
    if not isinstance(ruling, Allow):
        raise DeniedError(deny("leads_only"), Right.POLICY)
    return call.caller.actor(ruling.mandate)


async def _pressed(call: Call) -> Proposal:
    proposal = await hold_proposal(call.work.tx, call.work.community, call.options.get("subject", ""))
    if proposal is None:
        raise bad_input("commands.stale")
    if proposal.state is not ProposalState.OPEN:
        raise _meanwhile(call, proposal)
    return proposal


def _meanwhile(call: Call, proposal: Proposal) -> BadInputError:
    """Return the error that says what became of a proposal whose card is old, and who did it."""
    version, by = short(proposal.version), proposal.decided_by
    if by is None:
        return bad_input("commands.stale")
    if by.kind is not ActorKind.PERSON:
        return bad_input("policies.stale_saved", version=version)
    who = show_actor(by, call.work.governance.roster, call.language)
    return bad_input(f"policies.stale_{proposal.state.value}", version=version, who=who)


async def _newest(call: Call, version: str) -> Proposal:
    waiting = await hold_waiting(call.work.tx, call.work.community)
    found = [one for one in waiting if one.state is ProposalState.OPEN and one.version.startswith(version)]
    if not found:
        raise bad_input("policies.nothing_waits")
    return found[0]


async def _show(call: Call, version: str) -> Reply:
    tx, community = call.work.tx, call.work.community
    waiting = [one for one in await hold_waiting(tx, community) if one.version.startswith(version)]
    if version:
        if not waiting:
            raise bad_input("policies.nothing_waits")
        return Reply(card=proposal_card(waiting[0], call.work.policies, call.language))
    card = active_card(
        await active_policy(tx, community),
        await active_mode(tx, community) or Mode.SHADOW.value,
        sorted(await tripped(tx, community)),
        waiting[0].version if waiting else "",
        call.language,
    )
    return Reply(card=card)


async def _applied(call: Call, proposal: Proposal, actor: Actor, mode: str = "") -> Reply:
    try:
        done = await apply(call.work, proposal, actor, mode)
    except (VersionGoneError, VersionUnusableError):
        raise bad_input("policies.unusable", version=short(proposal.version)) from None
    if not done:
        return Reply(text=call.answer("policies.outrun").text, done=False)
    chosen = mode or proposal.mode
    return call.answer(f"policies.applied_{chosen}", version=short(proposal.version))


async def _rolled_back(call: Call, actor: Actor, version: str) -> Reply:
    try:
        proposal = await roll_back(call.work, actor, version)
    except (VersionGoneError, VersionUnusableError):
        raise bad_input("policies.unusable", version=version or "–") from None
    if proposal is None:
        raise bad_input("policies.no_earlier")
    return call.answer(
        "policies.rolled_back", version=short(proposal.version), card=proposal_card(
            proposal, call.work.policies, call.language
        ),
    )  # fmt: skip


async def _turned(call: Call, actor: Actor, mode: Mode) -> Reply:
    try:
        proposal = await turn(call.work, actor, mode)
    except (VersionGoneError, VersionUnusableError):
        raise bad_input("policies.unusable", version="–") from None
    if proposal is None:
        raise bad_input(f"policies.is_{mode.value}")
    return call.answer(f"policies.turned_{mode.value}")


_VERSION = option("version", OptionKind.TEXT, required=False, longest=64)
_WHAT = option("what", OptionKind.CHOICE, choices=("show", "apply", "rollback", "live", "shadow"))

COMMANDS: tuple[Command, ...] = (
    Command(name="lead.policy", audience=Audience.LEADS, options=(_WHAT, _VERSION), run=policy, right=Right.POLICY),
    Command(name="policy.apply", audience=Audience.LEADS, run=press_apply, right=Right.POLICY, typed=False),
    Command(name="policy.live", audience=Audience.LEADS, run=press_live, right=Right.POLICY, typed=False),
    Command(name="policy.refuse", audience=Audience.LEADS, run=press_refuse, right=Right.POLICY, typed=False),
    Command(name="policy.turn", audience=Audience.LEADS, run=press_turn, right=Right.POLICY, typed=False),
)
