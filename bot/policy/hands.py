"""Warns of rules that rely on a manual step: where a platform has no way for a program, nothing happens by itself."""

from collections.abc import Iterator, Mapping

from bot.domain.capability import Way
from bot.domain.message import PlatformName
from bot.domain.outcome import Outcome, OutcomeKind
from bot.i18n import phrase
from bot.policy.loaded import LoadedRule
from bot.policy.places import Document
from bot.policy.problems import Problem
from bot.policy.schema.community import CommunityFile
from bot.policy.schema.guideline import ScopeModel
from bot.policy.schema.outcome import Step
from bot.policy.source import Draft

#: how each platform does what rules ask for
Ways = Mapping[PlatformName, Mapping[OutcomeKind, Way]]


def relies_on_hands(draft: Draft, ways: Ways) -> list[Problem]:
    """Return a warning for everything that a rule brings about, and that waits for a human on a platform.

    Only for platforms that the community names, and channels that are there. What people are asked for first isn't
    meant: somebody is at it anyway.
    """
    community = draft.community
    if community is None or draft.settings is None:
        return []
    named = {platform: kinds for platform, kinds in ways.items() if _is_named(platform, community)}
    if not named:
        return []
    problems: list[Problem] = []
    for guideline in draft.guidelines:
        for rule in guideline.rules:
            found = {name: kinds for name, kinds in named.items() if _covers(rule, name, community)}
            problems += _of_steps(rule.then, draft, found, guideline.document)
    for steps in draft.settings.ladder.values():
        problems += _of_steps(steps, draft, named, draft.settings.log.document)
    return problems


def _of_steps(steps: tuple[Step, ...], draft: Draft, ways: Ways, document: Document) -> Iterator[Problem]:
    for step in steps:
        for outcome in _outcomes(step, draft):
            for platform, kinds in ways.items():
                if kinds.get(outcome.kind) is Way.MANUAL:
                    said = phrase("check.relies_on_hands", outcome=outcome.kind.value, platform=platform.value.title())
                    yield Problem(place=document.at(step.path), message=said, is_warning=True)


def _outcomes(step: Step, draft: Draft) -> Iterator[Outcome]:
    """Yield what a step brings about; a response's place is where it is used, for that is what relies on it."""
    if step.outcome is not None:
        yield step.outcome
    elif draft.settings is not None:
        yield from (one.outcome for one in draft.settings.responses.get(step.use, ()) if one.outcome is not None)


def _is_named(platform: PlatformName, community: CommunityFile) -> bool:
    """Return whether a community says that it is on a platform: by its server, or by a channel there."""
    own = {PlatformName.DISCORD: community.discord, PlatformName.SLACK: community.slack}.get(platform)
    return own is not None or any(_is_on(platform, name, community) for name in community.channels)


def _is_on(platform: PlatformName, channel: str, community: CommunityFile) -> bool:
    model = community.channels.get(channel)
    if model is None:
        return False
    if platform is PlatformName.SLACK:
        return model.slack is not None
    return model.discord is not None or model.discord_category is not None


def _covers(rule: LoadedRule, platform: PlatformName, community: CommunityFile) -> bool:
    """Return whether a rule holds anywhere on a platform; channels that no policy names are everywhere's."""
    scope: ScopeModel | None = rule.model.channels
    if scope is None or scope.but or not scope.only:
        return True
    return any(_is_on(platform, name, community) for name in scope.only)
