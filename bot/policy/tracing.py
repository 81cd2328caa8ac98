"""Why a rule matches a message or doesn't, condition by condition: for people, where the evaluator only answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.judgement import Mode
from bot.domain.message import Member
from bot.policy.detection import Answer, Detector, Evidence
from bot.policy.evaluate import is_open
from bot.policy.inspection import Inspection
from bot.policy.loaded import LoadedRule
from bot.policy.places import Document, Path
from bot.policy.policy_set import Rule
from bot.policy.problems import ProblemLog
from bot.policy.schema.condition import AllOf, AnyOf, Condition, Not, Use, nested_fields, read_condition

#: signal → the field of an example that settles what it doesn't know
_SETTLED_BY = {"first_messages": "earlier_messages", "joins": "account_age"}


class Result(StrEnum):
    """How a rule stands to a message."""

    MATCHES = "matches"
    #: what it looks for is there, but `unless` lets it pass
    EXCUSED = "excused"
    #: something is not known that decides
    UNKNOWN = "unknown"
    #: what it looks for is not there
    FAILS = "fails"
    OTHER_CHANNEL = "other_channel"
    OTHER_MEMBER = "other_member"
    OTHER_HOUR = "other_hour"
    OFF = "off"
    #: it could not be evaluated
    BROKEN = "broken"


#: the rule looks elsewhere, or not at all
OUT_OF_SCOPE = frozenset({Result.OTHER_CHANNEL, Result.OTHER_MEMBER, Result.OTHER_HOUR, Result.OFF})


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One condition, and what it says of the message."""

    #: the combinator or the signal
    name: str
    #: where in the document
    path: Path
    #: what it says
    answer: Answer
    #: the conditions it is made of
    parts: tuple["Step", ...] = ()

    @property
    def holds(self) -> bool:
        """True when it holds for certain."""
        return isinstance(self.answer, Evidence)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """One rule, and why it stands as it does."""

    #: the rule as it is in the channel
    rule: Rule
    #: how it stands
    result: Result
    #: its condition
    when: Step | None
    #: what could keep it from matching; None where there is nothing, or nothing to keep
    unless: Step | None = None
    #: fields of an example that would settle what is not known
    missing: tuple[str, ...] = ()
    #: the error's type, where the rule could not be evaluated
    reason: str = ""

    @property
    def is_near(self) -> bool:
        """True when what the rule looks for is there, and it doesn't match all the same."""
        return self.when is not None and self.when.holds and self.result in {Result.EXCUSED, *OUT_OF_SCOPE}


def trace(rule: Rule, loaded: LoadedRule, document: Document, channel: str | None, inspection: Inspection) -> Trace:
    """Return why a rule matches or doesn't in that channel; nothing in it decides what the evaluator decides."""
    try:
        return _trace(rule, loaded, document, channel, inspection)
    except Exception as error:  # noqa: BLE001 - a broken signal is what is to be shown here
        return Trace(rule=rule, result=Result.BROKEN, when=None, reason=type(error).__name__)


def _trace(rule: Rule, loaded: LoadedRule, document: Document, channel: str | None, inspection: Inspection) -> Trace:
    if loaded.when is None:
        raise LookupError("only a rule with a condition is compiled")
    when = _step(loaded.when, rule.when, document, inspection)
    unless = None
    if isinstance(when.answer, Evidence) and rule.unless is not None and loaded.unless is not None:
        inspection.focus = when.answer.spans
        try:
            unless = _step(loaded.unless, rule.unless, document, inspection)
        finally:
            inspection.focus = ()
    result = _result(rule, channel, when, unless, inspection)
    missing = _missing(rule, when, unless, inspection) if result is Result.UNKNOWN else ()
    return Trace(rule=rule, result=result, when=when, unless=unless, missing=missing)


def _result(rule: Rule, channel: str | None, when: Step, unless: Step | None, inspection: Inspection) -> Result:
    message = inspection.message
    covered = _covers_member(rule, message.author)
    facts = (
        (when.answer is False, Result.FAILS),
        (not rule.covers(channel), Result.OTHER_CHANNEL),
        (rule.mode is Mode.OFF, Result.OFF),
        (rule.window is not None and not is_open(rule.window, message.at), Result.OTHER_HOUR),
        (covered is False, Result.OTHER_MEMBER),
        (unless is not None and unless.holds, Result.EXCUSED),
        (when.answer is None or covered is None or (unless is not None and unless.answer is None), Result.UNKNOWN),
    )
    return next((result for holds, result in facts if holds), Result.MATCHES)


def _covers_member(rule: Rule, member: Member) -> bool | None:
    if rule.roles is None and not rule.not_roles:
        return True
    if member.roles is None:
        return None
    return (rule.roles is None or bool(member.roles & rule.roles)) and not member.roles & rule.not_roles


def _step(condition: Condition, detector: Detector, document: Document, inspection: Inspection) -> Step:
    """Return what a condition and all its parts say."""
    match condition:
        case AllOf(conditions=inner) | AnyOf(conditions=inner):
            if len(inner) == 1:  # compiled as that one alone
                return _step(inner[0], detector, document, inspection)
            name = "all" if isinstance(condition, AllOf) else "any"
        case Not():
            name, inner = "not", (condition.condition,)
        case _:
            name, inner = condition.signal.name, nested(condition, document)
    return Step(
        name=name,
        path=condition.path,
        answer=detector.probe(inspection),
        parts=tuple(_step(one, part, document, inspection) for one, part in zip(inner, detector.parts, strict=False)),
    )


def nested(use: Use, document: Document) -> tuple[Condition, ...]:
    """Return the conditions among a signal's parameters."""
    silent = ProblemLog(document=document, found=[])
    read = (
        read_condition(getattr(use.params, name), (*use.path, name), silent) for name in nested_fields(type(use.params))
    )
    return tuple(condition for condition in read if condition is not None)


def leaves(step: Step) -> Iterator[Step]:
    """Yield the signals below a condition that say what it says; those of a `not` say the contrary."""
    if step.name == "not":
        for part in step.parts:
            yield from leaves(part)
        return
    told = [part for part in step.parts if part.answer is step.answer or (part.holds and step.holds)]
    if not told:
        yield step
    for part in told:
        yield from leaves(part)


def _missing(rule: Rule, when: Step, unless: Step | None, inspection: Inspection) -> tuple[str, ...]:
    """Return the fields of an example that would settle what is not known."""
    asked = [step for step in (when, unless) if step is not None and step.answer is None]
    fields = [_SETTLED_BY.get(leaf.name, leaf.name) for step in asked for leaf in leaves(step)]
    if _covers_member(rule, inspection.message.author) is None:
        fields.append("roles")
    return tuple(dict.fromkeys(fields))
