"""News for the community's leads: who is held or suspended, what a contract came to, and what went past Locum."""

from collections.abc import Collection, Mapping

from bot.cards.glass import glass_card
from bot.cards.news import ContractNews, RestraintNews, contract_card, restraint_card
from bot.domain.card import Card, CardKind
from bot.domain.severity import Severity
from bot.domain.staff import Roster
from bot.services.showing.hanging import leads_stream
from bot.services.showing.lacking import lacking_cards
from bot.services.showing.outside import outside_cards
from bot.services.showing.viewing import Viewing
from bot.services.showing.wanting import show
from bot.services.staff.governing import govern
from bot.services.work import Work
from bot.store.contract_steps import ContractStep, find_steps
from bot.store.overrides import Override, find_overrides
from bot.store.restraints import ORGANISATION, Restraint, find_restraints
from bot.store.workspaces import known_connections


async def tell_leads(work: Work, subject: str, *, severity: Severity = Severity.MEDIUM) -> None:
    """Show news in the leads' channel, or bring what hangs there up to date; nothing where the community lists none."""
    streams = [leads_stream(work.policies, one) for one in await known_connections(work.tx, work.community)]
    stream = next((one for one in streams if one is not None), None)
    await show(work, CardKind.NEWS, subject, stream=stream, severity=severity)


async def news_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of what there is news about."""
    if viewing.policies is None:
        return {}
    roster = (await govern(viewing.tx, viewing.policies)).roster
    restraints = await find_restraints(viewing.tx, viewing.community, ids)
    steps = await find_steps(viewing.tx, viewing.community, ids)
    broken = await find_overrides(viewing.tx, viewing.community, ids)
    cards = dict(await lacking_cards(viewing, ids))
    cards |= dict(await outside_cards(viewing, ids, lambda person, organisation: _known(person, organisation, roster)))
    cards |= {one.id: _glass(one, roster, viewing.language) for one in broken}
    cards |= {one.id: restraint_card(_restraint(one, roster), viewing.language) for one in restraints}
    return cards | {one.subject: contract_card(_contract(one, roster), viewing.language) for one in steps}


def _glass(one: Override, roster: Roster, language: str) -> Card:
    return glass_card(
        one.id, _person(one.person, roster), one.until, one.review_due, reviewed=one.reviewed_at is not None,
        language=language,
    )  # fmt: skip


def _restraint(one: Restraint, roster: Roster) -> RestraintNews:
    return RestraintNews(
        kind=one.kind.value,
        whom=_organisation(one.subject, roster) if one.of == ORGANISATION else _person(one.subject, roster),
        by=_person(one.by, roster) if one.by in roster.people else "",
        reason=one.reason,
        until=one.lifted_at or one.until,
        lifted=one.lifted_at is not None,
    )


def _contract(step: ContractStep, roster: Roster) -> ContractNews:
    return ContractNews(
        organisation=_organisation(step.organisation, roster),
        step=step.step,
        at=step.at,
        report=step.report,
        certified=step.certified_at is not None,
    )


def _person(identifier: str, roster: Roster) -> str:
    person = roster.people.get(identifier)
    if person is None:
        return identifier
    return f"{person.alias} ({_organisation(person.organisation, roster)})"


def _known(identifier: str, organisation: str, roster: Roster) -> str:
    """Return somebody whom the policies may no longer name."""
    if identifier in roster.people:
        return _person(identifier, roster)
    return f"{identifier} ({_organisation(organisation, roster)})"


def _organisation(identifier: str, roster: Roster) -> str:
    organisation = roster.organisations.get(identifier)
    return identifier if organisation is None else organisation.name
