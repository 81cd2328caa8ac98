"""Says who did something and for whom, from the snapshot that the record carries: today's roster only lends names."""

from bot.domain.actor import Actor, ActorKind
from bot.domain.staff import Level, Roster
from bot.i18n import say
from bot.services.moderating.climbing import LADDER
from bot.services.tracing.chain import Attribution

_LEVELS = frozenset(level.word for level in Level)


def attribute(actor: Actor, roster: Roster, language: str) -> Attribution:
    """Return who somebody was when they acted: organisation and level as they were, whatever they are now."""
    if actor.kind is not ActorKind.PERSON:
        return _machine(actor, language)
    person, organisation = roster.people.get(actor.who), roster.organisations.get(actor.organisation)
    who = actor.who if person is None else person.alias
    name = actor.organisation if organisation is None else organisation.name
    level = show_level(actor.level, language)
    key = "tracing.by_person" if level else "tracing.by_person_plain"
    return Attribution(
        kind=actor.kind.value,
        who=who,
        organisation=name,
        side="" if actor.side is None else actor.side.value,
        level=level,
        line=say(key, language, who=who, organisation=name, level=level),
    )


def show_level(level: str, language: str) -> str:
    """Return a level in words; empty for none, and as it is where no level is called so."""
    return say(f"tracing.level_{level}", language) if level in _LEVELS else level


def _machine(actor: Actor, language: str) -> Attribution:
    kind = "member" if (actor.kind, actor.who) == (ActorKind.OUTSIDE, "member") else actor.kind.value
    if kind == ActorKind.AUTOMATION.value and "/" not in actor.who:
        # no rule, for those are called as their guideline and what they are in it
        kind = "ladder" if actor.who == LADDER else ActorKind.SCHEDULER.value
    line = say(f"tracing.by_{kind}", language, who=actor.who)
    named = kind in (ActorKind.SCHEDULER.value, "ladder")
    return Attribution(kind=actor.kind.value, who=line if named else actor.who, line=line)
