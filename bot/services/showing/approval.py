"""Shows requests for somebody's yes, as they stand when they are shown."""

import asyncio
from collections.abc import Collection, Mapping

from bot.cards.approval import ApprovalView, Asked, approval_card
from bot.cards.case_card import handle
from bot.domain.actor import Actor, ActorKind
from bot.domain.card import Card
from bot.domain.milder import milder_rights
from bot.domain.order import Order
from bot.domain.right import Right
from bot.domain.staff import Roster
from bot.domain.verdict import ApprovalState
from bot.i18n import say
from bot.policy.policy_set import PolicySet
from bot.services.showing.evidence import sealed_quotes
from bot.services.showing.viewing import Viewing
from bot.services.staff.governing import govern
from bot.services.unsealing import sealed_text
from bot.store.approvals import Approval, approvals_by_id
from bot.store.cases import read_cases
from bot.store.sanctions import sanctions_by_id


async def approval_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of requests."""
    if viewing.policies is None:
        return {}
    roster = (await govern(viewing.tx, viewing.policies)).roster
    found = await approvals_by_id(viewing.tx, ids)
    shown: dict[str, Card] = {}
    for one in found.values():
        # on SQLite nothing here waits, and of a burst of requests there are many
        await asyncio.sleep(0)
        shown[one.id] = approval_card(await _view(viewing, viewing.policies, one, roster), viewing.language)
    return shown


async def _view(viewing: Viewing, policies: PolicySet, approval: Approval, roster: Roster) -> ApprovalView:
    order = approval.order
    cases = [approval.case] if approval.case is not None else []
    case = (await read_cases(viewing.tx, viewing.community, cases)).get(approval.case or "")
    interim = (await sanctions_by_id(viewing.tx, [approval.interim] if approval.interim else [])).get(
        approval.interim or ""
    )
    member = handle(order.account) if order.account else ""
    holds = interim is not None and interim.active(viewing.now)
    return ApprovalView(
        approval=approval.id,
        version=approval.version,
        state=approval.state,
        case="" if case is None else case.number,
        member=member,
        asker=show_actor(approval.actor, roster, viewing.language),
        cause=approval.cause,
        asked=_asked(order),
        severity=order.severity,
        quotes=await sealed_quotes(viewing, order.account, cases, member) if order.account else (),
        guideline=title_of(policies, order.guideline, viewing.language),
        reason=await words_of(viewing, approval.reason, "details.reason"),
        interim=None if interim is None else Asked(right=Right(interim.kind.value)),
        interim_until=interim.until if interim is not None and holds else None,
        due_at=approval.due_at,
        late=viewing.now >= approval.due_at,
        grows=order.right is Right.DELETE and approval.actor.kind is ActorKind.AUTOMATION,
        changeable=bool(milder_rights(order)),
        answered_by=_answerer(approval, roster, viewing.language),
        answered_at=approval.answered_at,
        answer=None if approval.answer is None else _asked(approval.answer),
        words=await words_of(viewing, approval.words, "details.words"),
        zone=policies.zone,
    )


def _asked(order: Order) -> Asked:
    return Asked(right=order.right, lasts=order.lasts, messages=len(order.messages))


def _answerer(approval: Approval, roster: Roster, language: str) -> str:
    if approval.answered_by is None or approval.state is ApprovalState.OPEN:
        return ""
    return show_actor(approval.answered_by, roster, language)


def show_actor(actor: Actor, roster: Roster, language: str) -> str:
    """Return who somebody is for staff: alias, organisation and level as they were, or the rule."""
    if actor.kind is not ActorKind.PERSON:
        return say(f"approval.actor_{actor.kind.value}", language, who=actor.who)
    person, organisation = roster.people.get(actor.who), roster.organisations.get(actor.organisation)
    return say(
        "approval.actor_person",
        language,
        alias=actor.who if person is None else person.alias,
        organisation=actor.organisation if organisation is None else organisation.name,
        level=say(f"approval.level_{actor.level}", language) if actor.level else "–",
    )


def title_of(policies: PolicySet, guideline: str, language: str) -> str:
    """Return a guideline's title in a language, or its id."""
    held = policies.guidelines.get(guideline)
    if held is None:
        return guideline
    return held.titles.get(language) or next(iter(held.titles.values()), guideline)


async def words_of(viewing: Viewing, entry: int | None, field: str) -> str:
    """Return somebody's own words that an entry holds; empty where they were erased or there are none."""
    if entry is None:
        return ""
    return await sealed_text(viewing.tx, viewing.keys, viewing.community, entry, field) or ""
