"""Where an escalation's people and channels are reached: on the case's own connection first, else on another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.message import AccountRef, PlatformName
from bot.domain.place import Connection, Stream
from bot.domain.reach import Around
from bot.domain.staff import Person
from bot.services.showing.hanging import channel_stream
from bot.services.work import Work
from bot.store.escalations import connections_of
from bot.store.restraints import all_restraints
from bot.store.shifts import on_duty

#: the channel in which leads see cards
LEADS = "leads"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ways:
    """Who and what is there, and the ways to it, for the cases of one connection."""

    #: what reaching is decided by
    around: Around
    #: by id, those who can be told by chat: where
    accounts: Mapping[str, AccountRef] = field(default_factory=dict)
    #: by name: where
    streams: Mapping[str, Stream] = field(default_factory=dict)


async def read_ways(
    work: Work, connections: Sequence[str], leads_to: Callable[[str], bool]
) -> dict[str, Ways]:  # fmt: skip
    """Return the ways for the cases of each connection, in as many statements for many as for one."""
    known = await connections_of(work.tx, work.community)
    shifts = await on_duty(work.tx, work.community, work.now)
    held = await all_restraints(work.tx, work.community, work.now)
    escalations = work.governance.escalations
    around = Around(
        roster=work.governance.roster,
        contacts={} if escalations is None else escalations.contacts,
        on_duty=frozenset((shift.person, shift.organisation) for shift in shifts),
        restrained=frozenset(one.subject for one in held),
        leads_to=leads_to,
    )
    return {name: _ways(work, around, in_order(name, known)) for name in set(connections)}


def in_order(name: str, known: Sequence[Connection]) -> list[Connection]:
    """Return the connections through which somebody may be reached, that of the case first."""
    own = _named(name)
    return [*([own] if own is not None else []), *(one for one in known if one != own)]


def _named(name: str) -> Connection | None:
    platform, _, workspace = name.partition("/")
    if platform not in set(PlatformName) or not workspace:
        return None
    return Connection(platform=PlatformName(platform), workspace=workspace)


def _ways(work: Work, around: Around, connections: Sequence[Connection]) -> Ways:
    people = around.roster.people.values()
    accounts = {one.id: ref for one in people if (ref := account_on(one, connections)) is not None}
    names = [place.name for place in work.policies.places]
    streams = {name: at for name in names if (at := channel_stream(work.policies, name, connections)) is not None}
    return Ways(
        around=Around(
            roster=around.roster,
            contacts=around.contacts,
            on_duty=around.on_duty,
            restrained=around.restrained,
            chatting=frozenset(accounts),
            channels=frozenset(streams),
            leads_to=around.leads_to,
        ),
        accounts=accounts,
        streams=streams,
    )


def account_on(person: Person, connections: Sequence[Connection]) -> AccountRef | None:
    """Return somebody's account on the first of the connections on which they have one."""
    for connection in connections:
        workspace, user = person.accounts.get(connection.platform, ("", ""))
        if user and workspace in ("", connection.workspace):
            return AccountRef(platform=connection.platform, workspace=connection.workspace, user=user)
    return None
