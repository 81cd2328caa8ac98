"""Reads what cards show of escalations, and of what waited for the morning."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from bot.cards.escalation import EscalationView, digest_card, escalation_card
from bot.domain.card import Card
from bot.domain.message import AccountRef
from bot.domain.place import Connection
from bot.domain.reach import Around, Outcome, reach
from bot.domain.staff import Roster
from bot.services.escalating.places import account_on, in_order
from bot.services.showing.viewing import Viewing
from bot.services.staff.governing import govern
from bot.store.escalations import Escalation, connections_of, escalations_by_id
from bot.store.shifts import on_duty
from bot.store.tellings import Told, digests, tellings_of


async def escalation_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of escalations, and of digests, which go by one of their lines."""
    found = await escalations_by_id(viewing.tx, ids)
    others = set(ids) - set(found)
    together = await digests(viewing.tx, viewing.community, others) if others else {}
    listed = await escalations_by_id(viewing.tx, {one for many in together.values() for one in many})
    views = await _views(viewing, {**found, **listed})
    cards = {name: escalation_card(views[name], viewing.language) for name in found}
    for name, many in together.items():
        cards[name] = digest_card([views[one] for one in many if one in views], viewing.language)
    return cards


async def _views(viewing: Viewing, found: Mapping[str, Escalation]) -> dict[str, EscalationView]:
    if viewing.policies is None or not found:
        return {name: _view(one, (), (), Roster()) for name, one in found.items()}
    governance = await govern(viewing.tx, viewing.policies)
    known = await connections_of(viewing.tx, viewing.community)
    shifts = await on_duty(viewing.tx, viewing.community, viewing.now)
    around = Around(
        roster=governance.roster, on_duty=frozenset((shift.person, shift.organisation) for shift in shifts)
    )  # fmt: skip
    told: dict[str, list[Told]] = defaultdict(list)
    for line in await tellings_of(viewing.tx, found):
        told[line.escalation].append(line)
    views = {}
    for name, one in found.items():
        newest = _newest(told[name])
        people = _meant(one, newest, around, viewing)
        views[name] = _view(
            one, newest, _accounts(people, governance.roster, in_order(one.case.connection, known)), governance.roster
        )
    return views


def _newest(lines: Sequence[Told]) -> list[Told]:
    """Return who was told in the newest step that told somebody."""
    said = [line for line in lines if line.outcome is Outcome.TOLD]
    last = max(((line.position.round, line.position.step) for line in said), default=None)
    return [line for line in said if (line.position.round, line.position.step) == last]


def _meant(one: Escalation, newest: Sequence[Told], around: Around, viewing: Viewing) -> list[str]:
    """Return the people who are mentioned: whom the newest step means, and of them only the community's own."""
    meant = []
    for line in newest:
        kind, _, name = line.whom.partition(":")
        if kind == "person":
            meant.append(name)
        elif kind == "channel" and not one.path_is_over(line.position):
            target = one.path.steps[line.position.step].target
            for telling in reach(target, (), one.case.facts, around, viewing.now):
                meant += telling.mentioned
    internal = around.roster.internal
    own = {person.id for person in around.roster.of(internal.id)} if internal is not None else set()
    return [person for person in dict.fromkeys(meant) if person in own]


def _accounts(people: Sequence[str], roster: Roster, connections: Sequence[Connection]) -> tuple[AccountRef, ...]:
    refs = (account_on(roster.people[person], connections[:1]) for person in people if person in roster.people)
    return tuple(ref for ref in refs if ref is not None)


def _view(
    one: Escalation, newest: Sequence[Told], mentions: tuple[AccountRef, ...], roster: Roster
) -> EscalationView:  # fmt: skip
    answered = (one.acknowledged_by or {}).get("who", "")
    return EscalationView(
        escalation=one.id,
        number=one.case.number,
        severity=one.case.facts.severity,
        queue=one.case.facts.queue,
        path=one.path.name,
        cause=one.cause,
        state=one.state,
        ended_by=one.ended_by,
        acknowledged_by=_called(f"person:{answered}", roster) if answered else "",
        told=tuple((_called(line.whom, roster), line.via) for line in newest),
        due_at=one.due_at,
        mentions=mentions,
        version=one.version,
    )


def _called(whom: str, roster: Roster) -> str:
    """Return how whoever was told is called among staff."""
    kind, _, name = whom.partition(":")
    person = roster.people.get(name) if kind == "person" else None
    return person.alias if person is not None else f"#{name}" if kind == "channel" else name or kind
