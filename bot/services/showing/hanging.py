"""Where cards hang: the leads' channel of the connection that a case is on."""

from collections.abc import Sequence

from bot.domain.case import About, Case
from bot.domain.governance import Governance
from bot.domain.message import PlatformName
from bot.domain.place import Connection, Stream
from bot.policy.policy_set import LEADS, PolicySet


def leads_stream(policies: PolicySet, connection: Connection) -> Stream | None:
    """Return the channel named `leads` on one connection; None where the community lists none."""
    return channel_stream(policies, LEADS, [connection])


def channel_stream(policies: PolicySet, name: str, connections: Sequence[Connection]) -> Stream | None:
    """Return the channel of a name on the first of the connections on which the community lists one."""
    place = next((place for place in policies.places if place.name == name), None)
    for connection in connections if place is not None else ():
        channel = place.channel_on(connection) if place is not None else None
        if channel:
            return Stream(platform=connection.platform, workspace=connection.workspace, channel=channel)
    return None


def connection_of(name: str) -> Connection | None:
    """Return the connection of that name; None for what names none."""
    platform, _, workspace = name.partition("/")
    if platform not in {one.value for one in PlatformName} or not workspace:
        return None
    return Connection(platform=PlatformName(platform), workspace=workspace)


def case_stream(policies: PolicySet, governance: Governance, case: Case) -> Stream | None:
    """Return where a case's card hangs; None for a complaint about one of the own team, or where there is no channel.

    The accused may read along in the leads' channel: such a case reaches those who decide by its path and their lists.
    """
    if case.about is not About.MEMBER:
        accused = governance.roster.organisations.get(case.about_organisation)
        if accused is None or accused.is_internal:
            return None
    connection = connection_of(case.connection)
    return None if connection is None else leads_stream(policies, connection)
