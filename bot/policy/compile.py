"""A draft → the policy set: conditions to detectors, names to ids, outcomes to what automation may do."""

from dataclasses import replace
from hashlib import sha256

from bot.domain.judgement import Mode
from bot.domain.ladder import Ladder
from bot.domain.merge import strength
from bot.domain.outcome import Outcome, OutcomeKind
from bot.policy.assembly import Workshop, compile_condition, role_ids
from bot.policy.governance import compile_governance
from bot.policy.loaded import LoadedGuideline, LoadedRule
from bot.policy.policy_set import Guideline, Override, Place, PolicySet, Rule, Window
from bot.policy.powers import Ruling, rule_on
from bot.policy.problems import has_errors
from bot.policy.schema.community import AutomationModel, CommunityFile
from bot.policy.schema.guideline import AtModel, ScopeModel
from bot.policy.schema.outcome import resolve
from bot.policy.source import Draft

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def compile_policies(draft: Draft, *, live: bool = False) -> PolicySet | None:
    """Return the policy set of a draft, or None when it has errors; those found here are added to the draft's problems.

    With `live`, the community's own shadow mode is set aside: what would happen once a lead turns it live.
    """
    community = draft.community
    if community is None:
        return None
    workshop = Workshop(draft=draft)
    rules = [
        made for guideline in draft.guidelines for rule in guideline.rules
        if (made := _rule(rule, guideline, draft, workshop, community, live=live)) is not None
    ]  # fmt: skip
    if has_errors(draft.problems):
        return None
    return PolicySet(
        community=community.community,
        version=digest(draft),
        zone=community.zone,
        languages=community.languages,
        rules=tuple(rules),
        guidelines={one.model.guideline: _words(one) for one in draft.guidelines},
        discord=community.discord,
        discord_roles={name: role.discord for name, role in community.roles.items() if role.discord is not None},
        slack=community.slack,
        slack_groups={
            name: role.slack_group.rpartition("/")[2]
            for name, role in community.roles.items()
            if role.slack_group is not None
        },
        places=_places(community),
        ladder=_ladder(draft),
        act_within=community.act_within,
        wave_within=None if community.waves is None else community.waves.within,
        governance=compile_governance(draft, community),
        scanner=workshop.scanner(),
        watch=workshop.watch,
        keep=workshop.keep,
    )


def _words(guideline: LoadedGuideline) -> Guideline:
    return Guideline(
        titles=dict(guideline.model.title),
        texts=dict(guideline.model.text),
        copies=None if guideline.model.copies is None else guideline.model.copies == "all",
    )


def digest(draft: Draft) -> str:
    """Return the version of a draft: the digest of every file that was read for it."""
    content = sha256()
    for file, data in sorted(draft.files.items()):
        content.update(f"{file}\0{len(data)}\0".encode())
        content.update(data)
    return content.hexdigest()


def _rule(
    rule: LoadedRule,
    guideline: LoadedGuideline,
    draft: Draft,
    workshop: Workshop,
    community: CommunityFile,
    *,
    live: bool,
) -> Rule | None:
    """Return the compiled rule, or None where its condition has errors."""
    if rule.when is None:
        return None
    model, log = rule.model, guideline.log.plain()
    name = f"{guideline.model.guideline}/{model.id}"
    shadow = community.mode is Mode.SHADOW and not live
    unless = None if rule.unless is None else compile_condition(rule.unless, workshop, log)
    responses = draft.settings.responses if draft.settings is not None else {}
    overrides = [
        Override(channels=frozenset(one.channels) or None, mode=_mode(one.mode, shadow=shadow), severity=one.severity)
        for one in community.overrides if one.rule == name
    ]  # fmt: skip
    channels, members = model.channels or ScopeModel(), model.members or ScopeModel()
    return Rule(
        name=name,
        guideline=guideline.model.guideline,
        severity=model.severity,
        mode=_mode(model.mode, shadow=shadow) or Mode.LIVE,
        care=guideline.model.care,
        copies="none" not in (guideline.model.copies, model.copies),
        when=compile_condition(rule.when, workshop, log),
        unless=unless,
        channels=frozenset(channels.only) if channels.only else None,
        not_channels=frozenset(channels.but),
        roles=_roles(draft, members.only) if members.only else None,
        not_roles=_roles(draft, members.but),
        window=None if model.at is None else _window(model.at, community),
        outcomes=tuple(_permitted(one, community.automation, name) for one in resolve(rule.then, responses)),
        overrides=tuple(overrides),
    )


def _mode(mode: Mode | None, *, shadow: bool) -> Mode | None:
    """Return a rule's mode where the whole community may be in shadow."""
    return Mode.SHADOW if shadow and mode is Mode.LIVE else mode


def _roles(draft: Draft, names: tuple[str, ...]) -> frozenset[str]:
    found = (role_ids(draft, name, lambda _: None) for name in names)
    return frozenset[str]().union(*found)


def _window(at: AtModel, community: CommunityFile) -> Window:
    days = frozenset(_WEEKDAYS.index(day) for day in at.days) or frozenset(range(len(_WEEKDAYS)))
    return Window(start=at.hours.start, end=at.hours.end, days=days, zone=at.zone or community.zone)


def _permitted(outcome: Outcome, automation: AutomationModel | None, rule: str) -> Outcome:
    """Return what automation does of an outcome itself, or asks for; a notice without a name cites its guideline."""
    if outcome.kind is OutcomeKind.NOTICE and not outcome.target:
        return replace(outcome, target=rule.partition("/")[0])
    asks = automation.asks if automation is not None else {}
    if outcome.kind is OutcomeKind.ASK:
        decider = asks.get(outcome.asked, "internal") if outcome.asked is not None else "internal"
        return replace(outcome, target=outcome.target or decider)
    if rule_on(outcome, automation) is Ruling.ASKS:
        return replace(outcome, kind=OutcomeKind.ASK, asked=outcome.kind, target=asks[outcome.kind])
    return outcome


def _places(community: CommunityFile) -> tuple[Place, ...]:
    return tuple(
        Place(
            name=name,
            discord=channel.discord,
            category=channel.discord_category,
            slack=channel.slack,
            languages=frozenset(channel.languages or community.languages),
        )
        for name, channel in community.channels.items()
    )


def _ladder(draft: Draft) -> Ladder | None:
    """Return the strike ladder; of a step's outcomes the strongest is what follows."""
    settings = draft.settings
    if settings is None or settings.model.ladder is None:
        return None
    steps = []
    for strikes, step in sorted(settings.ladder.items()):
        outcomes = [_permitted(one, settings.model.automation, "") for one in resolve(step, settings.responses)]
        if outcomes:
            steps.append((strikes, max(outcomes, key=strength)))
    return Ladder(expires=settings.model.ladder.expires, steps=tuple(steps))
