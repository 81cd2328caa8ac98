"""Counts what entries of the ledger say: what was done within a time, and what became of it until now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.action import ActionState
from bot.domain.actor import ActorKind
from bot.domain.entry_kind import EntryKind
from bot.domain.verdict import AppealState
from bot.ledger.entries import Entry
from bot.services.activity.rows import Deed, Key, Result

#: what follows from something that is counted already
_CONSEQUENCES = frozenset({
    EntryKind.ACTION, EntryKind.PLANNED, EntryKind.SANCTION_ENDED, EntryKind.STRIKE_REVOKED, EntryKind.CASE_OPENED,
    EntryKind.APPROVAL_ASKED, EntryKind.SHIFT_ENDED, EntryKind.PROPOSAL_COMPARED,
})  # fmt: skip
#: (deed, which detail says what it was, which says the result)
_SIMPLE: Mapping[str, tuple[Deed, str, str]] = {
    EntryKind.CASE_CHANGED: (Deed.CASE, "change", ""),
    EntryKind.CASE_CLOSED: (Deed.VERDICT, "", ""),
    EntryKind.ESCALATION: (Deed.ESCALATION, "change", ""),
    EntryKind.APPEAL_CLOSED: (Deed.APPEAL, "", "state"),
    EntryKind.SHIFT_STARTED: (Deed.SHIFT, "", ""),
    EntryKind.REFUSED: (Deed.REFUSED, "command", "reason"),
    EntryKind.VIEWED: (Deed.VIEWED, "what", ""),
    EntryKind.PROPOSED: (Deed.PROPOSED, "right", ""),
    EntryKind.REVIEWED: (Deed.REVIEWED, "", "result"),
}
#: what a decision is called after, the gravest first
_GRAVEST = ("ban", "kick", "quarantine", "timeout", "raid_mode", "slow_mode", "lift", "undo", "delete")
_UNDONE = frozenset({ActionState.FAILED, ActionState.DEAD, ActionState.REFUSED})
#: of several, the one that says most
_ORDER = (Result.REVERSED, Result.LIFTED, Result.REDUCED, Result.FAILED, Result.RUNNING)


@dataclass(kw_only=True, slots=True)
class _Decided:
    """A decision of the time, and what has become of it so far."""

    key: Key
    #: actions that haven't ended
    open: set[str] = field(default_factory=set)
    #: sanctions and strikes that still count
    kept: set[str] = field(default_factory=set)
    #: what became of it
    results: set[Result] = field(default_factory=set)

    @property
    def result(self) -> Result:
        """What is to be said of it."""
        found = self.results | ({Result.RUNNING} if self.open else set())
        return next((one for one in _ORDER if one in found), Result.STANDS)


@dataclass(kw_only=True, slots=True)
class Tally:
    """Takes entries in their order; what was done before or after the time counts only for what it says of results."""

    #: milliseconds since 1970: the first, and the first after
    since: int
    until: int
    #: only of this organisation; empty for everybody
    organisation: str = ""
    _counts: "Counter[Key]" = field(default_factory=Counter)
    _decided: dict[str, _Decided] = field(default_factory=dict)
    #: actions, sanctions and strikes → the decision that they belong to
    _parts: dict[str, str] = field(default_factory=dict)
    #: decisions that do nothing but ask
    _asking: dict[str, Key] = field(default_factory=dict)
    #: those of them that joined a request which waited already → that approval
    _joined: dict[str, str] = field(default_factory=dict)
    #: approval → (who asked for what, decision)
    _asked: dict[str, tuple[Key, str]] = field(default_factory=dict)
    #: approval → which power, whoever asked
    _powers: dict[str, str] = field(default_factory=dict)
    _answers: dict[str, str] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Count an entry."""
        self._follow(entry)
        if not self.since <= entry.at < self.until:
            return
        said: Mapping[str, Any] = entry.actor
        if self.organisation and said.get("organisation") != self.organisation:
            return
        if entry.kind == EntryKind.DECISION:
            self._decide(entry)
        elif entry.kind == EntryKind.APPROVAL_ASKED:
            key = replace(_key(entry, Deed.ASKED), what=_text(entry, "right"))
            self._asked[_text(entry, "approval")] = (key, _text(entry, "decision"))
        elif entry.kind not in _CONSEQUENCES and said.get("kind") in (ActorKind.PERSON, ActorKind.OUTSIDE):
            self._counts[self._simple(entry)] += entry.refused or 1

    def rows(self) -> "Counter[Key]":
        """Return what was done, with what became of it, and how often."""
        counts = Counter(self._counts)
        for one in self._decided.values():
            counts[replace(one.key, result=one.result.value)] += 1
        answered: dict[str, str] = {}
        for approval, (key, decision) in self._asked.items():
            result = self._answers.get(approval, Result.OPEN.value)
            asking = self._asking.get(decision)
            counts[replace(asking or key, result=result)] += 1
            answered[decision] = result
        for decision, key in self._asking.items():
            if decision not in answered:
                result = self._answers.get(self._joined.get(decision, ""), Result.OPEN.value)
                counts[replace(key, result=result)] += 1
        return counts

    def _decide(self, entry: Entry) -> None:
        details: Mapping[str, Any] = entry.details
        if details.get("mode") != "live":
            return
        outcomes: Sequence[Mapping[str, Any]] = details.get("outcomes", ())
        decision = _text(entry, "decision")
        key = replace(_key(entry, Deed.DECISION), guideline=_guideline(details), verdict=_text(entry, "verdict"))
        if outcomes and all(one.get("kind") == "ask" for one in outcomes) and not details.get("actions"):
            first = outcomes[0]
            self._asking[decision] = replace(key, deed=Deed.ASKED, what=str(first.get("right") or first.get("asked")))
            if first.get("joined"):
                self._joined[decision] = str(first["joined"])
            return
        made = _Decided(key=replace(key, what=_what(details, outcomes)))
        made.open = {one["id"] for one in details.get("actions", ())}
        made.kept = {one["id"] for part in ("sanctions", "strikes") for one in details.get(part, ())}
        self._decided[decision] = made
        self._parts.update(dict.fromkeys((*made.open, *made.kept), decision))

    def _follow(self, entry: Entry) -> None:
        """Note what an entry says of what was done before it."""
        match entry.kind:
            case EntryKind.ACTION:
                self._end_action(entry)
            case EntryKind.SANCTION_ENDED:
                reason = _text(entry, "reason")
                # what was replaced made room for what was asked for, or for an appeal's word, which tells of itself
                result = Result.LIFTED if reason == "lifted" else None
                self._mark(self._parts.get(_text(entry, "sanction"), ""), result)
            case EntryKind.STRIKE_REVOKED:
                self._mark(self._parts.get(_text(entry, "strike"), ""), Result.REVERSED)
            case EntryKind.APPEAL_CLOSED:
                state = _text(entry, "state")
                result = {AppealState.LIFTED: Result.LIFTED, AppealState.REDUCED: Result.REDUCED}.get(
                    AppealState(state)
                )
                self._mark(_text(entry, "decision"), result)
            case EntryKind.APPROVAL_ASKED:
                self._powers[_text(entry, "approval")] = _text(entry, "right")
            case EntryKind.APPROVAL_ANSWERED:
                self._answers[_text(entry, "approval")] = _text(entry, "state")
            case EntryKind.DECISION:
                undone: Any = entry.details.get("undoes", ())
                for decision in undone:
                    self._mark(decision, Result.REVERSED)
            case _:
                pass

    def _end_action(self, entry: Entry) -> None:
        one = self._decided.get(self._parts.get(entry.action or "", ""))
        if one is None:
            return
        one.open.discard(entry.action or "")
        if entry.details.get("outcome") in _UNDONE:
            one.results.add(Result.FAILED)

    def _mark(self, decision: str, result: Result | None) -> None:
        one = self._decided.get(decision)
        if one is not None and result is not None:
            one.results.add(result)

    def _simple(self, entry: Entry) -> Key:
        if entry.kind == EntryKind.APPROVAL_ANSWERED:
            power = self._powers.get(_text(entry, "approval"), "")
            return replace(_key(entry, Deed.ANSWERED), what=power, result=_text(entry, "state"))
        deed, what, result = _SIMPLE.get(entry.kind, (Deed.OTHER, "", ""))
        key = replace(_key(entry, deed), verdict=_text(entry, "verdict"), result=_text(entry, result))
        return replace(key, what=entry.kind if deed is Deed.OTHER else _text(entry, what))


def _key(entry: Entry, deed: Deed) -> Key:
    said: Mapping[str, Any] = entry.actor
    parts = {name: str(said.get(name, "")) for name in ("organisation", "contract", "mandate", "who")}
    return Key(by=str(said["kind"]), deed=deed, **parts)


def _text(entry: Entry, name: str) -> str:
    value = entry.details.get(name) if name else None
    return value if isinstance(value, str) else ""


def _guideline(details: Mapping[str, Any]) -> str:
    rules = details.get("rules", ())
    return str(rules[0]).partition("/")[0] if rules else ""


def _what(details: Mapping[str, Any], outcomes: Sequence[Mapping[str, Any]]) -> str:
    """Return the power that a decision used: of several the gravest; of none, that it was dismissed."""
    kinds = {str(one.get("kind")) for one in outcomes}
    found = next((kind for kind in _GRAVEST if kind in kinds), None)
    if found is not None:
        return found
    if "strike" in kinds or details.get("strikes"):
        return "warn"
    return next(iter(sorted(kinds & {"notice", "case", "escalate", "ask"}, reverse=True)), "dismiss")
