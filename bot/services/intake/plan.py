"""Plans what follows from a batch of judgements: a pure function from what is known to what will be written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.actor import automation
from bot.domain.case import is_helped
from bot.domain.effect import Known, asking, new_effects, unfollowed, write_outcome
from bot.domain.gap import bounded
from bot.domain.incident import join_incident
from bot.domain.judgement import Finding, Judgement, Mode
from bot.domain.ladder import Ladder, Strike, climb, unexpired
from bot.domain.merge import punishes
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.place import Connection
from bot.domain.severity import Severity
from bot.services.intake.book import Book, State, Writes, open_book
from bot.services.intake.casework import show_cases, with_case
from bot.services.intake.copying import copy_first, may_copy, never_copy
from bot.services.intake.entries import decision_draft
from bot.services.intake.following import Deciding, Follows, follow
from bot.services.intake.items import Judged
from bot.services.intake.permitting import Permitted, permit, spare, staff_of, target_of
from bot.services.intake.requesting import ask, askings, join
from bot.services.intake.translate import sound_id
from bot.store.columns import new_id
from bot.store.decisions import Decision
from bot.store.incidents import KeptIncident


def plan_batch(state: State, judged: Sequence[Judged], now: datetime) -> Writes:
    """Return what is written for judgements, taken one after the other in their order."""
    book = open_book(state, now)
    for one in judged:
        if one.judgement.findings:
            _plan_one(book, one)
    book.writes.incidents.extend(book.changed.values())
    book.writes.copies.extend(book.wanted.values())
    book.writes.traces.extend(book.left.values())
    _keep_requests(book)
    show_cases(book)
    return book.writes


def _keep_requests(book: Book) -> None:
    """Write the requests that were opened, and those that took something up."""
    before = {one.id: one for held in book.state.waiting.values() for one in held}
    for identifier, approval in book.requests.items():
        held = before.get(identifier)
        if held is None:
            book.writes.approvals.append(approval)
        elif approval != held:
            book.writes.joined.append((held, approval))


def _plan_one(book: Book, judged: Judged) -> None:
    message = _message_of(book, judged)
    known = book.effects.setdefault(message, {})
    copied = may_copy(judged.judgement.findings)
    if not copied:
        never_copy(book, judged, message)
    # the text is sealed once, with the first decision that cites it
    told = bool(known)
    for mode in (Mode.LIVE, Mode.SHADOW):
        new = new_effects(judged.judgement, known, mode)
        if not new:
            continue
        outcomes = unfollowed(judged.judgement, known, mode)
        decide = _decide_live if mode is Mode.LIVE else _decide_shadow
        decision = decide(book, judged, message, outcomes, sealing=copied and not told)
        told = True
        for key in new:
            known[key] = mode
            book.writes.effects.append((message, key.rule, key.outcome, decision, mode.value))


def _message_of(book: Book, judged: Judged) -> str:
    surrogate = book.messages.get(judged.key)
    if surrogate is None:
        surrogate = book.messages[judged.key] = new_id()
        book.writes.messages.append(
            {
                "id": surrogate,
                "community": book.state.community,
                "channel": judged.key[0],
                "message": judged.key[1],
                "account": judged.message.author.key,
                "at": judged.message.at,
                "category": sound_id(judged.message.channel.category or ""),
            }
        )
    return surrogate


def _decide_shadow(
    book: Book, judged: Judged, message: str, outcomes: tuple[Outcome, ...], *, sealing: bool
) -> str:  # fmt: skip
    """Note what would have followed; nothing else does."""
    findings = _of(judged.judgement, Mode.SHADOW)
    decision = Decision(
        id=new_id(),
        message=message,
        account=judged.message.author.key,
        actor=automation(_speaker(findings, outcomes, Mode.SHADOW).rule),
        rules=tuple(dict.fromkeys(finding.rule for finding in findings)),
        outcomes=tuple(_said(findings, outcome, Mode.SHADOW) for outcome in outcomes),
        mode=Mode.SHADOW,
        policy=judged.judgement.version,
        severity=_gravest(findings),
    )
    book.writes.decisions.append(decision)
    book.writes.drafts.append(decision_draft(decision, judged, Follows(), sealing=sealing))
    return decision.id


def _decide_live(
    book: Book, judged: Judged, message: str, outcomes: tuple[Outcome, ...], *, sealing: bool
) -> str:  # fmt: skip
    """Join the incident, and do what newly follows as far as automation may."""
    findings = _of(judged.judgement, Mode.LIVE)
    account, at = judged.message.author.key, bounded(judged.message.acted_at, book.now)
    kept, permitted = _permitted(book, judged, message, outcomes, at)
    newly, decision_id, severity = permitted.outcomes, new_id(), _gravest(findings)
    deciding = Deciding(
        community=book.state.community,
        decision=decision_id,
        message=message,
        account=account,
        channel=judged.key[0],
        connection=Connection(platform=judged.message.channel.platform, workspace=judged.message.channel.workspace),
        severity=severity,
        now=book.now,
        at=at,
        **staff_of(book, judged.message.author),
    )
    kept = with_case(book, deciding, kept, judged, newly, care=any(finding.care for finding in findings))
    _keep(book, account, kept)
    deciding = replace(deciding, incident=kept.id, case=kept.case)
    asked = tuple(askings(book, deciding, permitted, findings))
    joined = join(book, deciding, asked)
    follows = follow(deciding, [one for one in newly if one not in joined])
    ask(book, deciding, asked, joined, follows)
    copy_first(book, deciding, judged, follows)
    decision = Decision(
        id=decision_id,
        case=kept.case,
        incident=kept.id,
        message=message,
        account=account,
        actor=automation(_speaker(findings, permitted.asked(newly), Mode.LIVE).rule),
        rules=tuple(dict.fromkeys(finding.rule for finding in findings)),
        outcomes=tuple(
            _said(findings, one, Mode.LIVE, permitted.instead.get(one), joined.get(one, "")) for one in newly
        ),
        mode=Mode.LIVE,
        policy=judged.judgement.version,
        severity=severity,
    )
    if kept.case is not None:
        book.decided[kept.case] = decision_id
    _write(book.writes, decision, follows)
    book.writes.drafts.append(decision_draft(decision, judged, follows, sealing=sealing))
    return decision_id


def _permitted(
    book: Book, judged: Judged, message: str, outcomes: tuple[Outcome, ...], at: datetime
) -> tuple[KeptIncident, Permitted]:
    """Return the member's incident with this judgement in it, and what newly follows after automation's own check."""
    author = judged.message.author
    if judged.message.is_nowhere or _is_deleted(book.effects[message]):
        outcomes = tuple(outcome for outcome in outcomes if outcome.kind is not OutcomeKind.DELETE)
    target = target_of(book, author)
    spared = spare(outcomes, target)
    kept, newly = _join(book, judged, spared.outcomes, at)
    steps = _climb(book, author.key, newly, at)
    if steps:
        kept, more = _joined(kept, judged.judgement._replace(findings=(), outcomes=steps), at)
        newly += more
    permitted = permit(book, newly, _of(judged.judgement, Mode.LIVE), target, message)
    permitted.instead = spared.instead | permitted.instead
    return kept, permitted


def _is_deleted(known: Known) -> bool:
    """Return whether some rule already had the message deleted."""
    return any(key.outcome == OutcomeKind.DELETE.value and mode is Mode.LIVE for key, mode in known.items())


def _write(writes: Writes, decision: Decision, follows: Follows) -> None:
    writes.decisions.append(decision)
    writes.strikes.extend(follows.strikes)
    writes.sanctions.extend(follows.sanctions)
    writes.actions.extend(follows.actions)
    writes.timers.extend(follows.timers)


def _join(
    book: Book, judged: Judged, outcomes: tuple[Outcome, ...], at: datetime
) -> tuple[KeptIncident, tuple[Outcome, ...]]:
    """Return the member's incident with this judgement in it, and what newly follows."""
    account = judged.message.author.key
    if is_helped(book.cases.get(account, ())):
        outcomes = tuple(outcome for outcome in outcomes if not punishes(outcome))
    held = _chosen(book.incidents.get(account, ()), at)
    return _joined(held, judged.judgement._replace(outcomes=outcomes), at)


def _joined(
    held: KeptIncident | None, judgement: Judgement, at: datetime
) -> tuple[KeptIncident, tuple[Outcome, ...]]:  # fmt: skip
    incident, newly = join_incident(None if held is None else held.incident, judgement, at)
    if held is None:
        return KeptIncident(id=new_id(), incident=incident), newly
    return replace(held, incident=incident), newly


def _chosen(incidents: Sequence[KeptIncident], at: datetime) -> KeptIncident | None:
    """Return the incident that a finding of that time belongs to: the newest that had begun, or else the next one."""
    fitting = [kept for kept in incidents if kept.incident.takes(at)]
    begun = [kept for kept in fitting if kept.incident.opened_at <= at]
    if begun:
        return max(begun, key=_begin)
    return min(fitting, key=_begin, default=None)


def _begin(kept: KeptIncident) -> tuple[datetime, str]:
    return kept.incident.opened_at, kept.id


def _keep(book: Book, account: str, kept: KeptIncident) -> None:
    others = [held for held in book.incidents.get(account, ()) if held.id != kept.id]
    book.incidents[account] = [*others, kept]
    book.changed[kept.id] = kept


def _climb(book: Book, account: str, newly: Sequence[Outcome], at: datetime) -> tuple[Outcome, ...]:
    """Count the strikes that newly follow, and return what the ladder adds."""
    amount = sum(outcome.amount for outcome in newly if outcome.kind is OutcomeKind.STRIKE)
    if not amount:
        return ()
    strikes = book.strikes.setdefault(account, [])
    strikes.append(Strike(at=at, amount=amount))
    ladder: Ladder | None = book.state.ladder
    if ladder is None or not ladder.steps:
        return ()
    step = climb(unexpired(strikes, at, ladder), at, ladder)
    return () if step is None else (step,)


def _of(judgement: Judgement, mode: Mode) -> tuple[Finding, ...]:
    return tuple(finding for finding in judgement.findings if finding.mode is mode)


def _gravest(findings: Sequence[Finding]) -> Severity:
    return max(finding.severity for finding in findings)


def _speaker(findings: tuple[Finding, ...], outcomes: Sequence[Outcome], mode: Mode) -> Finding:
    """Return the gravest finding that asks for what newly follows, or else the gravest."""
    wanted = (finding for outcome in outcomes for finding in asking(findings, outcome, mode))
    return max(wanted, key=lambda finding: finding.severity, default=findings[0])


def _said(
    findings: tuple[Finding, ...],
    outcome: Outcome,
    mode: Mode,
    instead_of: Outcome | None = None,
    joined: str = "",
) -> dict[str, str | int]:
    """Return an outcome as records keep it, with the gravest rule that asks for it; else the ladder does.

    What follows instead of something else is what the rule that asked for that brought about. What joined a request
    that waited names it.
    """
    asks = next(asking(findings, instead_of or outcome, mode), None)
    if asks is None and outcome.kind is OutcomeKind.STRIKE:  # the difference to an earlier strike
        striking = (one for one in findings if any(asked.kind is OutcomeKind.STRIKE for asked in one.outcomes))
        asks = next(striking, None)
    said = {**write_outcome(outcome), "rule": "ladder" if asks is None else asks.rule}
    return {**said, "joined": joined} if joined else said
