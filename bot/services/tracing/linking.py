"""Makes of what was found, decided, done and imposed the links of a chain: pure, for a reader of one language."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.cards.notice import show_moment
from bot.domain.action import ActionKind, ActionState
from bot.domain.card import Field
from bot.domain.entry_kind import EntryKind
from bot.domain.judgement import Mode
from bot.domain.severity import Severity
from bot.i18n import say
from bot.policy.policy_set import PolicySet
from bot.services.showing.approval import title_of
from bot.services.tracing.attributing import attribute
from bot.services.tracing.chain import Link, LinkKind, Tone
from bot.services.tracing.gathering import Gathered
from bot.store.reports import ReportState
from bot.store.tracing import TracedAction, TracedDecision, TracedSanction

_TONES = {
    ActionState.PLANNED: Tone.WAITING,
    ActionState.ATTEMPTED: Tone.WAITING,
    ActionState.UNKNOWN: Tone.WAITING,
    ActionState.HELD: Tone.WAITING,
    ActionState.BY_HAND: Tone.WAITING,
    ActionState.CONFIRMED: Tone.DONE,
    ActionState.FAILED: Tone.WRONG,
    ActionState.DEAD: Tone.WRONG,
    ActionState.REFUSED: Tone.WRONG,
    ActionState.SUPERSEDED: Tone.QUIET,
}
_REPORT_TONES = {ReportState.OPEN: Tone.WAITING, ReportState.UPHELD: Tone.DONE}


def finding_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield the rules that matched the message, each once: what an edit repeats isn't found anew."""
    told: set[str] = set()
    for decision in found.decisions:
        for one in found.recorded.findings(decision.id):
            if one.rule in told:
                continue
            told.add(one.rule)
            severity = Severity(one.severity)
            shadow = decision.mode is Mode.SHADOW
            yield Link(
                kind=LinkKind.FINDING,
                title=rule_title(found.policies, one.rule, language),
                tone=Tone.QUIET if shadow else Tone.DONE,
                state=say(f"tracing.finding_{decision.mode.value}", language),
                fields=fields(
                    language, rule=one.rule, severity=say(f"words.severity_{severity.word}", language),
                    places=str(len(one.spans)) if one.spans else "",
                ),
                at=decision.at,
                severity=severity,
                entry=found.recorded.first(decision.id, EntryKind.DECISION),
            )  # fmt: skip


def rule_title(policies: PolicySet, rule: str, language: str) -> str:
    """Return what a rule is about: its guideline's title, or the rule's name where there is no such guideline."""
    return title_of(policies, rule.partition("/")[0], language)


def report_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield the reports of the message; who told them is nobody's to see."""
    for one in found.reports:
        yield Link(
            kind=LinkKind.REPORT,
            title=say("tracing.report", language),
            tone=_REPORT_TONES.get(one.state, Tone.QUIET),
            state=say(f"tracing.report_{one.state.value}", language),
            fields=fields(
                language, guideline=title_of(found.policies, one.guideline, language) if one.guideline else ""
            ),
            at=one.at,
            entry=found.recorded.first(one.id, EntryKind.REPORTED),
        )


def decision_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield what was decided, by whom and for whom as they were then."""
    for one in found.decisions:
        yield Link(
            kind=LinkKind.DECISION,
            title=_decided(found, one, language),
            tone=Tone.QUIET if one.mode is Mode.SHADOW or one.undone_at is not None else Tone.DONE,
            state=say(f"tracing.decision_{_standing(one)}", language),
            fields=fields(language, cited=", ".join(one.rules)),
            by=attribute(one.actor, found.roster, language),
            at=one.at,
            severity=one.severity,
            entry=found.recorded.first(one.id, EntryKind.DECISION),
        )


def _decided(found: Gathered, one: TracedDecision, language: str) -> str:
    return said_of_outcomes(one.outcomes, found.recorded.asked(one.id), language)


def said_of_outcomes(outcomes: Iterable[Mapping[str, Any]], asked: str, language: str) -> str:
    """Return what was decided, in a few words; `asked` counts where it is an outcome, and not an approval's id."""
    words = []
    for outcome in outcomes:
        kind, wanted = str(outcome.get("kind", "")), str(outcome.get("asked") or "")
        if kind == "ask" and wanted in _OUTCOMES:
            words.append(say("tracing.asked_for", language, what=outcome_word(wanted, language)))
        elif kind:
            words.append(outcome_word(kind, language))
    if asked in _OUTCOMES:
        words.append(say("tracing.asked_for", language, what=outcome_word(asked, language)))
    return ", ".join(dict.fromkeys(words)) or say("tracing.nothing_done", language)


def outcome_word(kind: str, language: str) -> str:
    """Return an outcome in a word or two; as it is where no outcome is called so."""
    return say(f"cards.outcome_{kind}", language) if kind in _OUTCOMES else kind


_OUTCOMES = frozenset({
    "delete", "notice", "strike", "timeout", "quarantine", "kick", "ban", "ask", "slow_mode", "raid_mode", "case",
    "escalate", "reduce", "lift", "undo", "none",
})  # fmt: skip


def _standing(one: TracedDecision) -> str:
    if one.undone_at is not None:
        return "undone"
    return one.mode.value


def action_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield what was asked of the platform, with what became of it."""
    for one in found.actions:
        open_ = one.finished_at is None
        yield Link(
            kind=LinkKind.ACTION,
            title=_done(one, language),
            tone=_TONES[one.state],
            state=say(f"tracing.action_{one.state.value}", language),
            fields=fields(
                language, reason=one.reason, attempts=str(one.attempts) if one.attempts > 1 else "",
            ),
            at=one.finished_at or one.planned_at,
            due_at=one.due_at if open_ and one.state is ActionState.PLANNED and one.due_at > found.now else None,
            entry=found.recorded.last(one.id, EntryKind.ACTION)
            or found.recorded.first(one.id, EntryKind.DECISION, EntryKind.PLANNED),
        )  # fmt: skip


def _done(one: TracedAction, language: str) -> str:
    if one.kind is ActionKind.RESTRICT and one.sanction:
        return say("tracing.restrict", language, sanction=outcome_word(one.sanction, language))
    return say(f"cards.kind_{one.kind.value}", language)


def sanction_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield what lasts, with its end."""
    deciders = {one.id: one for one in found.decisions}
    for one in found.sanctions:
        sanction, decision = one.sanction, deciders.get(one.decision)
        active = sanction.active(found.now)
        yield Link(
            kind=LinkKind.SANCTION,
            title=outcome_word(sanction.kind.value, language),
            tone=Tone.DONE if active else Tone.QUIET,
            state=say(f"tracing.sanction_{_holding(one, found)}", language),
            fields=fields(language, until=_until(one, found, language)),
            by=None if decision is None else attribute(decision.actor, found.roster, language),
            at=sanction.start,
            due_at=sanction.until if active else None,
            entry=found.recorded.last(sanction.id, EntryKind.SANCTION_ENDED)
            or found.recorded.first(sanction.id, EntryKind.DECISION),
        )


def _holding(one: TracedSanction, found: Gathered) -> str:
    sanction = one.sanction
    if sanction.active(found.now):
        return "holds"
    over = sanction.until is not None and sanction.until <= (sanction.lifted_at or found.now)
    return "expired" if over else "lifted"


def _until(one: TracedSanction, found: Gathered, language: str) -> str:
    until = one.sanction.until
    return say("cards.for_good", language) if until is None else show_moment(until, found.policies.zone, language)


def fields(language: str, **said: str) -> tuple[Field, ...]:
    """Return labelled lines, those that say nothing left out."""
    return tuple(
        Field(label=say(f"tracing.field_{name}", language), value=value) for name, value in said.items() if value
    )
