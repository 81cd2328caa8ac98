"""A server's doors: invitations and direct messages between members are paused while a raid goes on."""

from datetime import timedelta

from discord.http import Route

from adapters.discord.calls import called
from adapters.discord.door import Door
from bot.domain.action import Answer, Result
from bot.ports import Effect

#: Discord opens the doors by itself after at most a day, and refuses what is longer by its own clock
LONGEST = timedelta(hours=23, minutes=55)


async def set_doors(door: Door, effect: Effect) -> Result:
    """Close a server's doors for as long as Discord allows, or open them.

    https://docs.discord.com/developers/resources/guild#modify-guild-incident-actions
    """
    until = (door.clock.now() + LONGEST).isoformat() if effect.amount > 0 else None
    route = Route("PUT", "/guilds/{guild_id}/incident-actions", guild_id=door.number)
    body = {"invites_disabled_until": until, "dms_disabled_until": until}
    await called(door.http.request(route, json=body, reason=effect.action))
    return Result(answer=Answer.DONE)
