"""References from one part of a community's policies to another: each must lead somewhere."""

from bot.policy.crossrefs.community import check_community
from bot.policy.crossrefs.escalation import check_escalation
from bot.policy.crossrefs.governance import check_governance
from bot.policy.crossrefs.guidelines import check_guidelines
from bot.policy.crossrefs.names import Names
from bot.policy.crossrefs.organisations import check_organisations
from bot.policy.crossrefs.reach import check_reach
from bot.policy.loaded import LoadedCommunity, LoadedEscalation, LoadedGuideline, LoadedOrganisations


def note_cross_references(
    community: LoadedCommunity | None,
    guidelines: tuple[LoadedGuideline, ...],
    organisations: LoadedOrganisations | None,
    escalation: LoadedEscalation | None,
    names: Names,
) -> None:
    """Note every reference that leads nowhere and every contradiction between files, each in its file's log."""
    if community is not None:
        check_community(community, names)
    check_guidelines(guidelines, community, names)
    if organisations is not None:
        check_organisations(organisations, community, names)
    if escalation is not None:
        check_escalation(escalation, names)
        check_reach(escalation, community, organisations, names)
    check_governance(community, organisations, escalation, names)
