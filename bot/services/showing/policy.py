"""What the cards of proposed policies show."""

from collections.abc import Collection, Mapping

from bot.cards.policy import PolicyView, policy_card
from bot.domain.actor import Actor, ActorKind
from bot.domain.card import Card
from bot.i18n import say
from bot.policy.policy_set import PolicySet
from bot.services.showing.viewing import Viewing
from bot.store.policy_proposals import Proposal, proposals_by_id


async def policy_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of proposals."""
    found = await proposals_by_id(viewing.tx, ids)
    return {one.id: proposal_card(one, viewing.policies, viewing.language) for one in found.values()}


def proposal_card(proposal: Proposal, policies: PolicySet | None, language: str) -> Card:
    """Return the card of one proposal in one language."""
    decided = "" if proposal.decided_by is None else _called(proposal.decided_by, policies, language)
    view = PolicyView(
        proposal=proposal.id,
        version=proposal.version,
        before=proposal.before,
        state=proposal.state.value,
        mode=proposal.mode or "shadow",
        proposed_by=_called(proposal.proposed_by, policies, language),
        decided_by=decided,
        lines=proposal.difference,
        effect=proposal.effect,
    )
    return policy_card(view, language)


def _called(actor: Actor, policies: PolicySet | None, language: str) -> str:
    """Return what somebody is called among staff; whoever isn't a person saved files."""
    if actor.kind is not ActorKind.PERSON:
        return say("policies.by_files", language)
    person = policies.governance.roster.people.get(actor.who) if policies is not None else None
    return actor.who if person is None else person.alias
