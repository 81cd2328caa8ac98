"""Reads what notices are put into words from, when they are sent: decisions, languages, who stands behind, codes."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.cards.notice import Deed, Hand, NoticeView, show_moment
from bot.domain.action import FIRST, Action
from bot.domain.actor import Actor, ActorKind
from bot.domain.effect import read_outcome
from bot.domain.gap import later
from bot.domain.message import Channel
from bot.domain.outcome import SANCTIONS, Outcome, OutcomeKind
from bot.domain.place import channel_of
from bot.i18n import Value
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.appeals.codes import appeal_code
from bot.store.accounts import languages_of
from bot.store.actions import Claimed
from bot.store.channels import streams_of_channels
from bot.store.columns import moment
from bot.store.decisions import Decided, cases_of_rules, coded, decided
from bot.store.engine import Tx
from bot.store.messages import message_channels

#: what is done to a member, and is told
_DEEDS = frozenset({OutcomeKind.DELETE, OutcomeKind.STRIKE, *SANCTIONS})
#: what says that the matter isn't over
_OPEN = frozenset({OutcomeKind.CASE, OutcomeKind.ESCALATE, OutcomeKind.ASK})
#: what a notice's details hold beside the placeholders of its words
_OWN = frozenset({"account", "guideline", "about", "channel", "incident", "interim", FIRST})


async def notice_views(
    tx: Tx, keys: Keys, policies: PolicySet | None, claimed: Sequence[Claimed],
    emulated: Collection[OutcomeKind] = (),
) -> dict[str, NoticeView]:  # fmt: skip
    """Return what notices say, by action; one whose rows somebody damaged is missing, and says so in general words.

    `emulated` are sanctions that are upheld by deleting what the member writes.
    """
    actions = [one.action for one in claimed]
    decisions = await decided(tx, {action.decision for action in actions if action.decision})
    languages = await languages_of(tx, {str(action.details.get("account", "")) for action in actions})
    messages = {one.message for one in decisions.values() if one.message is not None}
    of_messages = await message_channels(tx, messages) if messages else {}
    numbers = {number for action in actions if isinstance(number := action.details.get("channel"), int)}
    streams = await streams_of_channels(tx, numbers) if numbers else {}
    cases = {one.case for one in decisions.values() if one.case is not None}
    found_by_rules = await cases_of_rules(tx, cases) if cases else set()
    codes = await coded(tx, set(decisions)) if decisions else set()
    views: dict[str, NoticeView] = {}
    for action in actions:
        decision = decisions.get(action.decision)
        stream = streams.get(int(action.details.get("channel", 0)))
        near = None if decision is None or decision.message is None else of_messages.get(decision.message)
        there = near if stream is None else channel_of(stream)
        own = languages.get(str(action.details.get("account", "")))
        with suppress(ValueError, KeyError, TypeError):
            views[action.id] = _view(
                action, decision, policies,
                wanted=_languages(policies, own, there),
                found=decision is not None and decision.case in found_by_rules,
                emulated=emulated,
                code=appeal_code(keys, action.decision) if action.decision in codes else "", near=near,
            )  # fmt: skip
    return views


def _languages(policies: PolicySet | None, own: str | None, where: Channel | None) -> tuple[str, ...]:
    """Return the member's language, then those of the place where it happened, then the community's."""
    main = () if policies is None else policies.languages
    there: Sequence[str] = ()
    if policies is not None and where is not None:
        spoken = policies.plan(where).languages
        there = [*(one for one in main if one in spoken), *sorted(spoken - set(main))]
    return tuple(dict.fromkeys([*([own] if own else []), *there, *main]))


def _view(
    action: Action, decision: Decided | None, policies: PolicySet | None, *, wanted: tuple[str, ...], found: bool,
    emulated: Collection[OutcomeKind], code: str, near: Channel | None,
) -> NoticeView:  # fmt: skip
    cited = str(action.details.get("guideline", ""))
    guideline = None if policies is None else policies.guidelines.get(cited)
    about = str(action.details.get("about", ""))
    outcomes = () if decision is None else tuple(read_outcome(one) for one in decision.outcomes if _is_read(one))
    deeds = () if decision is None or about else tuple(_deeds(outcomes, decision, emulated))
    zone = "UTC" if policies is None else policies.zone
    removed = any(deed.kind in (OutcomeKind.KICK, OutcomeKind.BAN) for deed in deeds)
    return NoticeView(
        languages=wanted,
        # what is told later of the same decision isn't about the message any more
        near=None if about else near,
        titles={} if guideline is None else guideline.titles,
        texts={} if guideline is None else guideline.texts,
        care=policies is not None and any(rule.care for rule in policies.rules if rule.guideline == cited),
        deeds=deeds,
        interim=bool(action.details.get("interim", 0)),
        closing=not any(one.kind in _OPEN for one in outcomes),
        counts_for=None if policies is None or policies.ladder is None else policies.ladder.expires,
        hand=Hand.NOBODY if decision is None or policies is None else _hand(decision.actor, found=found),
        disclosure="team" if policies is None else policies.governance.disclosure,
        behind=_behind(decision, policies),
        about=about,
        values=_values(action, zone, wanted),
        code=code if removed else "",
        appeal_within=_appeal(policies) if deeds else None,
        zone=zone,
    )


def _is_read(outcome: Mapping[str, str | int]) -> bool:
    return str(outcome.get("kind", "")) in OutcomeKind.__members__.values()


def _deeds(outcomes: Sequence[Outcome], decision: Decided, emulated: Collection[OutcomeKind]) -> list[Deed]:
    return [
        Deed(kind=one.kind, until=_until(one, decision.at), upheld=one.kind in emulated)
        for one in outcomes if one.kind in _DEEDS
        for _ in range(decision.deletions if one.kind is OutcomeKind.DELETE else 1)
    ]  # fmt: skip


def _until(outcome: Outcome, at: datetime) -> datetime | None:
    if outcome.duration is None or outcome.kind is OutcomeKind.STRIKE:
        return None
    return later(at, outcome.duration)


def _hand(actor: Actor, *, found: bool) -> Hand:
    if actor.kind is ActorKind.AUTOMATION:
        return Hand.PROGRAM
    if actor.kind is not ActorKind.PERSON:
        return Hand.NOBODY
    return Hand.BOTH if found else Hand.PERSON


def _behind(decision: Decided | None, policies: PolicySet | None) -> Mapping[str, str]:
    """Return how the organisation that stands behind a decision is shown; the own team behind a program's."""
    if decision is None or policies is None:
        return {}
    roster = policies.governance.roster
    organisation = roster.organisations.get(decision.actor.organisation) or roster.internal
    return {} if organisation is None else organisation.shown_as


def _appeal(policies: PolicySet | None) -> timedelta | None:
    return None if policies is None else policies.governance.appealing.within


def _values(action: Action, zone: str, wanted: Sequence[str]) -> dict[str, Value]:
    """Return the placeholders of a notice's words; those that end in `_at` are times."""
    language = wanted[0] if wanted else "en"
    return {
        key: show_moment(moment(int(value)), zone, language) if key.endswith("_at") else value
        for key, value in action.details.items() if key not in _OWN
    }  # fmt: skip
