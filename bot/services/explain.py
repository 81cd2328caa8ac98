"""What the policies make of one described message, and why: every rule traced, beside the judgement itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.judgement import Judgement, Mode
from bot.domain.message import Message
from bot.policy.compile import compile_policies
from bot.policy.evaluate import evaluate, inspect_message
from bot.policy.loaded import LoadedGuideline, LoadedRule
from bot.policy.places import Document
from bot.policy.policy_set import PolicySet
from bot.policy.problems import Problem, has_errors, in_order
from bot.policy.rehearsal import rehearse
from bot.policy.schema.guideline import ExampleModel
from bot.policy.source import Draft, read_community
from bot.policy.text.fold import SYMBOL
from bot.policy.text.views import View
from bot.policy.text.views import views as readings
from bot.policy.tracing import Result, Trace, trace

#: every name that a view can have
VIEWS = ("as written", "rendered", "folded", "leet", "without separators", "repeats collapsed")

#: stands for an emoji or another sign that is no letter
_SIGN = "◻"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """Policies, with the files that they were compiled from."""

    #: as read
    draft: Draft
    #: None when there are errors
    policies: PolicySet | None
    #: every problem by place, warnings included
    problems: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One rule's trace, and the file it stands in."""

    #: why the rule matches or doesn't
    trace: Trace
    #: where its conditions are looked up
    document: Document


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What the policies make of a message."""

    #: the message as it was judged
    message: Message
    #: the listed channel it stands in; None for any other
    channel: str | None
    #: the channel's languages, sorted
    languages: tuple[str, ...]
    #: IANA zone of the community
    zone: str
    #: True while the community only watches, so that nothing would be done yet
    only_watching: bool
    #: the ways in which the text is read
    views: tuple[View, ...]
    #: findings, and what would follow once the community is live
    judgement: Judgement
    #: every rule, in the order of the files
    rules: tuple[Explained, ...]

    def standing(self, *results: Result) -> tuple[Trace, ...]:
        """Return the rules that stand so to the message."""
        return tuple(one.trace for one in self.rules if one.trace.result in results)

    def near(self) -> tuple[Trace, ...]:
        """Return the rules whose condition holds and that don't match all the same."""
        return tuple(one.trace for one in self.rules if one.trace.is_near)


def open_policies(policies: Path, community: str) -> Opened:
    """Return a community's policies as they would judge once it is live, or the errors that keep them from it."""
    draft = read_community(policies, community)
    compiled = compile_policies(draft, live=True)
    usable = compiled is not None and not has_errors(draft.problems)
    return Opened(draft=draft, policies=compiled if usable else None, problems=in_order(draft.problems))


def explain(draft: Draft, policies: PolicySet, example: ExampleModel, now: datetime) -> Explanation:
    """Return what the policies make of a message that is posted now, or at the hour of today that it names."""
    staged = rehearse(example, policies, _posted(example, policies, now))
    message, history = staged.message, staged.history
    judgement = evaluate(staged.policies, message, staged.facts, history, message.at)
    plan, inspection, _ = inspect_message(staged.policies, message, staged.facts, history, message.at)
    sources = _sources(draft)
    rules = tuple(
        Explained(trace=trace(rule, loaded, guideline.document, plan.channel, inspection), document=guideline.document)
        for rule in plan.rules if rule.name in sources
        for guideline, loaded in (sources[rule.name],)
    )  # fmt: skip
    return Explanation(
        message=message,
        channel=plan.channel,
        languages=tuple(sorted(plan.languages)),
        zone=policies.zone,
        only_watching=draft.community is not None and draft.community.mode is Mode.SHADOW,
        views=views(message.text),
        judgement=judgement,
        rules=rules,
    )


def views(text: str) -> tuple[View, ...]:
    """Return the text as it is written, and each further way to read it that makes a difference."""
    read = (View(name=view.name, text=view.text.replace(SYMBOL, _SIGN)) for view in readings(text))
    return (View(name="as written", text=text), *read)


def _posted(example: ExampleModel, policies: PolicySet, now: datetime) -> datetime:
    if example.at is None:
        return now
    zone = ZoneInfo(policies.zone)
    local = datetime.combine(now.astimezone(zone).date(), time.fromisoformat(example.at), zone)
    return local.astimezone(UTC)


def _sources(draft: Draft) -> dict[str, tuple[LoadedGuideline, LoadedRule]]:
    return {
        f"{guideline.model.guideline}/{loaded.model.id}": (guideline, loaded)
        for guideline in draft.guidelines
        for loaded in guideline.rules
    }
