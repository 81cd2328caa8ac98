"""Our policies → the rules that Discord is to hold for us: a pure function of the policies and the server.

What a rule leaves alone is said to Discord by listing it: every channel in which ours doesn't hold, and every role that
it doesn't hold for. What can't be said so stays ours alone: Discord never holds back what we would have let stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from adapters.discord.prevention.native import CHANNELS, KEYWORDS, MENTIONS, ROLES, Native, Trigger, name_of
from adapters.discord.prevention.plain import (
    branches,
    by_group,
    is_plain,
    keywords,
    looks_at_names,
    looks_at_words,
    quarantines,
    spared,
)
from bot.domain.judgement import Mode
from bot.domain.message import Channel
from bot.policy.policy_set import LEADS, PolicySet, Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """The server, as far as it matters here."""

    #: every channel but threads and categories
    channels: tuple[Channel, ...]
    #: ids of those in which Locum itself couldn't see or delete anything
    closed: frozenset[str] = frozenset()
    #: role id → its name
    roles: Mapping[str, str] = field(default_factory=dict)
    #: ids of the roles of everybody who moderates and is there
    staff: tuple[frozenset[str], ...] = ()


class Why(StrEnum):
    """Why something that Discord could look for isn't given to it."""

    #: all rules that a server may have of that kind are taken, or every keyword that they hold
    FULL = "full"
    #: more channels or roles would have to be left alone than a rule can name
    EXEMPTIONS = "exemptions"
    #: somebody who moderates holds no protected role
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """What Discord is to hold."""

    #: in the order of their names
    natives: tuple[Native, ...] = ()
    #: (our rule, why) of what doesn't fit
    left_out: tuple[tuple[str, Why], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    """Something that Discord could hold back."""

    rule: Rule
    trigger: Trigger
    text: str = ""
    mentions: int = 0
    channels: frozenset[str]
    roles: frozenset[str]


#: ids of channels and of roles that are left alone
_Exempt = tuple[frozenset[str], frozenset[str]]


def compile_natives(policies: PolicySet, ground: Ground, room: Mapping[Trigger, int]) -> Compiled:
    """Return what Discord is to hold; `room` is how many rules of each kind others left to us."""
    left: set[tuple[str, Why]] = set()
    wishes: list[_Wish] = []
    for wish in _wishes(policies, ground):
        why = _hindrance(wish, ground)
        if why is None:
            wishes.append(wish)
        else:
            left.add((wish.rule.name, why))
    # the gravest first, and in the same order each time
    wishes.sort(key=lambda one: (-one.rule.severity, one.text, one.mentions, one.rule.name))
    natives: list[Native] = []
    for trigger in Trigger:
        fitting = [one for one in wishes if one.trigger is trigger]
        kept = _packs(fitting, trigger)[: max(0, room.get(trigger, 0))]
        natives += [_native(pack, number) for number, pack in enumerate(kept, 1)]
        held = {(one.text, one.mentions) for pack in kept for one in pack}
        left |= {(one.rule.name, Why.FULL) for one in fitting if (one.text, one.mentions) not in held}
    return Compiled(natives=tuple(natives), left_out=tuple(sorted(left)))


def holds_names(policies: PolicySet) -> bool:
    """Return whether there are names that Discord could hold somebody back for: it matters then who moderates."""
    return any(
        is_plain(rule) and quarantines(rule) and any(map(looks_at_names, branches(rule.when)))
        for rule in policies.rules
    )  # fmt: skip


def _hindrance(wish: _Wish, ground: Ground) -> Why | None:
    if len(wish.channels) > CHANNELS or len(wish.roles) > ROLES:
        return Why.EXEMPTIONS
    # whoever moderates is no machine's to hold back
    in_names = wish.trigger is Trigger.MEMBER_PROFILE
    return Why.STAFF if in_names and any(one.isdisjoint(wish.roles) for one in ground.staff) else None


def _wishes(policies: PolicySet, ground: Ground) -> Iterator[_Wish]:
    in_texts = by_group(policies.scanner.reader.lexicon)
    in_names = {} if policies.scanner.name_reader is None else by_group(policies.scanner.name_reader.lexicon)
    for number, rule in enumerate(policies.rules):
        if not is_plain(rule):
            continue
        exempt = _Exemptions(policies=policies, number=number, ground=ground)
        blank = _Wish(rule=rule, trigger=Trigger.KEYWORD, channels=frozenset(), roles=_roles(rule, policies, ground))
        for detector in branches(rule.when):
            if detector.mentions is not None and 1 < detector.mentions <= MENTIONS + 1:
                channels = exempt.of(None)
                if channels is not None:
                    yield replace(
                        blank, trigger=Trigger.MENTION_SPAM, mentions=detector.mentions - 1, channels=channels
                    )
            elif looks_at_words(detector):
                for one in keywords(detector, in_texts):
                    channels = exempt.of(one.languages)
                    if channels is not None:
                        yield replace(blank, text=one.text, channels=channels)
            elif looks_at_names(detector) and quarantines(rule) and exempt.is_empty():
                # a name is borne everywhere, so the rule has to hold everywhere
                for one in keywords(detector, in_names):
                    yield replace(blank, trigger=Trigger.MEMBER_PROFILE, text=one.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Exemptions:
    """Which channels one rule leaves alone, by the languages of what it looks for."""

    policies: PolicySet
    number: int
    ground: Ground
    known: dict[frozenset[str] | None, frozenset[str] | None] = field(default_factory=dict)

    def of(self, languages: frozenset[str] | None) -> frozenset[str] | None:
        """Return ids of channels that are left alone; None where that is all of them."""
        if languages not in self.known:
            channels = self.ground.channels
            held = {one.id for one in channels if self._holds(one, languages)} - self.ground.closed
            self.known[languages] = frozenset(one.id for one in channels) - held if held else None
        return self.known[languages]

    def is_empty(self) -> bool:
        """Return whether the rule holds in every channel, also in those that Locum doesn't see.

        Where staff work none has to: nobody bears a name there alone.
        """
        channels = [one for one in self.ground.channels if self.policies.plan(one).channel != LEADS]
        return bool(channels) and all(self._holds(one, None) for one in channels)

    def _holds(self, channel: Channel, languages: frozenset[str] | None) -> bool:
        """Return whether the rule, or a word of these languages in it, is live in a channel."""
        plan = self.policies.plan(channel)
        rule = plan.rules[self.number]
        live = rule.mode is Mode.LIVE and rule.covers(plan.channel)
        return live and (languages is None or not languages.isdisjoint(plan.languages))


def _roles(rule: Rule, policies: PolicySet, ground: Ground) -> frozenset[str]:
    """Return ids of the roles whose holders a rule leaves alone; policies may name them by their names there."""
    named = spared(rule) | policies.governance.protected
    return frozenset(id_ for id_, name in ground.roles.items() if id_ in named or name in named)


def _packs(wishes: Sequence[_Wish], trigger: Trigger) -> list[list[_Wish]]:
    """Return wishes by what they leave alone, in parts that fit a rule; those with the gravest come first."""
    if trigger is Trigger.MENTION_SPAM:
        return [[one] for one in wishes]
    by_exempt: dict[_Exempt, dict[str, _Wish]] = {}
    for one in wishes:
        by_exempt.setdefault((one.channels, one.roles), {}).setdefault(one.text, one)
    packs: list[list[_Wish]] = []
    for exempt, own in by_exempt.items():
        wider = [other for known, other in by_exempt.items() if _is_wider(known, exempt)]
        kept = [one for text, one in own.items() if not any(text in other for other in wider)]
        packs += [kept[start : start + KEYWORDS] for start in range(0, len(kept), KEYWORDS)]
    packs.sort(key=lambda pack: (-pack[0].rule.severity, -len(pack)))
    return packs


def _is_wider(one: _Exempt, other: _Exempt) -> bool:
    """Return whether something leaves less alone than something else."""
    return one != other and one[0] <= other[0] and one[1] <= other[1]


def _native(pack: Sequence[_Wish], number: int) -> Native:
    first = pack[0]
    return Native(
        name=name_of(first.trigger, number),
        trigger=first.trigger,
        keywords=tuple(one.text for one in pack if one.text),
        mentions=first.mentions,
        channels=first.channels,
        roles=first.roles,
    )
