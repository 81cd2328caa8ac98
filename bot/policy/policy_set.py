"""One community's policies, compiled: immutable, and named by a digest of what they were read from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta

from bot.domain.governance import Governance
from bot.domain.judgement import Mode
from bot.domain.ladder import Ladder
from bot.domain.message import Channel, PlatformName
from bot.domain.outcome import Outcome
from bot.domain.place import Connection
from bot.domain.severity import Severity
from bot.policy.detection import Detector
from bot.policy.history import History
from bot.policy.scanner import Scanner
from bot.policy.watch import Watch

#: platform, workspace, id, category and name of a channel
_ChannelKey = tuple[PlatformName, str, str, str | None, str]

#: the channel in which staff work: cards hang there
LEADS = "leads"
#: channels that are remembered with the plan that holds in them
_REMEMBERED_CHANNELS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A part of the day in which a rule holds."""

    #: first minute, local time
    start: time
    #: the minute it is over; before `start` when it spans midnight
    end: time
    #: weekdays on which it begins, Monday is 0
    days: frozenset[int]
    #: IANA zone
    zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """How a rule differs in some channels."""

    #: channel names; None for everywhere
    channels: frozenset[str] | None
    #: mode there, where it differs
    mode: Mode | None
    #: severity there, where it differs
    severity: Severity | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One machine-checkable part of a guideline, compiled."""

    #: `guideline/rule`
    name: str
    #: the guideline's id
    guideline: str
    #: how grave a match is
    severity: Severity
    #: live, shadow or off
    mode: Mode
    #: True when the guideline helps before it punishes
    care: bool
    #: False where nothing of what it finds may be copied
    copies: bool = True
    #: when it matches
    when: Detector
    #: what keeps it from matching
    unless: Detector | None
    #: channel names it holds in; None for all
    channels: frozenset[str] | None
    #: channel names it doesn't hold in
    not_channels: frozenset[str]
    #: ids and names of the roles it holds for; None for everybody
    roles: frozenset[str] | None
    #: ids and names of the roles it doesn't hold for
    not_roles: frozenset[str]
    #: when it holds; None for always
    window: Window | None
    #: what follows, after automation's permissions
    outcomes: tuple[Outcome, ...]
    #: how it differs in some channels
    overrides: tuple[Override, ...]

    def covers(self, channel: str | None) -> bool:
        """Return whether the rule holds in a channel, or where none is listed.

        Where staff work, what they talk about is quoted and argued over: there only rules hold that name it.
        """
        if channel is None:
            return self.channels is None
        named = channel != LEADS if self.channels is None else channel in self.channels
        return named and channel not in self.not_channels

    def in_channel(self, channel: str | None) -> "Rule":
        """Return the rule as it is in a channel; the last override that names it wins."""
        changed = self
        for override in self.overrides:
            if override.channels is None or channel in override.channels:
                changed = replace(
                    changed, mode=override.mode or changed.mode, severity=override.severity or changed.severity
                )
        return changed


def _watching(override: Override) -> Override:
    return replace(override, mode=Mode.SHADOW) if override.mode is Mode.LIVE else override


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Which rules hold in a channel, by what wakes them."""

    #: the channel's name; None where it isn't listed
    channel: str | None
    #: its languages
    languages: frozenset[str]
    #: rules by number, as they are in this channel
    rules: tuple[Rule, ...]
    #: rules that are tried on every message, in order
    always: tuple[int, ...]
    #: trigger or scan id → rules
    woken: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a listed channel is."""

    #: its name
    name: str
    #: Discord channel id
    discord: str | None
    #: Discord category id
    category: str | None
    #: Slack workspace and channel
    slack: str | None
    #: its languages
    languages: frozenset[str]

    @property
    def known_as(self) -> frozenset[str]:
        """Every name and id by which an export may call it."""
        slack = None if self.slack is None else self.slack.rpartition("/")[2]
        return frozenset(one for one in (self.name, self.discord, self.slack, slack) if one)

    def channel_on(self, connection: Connection) -> str | None:
        """Return the id of the one channel that this is on a connection; None where it isn't, or is a category."""
        if connection.platform is PlatformName.DISCORD:
            return self.discord
        if connection.platform is PlatformName.SLACK and self.slack:
            workspace, _, channel = self.slack.rpartition("/")
            return channel if workspace in ("", connection.workspace) else None
        # a chat of our own calls everything as the policies do
        return self.name if connection.platform is PlatformName.LOCAL else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Guideline:
    """What the community asks of members, in its own words."""

    #: language → title
    titles: Mapping[str, str]
    #: language → text
    texts: Mapping[str, str]
    #: whether what is reported under it may be copied; None where it doesn't say
    copies: bool | None = None


@dataclass(frozen=True, kw_only=True)
class PolicySet:
    """A community's compiled policies."""

    #: the community's id
    community: str
    #: digest of the files they were compiled from
    version: str
    #: IANA zone
    zone: str
    #: the community's languages, the main one first
    languages: tuple[str, ...]
    #: every rule, in the order of its file
    rules: tuple[Rule, ...]
    #: every guideline's words, by its id
    guidelines: Mapping[str, Guideline]
    #: id of its Discord server; None where it has none
    discord: str | None
    #: role name → id of the Discord role
    discord_roles: Mapping[str, str]
    #: id of its Slack workspace; None where it has none
    slack: str | None
    #: role name → id of the Slack user group
    slack_groups: Mapping[str, str]
    #: channels listed
    places: tuple[Place, ...]
    #: what strikes lead to
    ladder: Ladder | None
    #: what is judged later than this after it was posted is at most deleted and put into a case
    act_within: timedelta
    #: members of whom the same is found within this time share a case; None where nobody does
    wave_within: timedelta | None
    #: what the policies say about people
    governance: Governance
    #: looks for everything at once
    scanner: Scanner = field(repr=False)
    #: series that windows keep
    watch: Watch
    #: seconds that windows reach back
    keep: float
    #: a cache: channel → plan
    plans: dict[_ChannelKey, Plan] = field(default_factory=dict, repr=False, compare=False)
    #: a cache: channel name → plan
    named: dict[str | None, Plan] = field(default_factory=dict, repr=False, compare=False)

    def history(self) -> History:
        """Return windows that have seen nothing yet."""
        return History(self.keep, self.watch)

    def may_copy(self, guideline: str) -> bool:
        """Return whether something of what is reported under a guideline may be copied; under none, it may.

        A guideline that doesn't say so keeps what is gravest to identifiers alone.
        """
        words, rules = self.guidelines.get(guideline), [one for one in self.rules if one.guideline == guideline]
        if not all(rule.copies for rule in rules):
            return False
        if words is not None and words.copies is not None:
            return words.copies
        return not any(rule.care or rule.severity is Severity.CRITICAL for rule in rules)

    def plan(self, channel: Channel) -> Plan:
        """Return which rules hold in a channel."""
        key = (channel.platform, channel.workspace, channel.id, channel.category, channel.name)
        plan = self.plans.get(key)
        if plan is None:
            place = self._place(channel)
            name = place.name if place is not None else None
            plan = self.named.get(name) or self._made(place)
            self.named[name] = plan
            if len(self.plans) >= _REMEMBERED_CHANNELS:
                self.plans.clear()
            self.plans[key] = plan
        return plan

    def shadowing(self, rules: Collection[str]) -> "PolicySet":
        """Return the policies with some rules in shadow, whatever else they say of their mode."""
        if not rules:
            return self
        changed = tuple(
            replace(rule, mode=Mode.SHADOW, overrides=tuple(_watching(one) for one in rule.overrides))
            if rule.name in rules and rule.mode is Mode.LIVE
            else rule
            for rule in self.rules
        )
        return replace(self, rules=changed, plans={}, named={})

    def _place(self, channel: Channel) -> Place | None:
        """Return the listed channel that this is: by id, by category, or by name in exports that know no ids."""
        if channel.platform is PlatformName.EXPORT:
            wanted = {channel.id, channel.name}
            return next((place for place in self.places if wanted & place.known_as), None)
        connection = Connection(platform=channel.platform, workspace=channel.workspace)
        for place in self.places:
            if place.channel_on(connection) == channel.id:
                return place
        for place in self.places:
            if channel.category is not None and place.category == channel.category:
                return place
        return None

    def _made(self, place: Place | None) -> Plan:
        name = place.name if place is not None else None
        rules = tuple(rule.in_channel(name) for rule in self.rules)
        always: list[int] = []
        woken: dict[int, list[int]] = {}
        for number, rule in enumerate(rules):
            if rule.mode is Mode.OFF or not rule.covers(name):
                continue
            if 0 in rule.when.anchors:
                always.append(number)
            else:
                for anchor in rule.when.anchors:
                    woken.setdefault(anchor, []).append(number)
        return Plan(
            channel=name,
            languages=place.languages if place is not None else frozenset(self.languages),
            rules=rules,
            always=tuple(always),
            woken={anchor: tuple(numbers) for anchor, numbers in woken.items()},
        )
