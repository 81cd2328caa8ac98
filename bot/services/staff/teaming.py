"""Teams: what a partner's lead sees of the own people, and what members may know of who stands behind decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.staff import Level, Organisation, Person, Phase, RestraintKind
from bot.services.work import Work
from bot.store.levels import decided_levels
from bot.store.restraints import ORGANISATION, PERSON, all_restraints
from bot.store.shifts import on_duty


@dataclass(frozen=True, kw_only=True, slots=True)
class Teammate:
    """One of an organisation's people, and how they stand."""

    #: who
    person: Person
    #: how far they are trusted
    level: Level
    #: on shift until then; None while they aren't
    on_shift_until: datetime | None
    #: they said they would be away now
    absent: bool
    #: the account is held
    frozen: bool
    #: the person is suspended
    suspended: bool


async def team_of(work: Work, organisation: Organisation) -> list[Teammate]:
    """Return an organisation's people, by alias."""
    people = work.governance.roster.of(organisation.id)
    levels = await decided_levels(work.tx, work.community, [one.id for one in people])
    shifts = {one.person: one.until for one in await on_duty(work.tx, work.community, work.now)}
    held = await all_restraints(work.tx, work.community, work.now)
    frozen = {one.subject for one in held if one.of == PERSON and one.kind is RestraintKind.FREEZE}
    suspended = {one.subject for one in held if one.of == PERSON and one.kind is RestraintKind.SUSPENSION}
    return [
        Teammate(
            person=one,
            level=levels.get(one.id, one.starts_as),
            on_shift_until=shifts.get(one.id),
            absent=one.is_absent(work.now),
            frozen=one.id in frozen,
            suspended=one.id in suspended,
        )
        for one in sorted(people, key=lambda one: one.alias.casefold())
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """Who stands behind decisions, as members may know it."""

    #: language → how the organisation wants to be called; empty where it isn't named
    shown_as: Mapping[str, str]
    #: whether it is the community's own team
    internal: bool
    #: what its people are called towards members
    aliases: tuple[str, ...]


_WORKING = (Phase.RUNNING, Phase.WINDING_DOWN)


async def who_stands_behind(work: Work) -> list[Behind]:
    """Return the organisations whose contract runs, the own team first, as far as the community discloses them."""
    roster, disclosure = work.governance.roster, work.governance.disclosure
    held = await all_restraints(work.tx, work.community, work.now)
    suspended = {one.subject for one in held if one.of == ORGANISATION and one.kind is RestraintKind.SUSPENSION}
    working = [
        one
        for one in roster.organisations.values()
        if one.phase(work.now) in _WORKING and one.id not in suspended and (one.is_internal or disclosure != "team")
    ]
    behind = [
        Behind(shown_as=one.shown_as, internal=one.is_internal, aliases=_aliases(roster.of(one.id)))
        for one in sorted(working, key=lambda one: (not one.is_internal, one.id))
    ]
    if disclosure != "outside":
        return behind
    # members are told that somebody from outside helps, and not who or how many
    outside = [one for one in working if not one.is_internal]
    people = [person for one in outside for person in roster.of(one.id)]
    own = [one for one in behind if one.internal]
    return [*own, Behind(shown_as={}, internal=False, aliases=_aliases(people))] if outside else own


def _aliases(people: Sequence[Person]) -> tuple[str, ...]:
    return tuple(sorted((one.alias for one in people), key=str.casefold))
