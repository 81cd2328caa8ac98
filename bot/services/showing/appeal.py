"""Shows appeals, as they stand when they are shown."""

from collections.abc import Collection, Mapping

from bot.cards.appeal import AppealView, Imposed, appeal_card
from bot.cards.case_card import handle
from bot.domain.card import Card
from bot.domain.staff import Roster
from bot.domain.verdict import AppealState
from bot.policy.policy_set import PolicySet
from bot.services.showing.approval import show_actor, words_of
from bot.services.showing.evidence import sealed_quotes
from bot.services.showing.viewing import Viewing
from bot.services.staff.governing import govern
from bot.store.appeals import Appeal, Appealable, appeals_by_id, decided, imposed_by
from bot.store.cases import read_cases


async def appeal_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of appeals."""
    if viewing.policies is None:
        return {}
    roster = (await govern(viewing.tx, viewing.policies)).roster
    cards: dict[str, Card] = {}
    for appeal in (await appeals_by_id(viewing.tx, ids)).values():
        about = await decided(viewing.tx, viewing.community, appeal.decision)
        if about is not None:
            view = await _view(viewing, viewing.policies, appeal, about, roster)
            cards[appeal.id] = appeal_card(view, viewing.language)
    return cards


async def _view(
    viewing: Viewing, policies: PolicySet, appeal: Appeal, about: Appealable, roster: Roster
) -> AppealView:  # fmt: skip
    cases = [appeal.case] if appeal.case is not None else []
    case = (await read_cases(viewing.tx, viewing.community, cases)).get(appeal.case or "")
    member, hears = handle(appeal.account), roster.organisations.get(appeal.heard_by)
    is_answered = appeal.answered_by is not None and appeal.state is not AppealState.OPEN
    decision_cases = [about.case] if about.case is not None else []
    return AppealView(
        appeal=appeal.id,
        version=appeal.version,
        state=appeal.state,
        case="" if case is None else case.number,
        member=member,
        statement=await words_of(viewing, appeal.statement, "details.statement"),
        decided_by=show_actor(about.actor, roster, viewing.language),
        decided_at=about.at,
        severity=about.severity,
        outcomes=about.outcomes,
        sanctions=tuple(
            Imposed(kind=one.kind, until=one.until, holds=one.active(viewing.now))
            for one in await imposed_by(viewing.tx, appeal.decision, locked=False)
        ),
        rules=about.rules,
        quotes=await sealed_quotes(viewing, appeal.account, decision_cases, member),
        heard_by=appeal.heard_by if hears is None else hears.name,
        due_at=appeal.due_at,
        late=viewing.now >= appeal.due_at,
        answered_by=show_actor(appeal.answered_by, roster, viewing.language)
        if is_answered and appeal.answered_by is not None
        else "",
        answered_at=appeal.answered_at,
        words=await words_of(viewing, appeal.words, "details.words"),
        zone=policies.zone,
    )
