"""What a running program offers to commands: everything that they are given, built from what all parts share."""

from collections.abc import Callable, Sequence

from bot.app.community import CommunityRun
from bot.app.frame import Frame
from bot.commands.desk import Desk
from bot.domain.place import Connection
from bot.ports import Platform


def desk_of(
    frame: Frame, communities: Sequence[CommunityRun], *, wake: Callable[[], None], changed: Callable[[str], None]
) -> Desk:
    """Return the surroundings of every command; platforms are reached as far as they are connected here."""
    reached = {one.connection: one for community in communities for one in community.connections}

    def platform(connection: Connection) -> Platform | None:
        found = reached.get(connection)
        return None if found is None else found.platform

    return Desk(
        store=frame.store,
        keys=frame.keys,
        clock=frame.clock,
        policies=frame.policies.get,
        wake=wake,
        platform=platform,
        folder=frame.folder,
        changed=changed,
    )
