"""Through which servers and workspaces a community is reached, as far as anything was ever seen there."""

from sqlalchemy import bindparam, select

from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.store.engine import Tx
from bot.store.tables import accounts, channels

_CHANNELS = (
    select(channels.c.platform, channels.c.workspace)
    .where(channels.c.community == bindparam("community"))
    .distinct()
    .order_by(channels.c.platform, channels.c.workspace)
)
#: before anybody wrote, somebody may have given a command
_ACCOUNTS = (
    select(accounts.c.platform, accounts.c.workspace)
    .where(accounts.c.community == bindparam("community"))
    .distinct()
    .order_by(accounts.c.platform, accounts.c.workspace)
)


async def known_connections(tx: Tx, community: str) -> list[Connection]:
    """Return the servers and workspaces of a community, in a fixed order."""
    for statement in (_CHANNELS, _ACCOUNTS):
        found = (await tx.execute(statement, {"community": community})).all()
        if found:
            return [Connection(platform=PlatformName(row.platform), workspace=row.workspace) for row in found]
    return []
