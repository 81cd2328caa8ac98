"""Recognises invitations to Discord servers and Slack workspaces by host and decoded path."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from bot.policy.links.link import Link
from bot.policy.links.nested import nested

Platform = Literal["discord", "slack"]

_DISCORD_HOSTS = frozenset(
    f"{channel}{name}.com" for name in ("discord", "discordapp") for channel in ("", "www.", "ptb.", "canary.")
)
#: services of others that forward to a server: no API of Discord tells where
_FORWARDERS = frozenset({"discord.io", "discord.me", "discord.li", "dsc.gg", "invite.gg"})
_CODE = r"([\w-]{2,64})(?![\w-])"
_DISCORD_GG = re.compile(rf"/(?:invite/)?{_CODE}", re.ASCII)
_DISCORD_COM = re.compile(rf"/(?:api/(?:v\d+/)?)?invites?/{_CODE}", re.ASCII | re.IGNORECASE)
_FORWARDED = re.compile(rf"/(?:invite/|i/|g/)?{_CODE}", re.ASCII)
_SLACK_JOIN = re.compile(rf"/t/{_CODE}", re.ASCII)
_SLACK_OWN = re.compile(rf"/(?:join/)?(?:shared_invite|join|signup)(?:/{_CODE})?(?:/|$)", re.ASCII)
_SLASHES = re.compile(r"[/\\]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """An invitation and the link that carries it."""

    #: where it invites to
    platform: Platform
    #: the invite's code; with a forwarding service its host comes first: `dsc.gg/name`
    code: str
    #: Slack: the workspace's subdomain where the link names it
    workspace: str
    #: whether the platform itself can say where it leads
    resolvable: bool
    #: where it stands
    link: Link


def invitations(link: Link) -> Iterator[Invitation]:
    """Yield the invitations that a link is or carries along to be redirected to."""
    for target in (link, *nested(link)):
        path = target.path
        for _ in range(3):
            decoded = unquote(path)
            if decoded == path:
                break
            path = decoded
        found = _discord(target, _SLASHES.sub("/", path)) or _slack(target, _SLASHES.sub("/", path))
        if found is not None:
            yield found


def _discord(link: Link, path: str) -> Invitation | None:
    host = link.host
    name = host.removeprefix("www.")
    if name == "discord.gg" or name.endswith(".discord.gg"):
        form = _DISCORD_GG
    elif host in _DISCORD_HOSTS:
        form = _DISCORD_COM
    elif name in _FORWARDERS:
        form = _FORWARDED
    else:
        return None
    match = form.match(path)
    if match is None:
        return None
    forwarded = form is _FORWARDED
    code = f"{name}/{match[1]}" if forwarded else match[1]
    return Invitation(platform="discord", code=code, workspace="", resolvable=not forwarded, link=link)


def _slack(link: Link, path: str) -> Invitation | None:
    host = link.host
    if host != "slack.com" and not host.endswith(".slack.com"):
        return None
    workspace = host.removesuffix("slack.com").rstrip(".").removesuffix(".enterprise")
    if workspace == "join":
        match = _SLACK_JOIN.match(path)
        workspace = match[1].lower() if match is not None else ""
        code = path.rstrip("/").rpartition("/")[2]
    else:
        match = _SLACK_OWN.match(path)
        workspace = "" if workspace in ("www", "app", "api") else workspace
        code = (match[1] if match is not None else "") or path.rstrip("/").rpartition("/")[2]
    if match is None and "/shared_invite/" not in path:
        return None
    return Invitation(platform="slack", code=code, workspace=workspace, resolvable=True, link=link)
