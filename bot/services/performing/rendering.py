"""Turns claimed actions into effects: references become refs, and texts are put into words only now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cards.escalation import escalation_notice
from bot.cards.notice import NoticeView, notice_buttons, notice_text
from bot.cards.page import page_text
from bot.domain.action import ActionKind, ActionState
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Around
from bot.domain.sanction import FREE, Standing, wanted
from bot.policy.policy_set import PolicySet
from bot.ports import Effect
from bot.services.performing.facts import Facts, surrogate
from bot.services.sanctioning import UPHOLDS
from bot.store.actions import Claimed
from bot.store.columns import micros, moment
from bot.store.standings import UNKNOWN_MEMBER, Known

_FOR_GOOD = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """An action with what is asked for it."""

    #: the action
    claimed: Claimed
    #: what is asked; of a restriction, what the active sanctions add up to until the platform was looked at
    effect: Effect
    #: restrict: what is known of the member
    known: Known = UNKNOWN_MEMBER
    #: restrict: the union of the active sanctions
    wanted: Standing = FREE
    #: restrict: when that was so
    looked_at: datetime | None = None
    #: card: surrogate of the message that shows it
    shown_on: str | None = None
    #: card of a case: where to look for what was written around its message
    around: Around | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hopeless:
    """An action for which nothing can be asked."""

    #: the action
    claimed: Claimed
    #: why, as a code: forgotten, gone, no_channel, nothing_new, purged, sanction_over, corrupted
    reason: str


def render(claimed: Claimed, facts: Facts, policies: PolicySet | None, now: datetime) -> Job | Hopeless:
    """Return what is to be asked for an action, or why nothing can be."""
    try:
        return _rendered(claimed, facts, policies, now)
    except (KeyError, ValueError, TypeError):
        # a row that somebody damaged must not keep the others from being performed
        return Hopeless(claimed=claimed, reason="corrupted")


def _rendered(claimed: Claimed, facts: Facts, policies: PolicySet | None, now: datetime) -> Job | Hopeless:
    action = claimed.action
    effect = Effect(action=action.id, kind=action.kind, reason=action.case or "", since=claimed.planned_at)
    match action.kind:
        case ActionKind.DELETE:
            return _deletion(claimed, effect, facts)
        case ActionKind.KICK | ActionKind.ROLE:
            account, role = facts.accounts.get(str(action.details["account"])), str(action.details.get("role", ""))
            return _about(claimed, replace(effect, account=account, role=role))
        case ActionKind.NOTICE:
            return _noticed(claimed, effect, facts, policies)
        case ActionKind.RESTRICT:
            return _restriction(claimed, effect, facts, now)
        case ActionKind.CARD | ActionKind.THREAD:
            return (_card if action.kind is ActionKind.CARD else _thread)(claimed, effect, facts)
        case ActionKind.SLOW_MODE:
            stream = facts.streams.get(int(action.details["channel"]))
            return _about(claimed, replace(effect, stream=stream, amount=int(action.details["every"])))
        case ActionKind.RAID_MODE:
            return Job(claimed=claimed, effect=replace(effect, amount=int(action.details["on"])))
        case ActionKind.PAGE:
            text, to = page_text(action.details, _language(policies)), str(action.details.get("to", ""))
            return Job(claimed=claimed, effect=replace(effect, text=text, to=to))


def _noticed(claimed: Claimed, effect: Effect, facts: Facts, policies: PolicySet | None) -> Job | Hopeless:
    details = claimed.action.details
    effect = replace(effect, account=facts.accounts.get(str(details["account"])))
    if details.get("about") == "escalation":
        card = escalation_notice(details, _language(policies))
        return _about(claimed, replace(effect, text=card.title, card=card))
    view = facts.notices.get(claimed.action.id, NoticeView())
    return _about(claimed, replace(effect, text=notice_text(view), buttons=notice_buttons(view), near=view.near))


def _deletion(claimed: Claimed, effect: Effect, facts: Facts) -> Job | Hopeless:
    message = surrogate(claimed.action.target)
    if message in facts.purged and claimed.action.state is not ActionState.UNKNOWN:
        return Hopeless(claimed=claimed, reason="purged")
    upheld = facts.upheld.get(str(claimed.action.details.get(UPHOLDS, "")))
    if upheld is not None and upheld.was_lifted and claimed.action.state is not ActionState.UNKNOWN:
        return Hopeless(claimed=claimed, reason="sanction_over")
    where = facts.messages.get(message)
    if where is None:
        return Hopeless(claimed=claimed, reason="forgotten")
    return Job(claimed=claimed, effect=replace(effect, message=where, stream=facts.stood.get(message)))


def _about(claimed: Claimed, effect: Effect) -> Job | Hopeless:
    if effect.message is None and effect.account is None and effect.stream is None:
        return Hopeless(claimed=claimed, reason="forgotten")
    return Job(claimed=claimed, effect=effect)


def _language(policies: PolicySet | None) -> str:
    return policies.languages[0] if policies is not None else "en"


def _restriction(claimed: Claimed, effect: Effect, facts: Facts, now: datetime) -> Job | Hopeless:
    details = claimed.action.details
    account, kind = str(details["account"]), OutcomeKind(str(details["sanction"]))
    ref = facts.accounts.get(account)
    if ref is None:
        return Hopeless(claimed=claimed, reason="forgotten")
    known = facts.known.get((account, kind), UNKNOWN_MEMBER)
    effect = replace(effect, account=ref, sanction=kind, ours=known.ours, purge=int(details.get("purge", 0)))
    goal = wanted(facts.sanctions.get(account, ()), kind, now)
    return Job(claimed=claimed, effect=replace(effect, standing=goal), known=known, wanted=goal, looked_at=now)


def _card(claimed: Claimed, effect: Effect, facts: Facts) -> Job | Hopeless:
    row = facts.cards.get(surrogate(claimed.action.target))
    card = None if row is None else facts.views.get(row.id)
    if row is None or card is None:
        return Hopeless(claimed=claimed, reason="gone")
    if row.shown >= row.wanted and row.message is not None:
        return Hopeless(claimed=claimed, reason="nothing_new")
    if row.stream is None:
        return Hopeless(claimed=claimed, reason="no_channel")
    # a message that was forgotten is one that can't be edited any more: the card is posted anew
    message = None if row.message is None else facts.messages.get(row.message)
    return Job(
        claimed=claimed, effect=replace(effect, stream=row.stream, message=message, card=card), shown_on=row.message,
        around=facts.around.get(row.id),
    )  # fmt: skip


def _thread(claimed: Claimed, effect: Effect, facts: Facts) -> Job | Hopeless:
    details = claimed.action.details
    message, said = str(details["message"]), facts.threads.get(claimed.action.id)
    where = facts.messages.get(message)
    if where is None or said is None:
        return Hopeless(claimed=claimed, reason="forgotten")
    return Job(
        claimed=claimed,
        effect=replace(
            effect, message=where, stream=facts.stood.get(message), amount=int(details["opens"]), title=said.title,
            text=said.text,
        ),
    )  # fmt: skip


def with_note(job: Job) -> Job:
    """Return a job whose action notes what is asked beside its references; the job itself where that says it all."""
    effect, action = job.effect, job.claimed.action
    if effect.kind is ActionKind.RESTRICT:
        until = effect.standing.until
        noted: dict[str, int] = {
            "held": int(effect.standing.held),
            "until": _FOR_GOOD if until is None else micros(until),
        }
    elif effect.card is not None:
        noted = {"version": effect.card.version}
    else:
        return job
    action = replace(action, details={**action.details, **noted})
    return replace(job, claimed=replace(job.claimed, action=action))


def asked_standing(details: Mapping[str, str | int]) -> Standing | None:
    """Return the standing that was asked for last; None when none ever was."""
    if "held" not in details:
        return None
    until = int(details["until"])
    return Standing(held=bool(details["held"]), until=None if until == _FOR_GOOD else moment(until))


def as_asked(job: Job) -> Job | None:
    """Return an effect of unknown outcome as it was asked for; None when it can't have been."""
    details, effect = job.claimed.action.details, job.effect
    if effect.kind is ActionKind.RESTRICT:
        standing = asked_standing(details)
        return None if standing is None else replace(job, effect=replace(effect, standing=standing))
    if effect.kind is ActionKind.CARD and effect.card is not None:
        if "version" not in details:
            return None
        return replace(job, effect=replace(effect, card=replace(effect.card, version=int(details["version"]))))
    return job
