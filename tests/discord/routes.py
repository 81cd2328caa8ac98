"""Every route of the REST interface, by method and path."""

from collections.abc import Mapping

from tests.discord.rest import (
    account,
    bans,
    channels,
    commands,
    guilds,
    interactions,
    members,
    messages,
    rules,
    threads,
)
from tests.discord.rest.access import Handler

ROUTES: Mapping[tuple[str, str], Handler] = {
    route: handler
    for module in (account, bans, channels, commands, guilds, interactions, members, messages, rules, threads)
    for route, handler in module.ROUTES.items()
}
