"""Drafts a `community.yaml` from a Discord server: its channels and roles under names that policies can use.

What it says of the server is a guess; what Locum may do by it is the least: watch, and delete once it is live.
"""

import re
from collections.abc import Collection, Sequence

from adapters.discord.home import QUARANTINE
from adapters.discord.permissions import STAFF, VIEW, granted_in
from adapters.discord.translate import Json
from bot.policy.drafting import (
    NOT_A_COMMUNITY,
    STAFF_WORDS,
    Draft,
    Names,
    comment,
    key,
    latin,
    named,
    shown,
    spoken_in,
    table,
    words,
)
from bot.policy.policy_set import LEADS

#: kinds of channels that people write in: text, voice, announcements, stage, forum, media
_WRITTEN_IN = frozenset({0, 2, 5, 13, 15, 16})
_TEXT = 0
_QUARANTINES = frozenset({"quarantine", "quarantined", "quarantäne"})


def draft(
    server: Json, channels: Sequence[Json], language: str, *, community: str = "", taken: Collection[str] = ()
) -> Draft:
    """Return the draft of a server; `language` is that of its comments.

    `community` is its id where that is known, and `taken` are others' ids.
    """
    names = Names(taken={*taken, *NOT_A_COMMUNITY})
    identifier = community or names.new(latin(str(server["name"])), "community")
    written = sorted(
        (one for one in channels if int(one["type"]) in _WRITTEN_IN), key=lambda one: _order(one, channels)
    )
    leads = _leads(server, written)
    places = _places(written, leads)
    roles = _roles(server)
    protected = [roles[str(one["id"])] for one in server["roles"] if str(one["id"]) in roles and _moderates(one)]
    spoken = _languages(server, channels)
    lines = [
        *comment("draft.head", language, server=shown(str(server["name"]))),
        f"community: {key(identifier)}",
        *comment("draft.zone", language),
        "zone: UTC",
        f"languages: [{', '.join(spoken)}]",
        *comment("draft.mode", language),
        "mode: shadow",
        f'discord: "{server["id"]}"',
        "",
        *comment("draft.channels" if leads else "draft.channels_without_leads", language),
        *table("channels", [(places[str(one["id"])], _channel(one, channels, spoken)) for one in written]),
        "",
        *comment("draft.roles" if QUARANTINE in roles.values() else "draft.roles_without_quarantine", language),
        *table("roles", [(name, f'{{discord: "{id_}"}}') for id_, name in roles.items()]),
        "",
        *comment("draft.protected", language),
        f"protected: [{', '.join(map(key, protected))}]",
        "",
        *comment("draft.automation", language),
        "automation:",
        "  may: [delete]",
        "  budgets: {delete: 100 per 10m}",
    ]  # fmt: skip
    return Draft(community=identifier, text="\n".join(lines) + "\n", channels=places, roles=roles)


def _order(channel: Json, channels: Sequence[Json]) -> tuple[int, int, int]:
    """Return where a channel stands in the list that people see: below its category."""
    above = next((one for one in channels if str(one["id"]) == str(channel.get("parent_id"))), None)
    first = -1 if above is None else int(above.get("position") or 0)
    return first, int(channel.get("position") or 0), int(channel["id"])


def _leads(server: Json, channels: Sequence[Json]) -> str:
    """Return the id of the channel that leads seem to have for themselves; empty for none."""
    found: list[tuple[int, str]] = []
    for one in channels:
        said = words(str(one["name"]))
        private = not granted_in(one, server, []) & VIEW
        ranks = [rank for rank, word in enumerate(STAFF_WORDS) if word in said]
        if int(one["type"]) == _TEXT and private and ranks:
            found.append((min(ranks), str(one["id"])))
    return min(found)[1] if found else ""


def _places(channels: Sequence[Json], leads: str) -> dict[str, str]:
    """Return a name for each channel; `leads` is set aside, for cards hang there."""
    names = Names(taken={LEADS})
    return {
        str(one["id"]): LEADS if str(one["id"]) == leads else names.new(str(one["name"]), "channel") for one in channels
    }


def _roles(server: Json) -> dict[str, str]:
    """Return a name for each role that people are given, the highest first."""
    names = Names(taken={QUARANTINE})
    found: dict[str, str] = {}
    for one in sorted(server["roles"], key=lambda one: -int(one["position"])):
        if str(one["id"]) == str(server["id"]) or one.get("managed"):
            continue
        holds = named(str(one["name"])) in _QUARANTINES and QUARANTINE not in found.values()
        found[str(one["id"])] = QUARANTINE if holds else names.new(str(one["name"]), "role")
    return found


def _moderates(role: Json) -> bool:
    return bool(int(role["permissions"]) & STAFF)


def _languages(server: Json, channels: Sequence[Json]) -> list[str]:
    """Return what seems to be spoken: the server's own language, then those that channels are named after."""
    main = str(server.get("preferred_locale") or "en").partition("-")[0].lower()
    main = main if re.fullmatch(r"[a-z]{2,3}", main) else "en"
    spoken = [main, *(one for channel in channels for one in spoken_in(str(channel["name"])))]
    return list(dict.fromkeys(spoken))


def _channel(channel: Json, channels: Sequence[Json], community: Sequence[str]) -> str:
    above = next((one for one in channels if str(one["id"]) == str(channel.get("parent_id"))), {})
    named_after = (list(dict.fromkeys(spoken_in(str(one.get("name", ""))))) for one in (channel, above))
    own = next(filter(None, named_after), [])
    languages = f", languages: [{', '.join(own)}]" if own and own != list(community) else ""
    return f'{{discord: "{channel["id"]}"{languages}}}'
