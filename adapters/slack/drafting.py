"""Drafts a `community.yaml` from a Slack workspace: its channels and user groups under names that policies can use.

What it says of the workspace is a guess; what Locum may do by it is the least: watch, and delete once it is live.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from adapters.slack.calls import Json
from bot.policy.drafting import (
    NOT_A_COMMUNITY,
    STAFF_WORDS,
    Draft,
    Names,
    comment,
    key,
    latin,
    shown,
    spoken_in,
    table,
    words,
)
from bot.policy.policy_set import LEADS

#: ranks of Slack's own, which are roles by these names without an id
_RANKS = ("owner", "admin")
#: the part of those who were looked at that has to speak a language, so that it is one of the community's
_SPOKEN_BY = 0.2
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SLACKBOT = "USLACKBOT"


def draft(
    workspace: str, name: str, channels: Sequence[Json], groups: Sequence[Json], language: str,
    *, people: Sequence[Json] = (), community: str = "", taken: Collection[str] = (),
) -> Draft:  # fmt: skip
    """Return the draft of a workspace; `language` is that of its comments, and `people` are some who are there.

    `community` is its id where that is known, and `taken` are others' ids.
    """
    identifier = community or Names(taken={*taken, *NOT_A_COMMUNITY}).new(latin(name), "community")
    written = sorted((one for one in channels if _is_written_in(one)), key=_order)
    leads = _leads(written)
    places = _places(written, leads)
    roles = _groups(groups)
    protected = [*_RANKS, *(name for id_, name in roles.items() if _is_staffs(id_, groups))]
    spoken = _languages(written, people)
    rows = [(places[str(one["id"])], _channel(workspace, one, spoken)) for one in written]
    lines = [
        *comment("draft.head_slack", language, workspace=shown(name)),
        f"community: {key(identifier)}",
        *comment("draft.zone", language),
        "zone: UTC",
        f"languages: [{', '.join(spoken)}]",
        *comment("draft.mode", language),
        "mode: shadow",
        f'slack: "{workspace}"',
        "",
        *comment("draft.channels" if leads else "draft.channels_without_leads", language),
        *table("channels", rows),
        "",
        *comment("draft.roles_slack", language),
        *table("roles", [*((one, "{}") for one in _RANKS), *_rows(workspace, roles)]),
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


def _is_written_in(channel: Json) -> bool:
    """Return whether people write in a channel, and we can hear it: a private one only once we were invited."""
    if channel.get("is_im") or channel.get("is_mpim") or channel.get("is_archived"):
        return False
    return bool(channel.get("is_member")) or not channel.get("is_private")


def _order(channel: Json) -> tuple[bool, str, str]:
    """Return where a channel stands: the one that everybody is in first, then by name, as Slack lists them."""
    return not channel.get("is_general"), str(channel.get("name") or ""), str(channel["id"])


def _leads(channels: Sequence[Json]) -> str:
    """Return the id of the channel that leads seem to have for themselves; empty for none."""
    found = [
        (min(ranks), str(one["id"]))
        for one in channels
        if one.get("is_private") and not one.get("is_ext_shared") and (ranks := _ranks(str(one.get("name") or "")))
    ]
    return min(found)[1] if found else ""


def _ranks(name: str) -> list[int]:
    said = words(name)
    return [rank for rank, word in enumerate(STAFF_WORDS) if word in said]


def _places(channels: Sequence[Json], leads: str) -> dict[str, str]:
    """Return a name for each channel; `leads` is set aside, for cards hang there."""
    names = Names(taken={LEADS})
    return {
        str(one["id"]): LEADS if str(one["id"]) == leads else names.new(str(one.get("name") or ""), "channel")
        for one in channels
    }


def _groups(groups: Sequence[Json]) -> dict[str, str]:
    """Return a name for each user group that isn't switched off."""
    names = Names(taken=set(_RANKS))
    return {
        str(one["id"]): names.new(str(one.get("handle") or one.get("name") or ""), "group")
        for one in groups
        if not one.get("date_delete")
    }


def _rows(workspace: str, roles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for id_, name in roles.items():
        yield name, f"{{slack_group: {workspace}/{id_}}}"


def _is_staffs(id_: str, groups: Sequence[Json]) -> bool:
    """Return whether a user group looks like that of whoever moderates: groups have no rights by which to tell."""
    return any(_ranks(f"{one.get('handle')} {one.get('name')}") for one in groups if str(one["id"]) == id_)


def _languages(channels: Sequence[Json], people: Sequence[Json]) -> list[str]:
    """Return what seems to be spoken: by many of the people, then what channels are named after."""
    human = [one for one in people if not (one.get("is_bot") or one.get("deleted") or one.get("id") == _SLACKBOT)]
    said = Counter(str(one.get("locale") or "").partition("-")[0].lower() for one in human)
    known = {one: count for one, count in said.items() if _LANGUAGE.fullmatch(one)}
    most = sum(known.values())
    spoken = [one for one, count in Counter(known).most_common() if count >= most * _SPOKEN_BY] or ["en"]
    return list(dict.fromkeys([*spoken, *(one for channel in channels for one in _named_after(channel))]))


def _named_after(channel: Json) -> list[str]:
    return list(dict.fromkeys(spoken_in(str(channel.get("name") or ""))))


def _channel(workspace: str, channel: Json, community: Sequence[str]) -> str:
    own = _named_after(channel)
    languages = f", languages: [{', '.join(own)}]" if own and own != list(community) else ""
    return f"{{slack: {workspace}/{channel['id']}{languages}}}"
