"""How a Discord server stands with what Locum needs there: pure checks over what was read, each with its remedy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.discord.capabilities import capabilities, quarantines
from adapters.discord.commands import commands
from adapters.discord.home import QUARANTINE
from adapters.discord.permissions import (
    ADMINISTRATOR,
    BITS,
    NEEDS,
    VIEW,
    Need,
    granted,
    granted_in,
    granted_to,
    invite_link,
    missing,
    needed_in,
    said,
)
from adapters.discord.probing import Seen
from adapters.discord.syncing import same
from adapters.discord.translate import Json
from bot.domain.capability import Capability
from bot.domain.checkup import Point, good, lacks, unknown, wrong
from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.policy.abilities import wanted
from bot.policy.policy_set import Place, PolicySet

#: flags of an application: it may hear of members, and read what they write; each also while it is on few servers
_MEMBERS, _CONTENT = 1 << 14 | 1 << 15, 1 << 18 | 1 << 19
#: the channel in which cards hang
_LEADS = "leads"
_CATEGORY = 4
#: a command that is typed; others are entries of menus
_TYPED = 1
_VIEWING = next(one for one in NEEDS if one.bit == VIEW)
#: names that are listed in one sentence; the others are counted
_LISTED = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What Discord lets an application hear, beside what everybody hears."""

    #: what members write
    content: bool
    #: who comes, and who is called how
    members: bool


def rights_of(application: Json) -> Rights:
    """Return what an application may hear, by its flags."""
    flags = int(application.get("flags") or 0)
    return Rights(content=bool(flags & _CONTENT), members=bool(flags & _MEMBERS))


def check_application(application: Json) -> list[Point]:
    """Return what there is to say of the bot itself, whatever server it is on."""
    rights, about = rights_of(application), PlatformName.DISCORD.value
    return [
        good("discord_token", about, name=str(application.get("name") or application["id"])),
        good("discord_content", about) if rights.content else lacks("discord_content", about),
        good("discord_members", about) if rights.members else lacks("discord_members", about),
    ]


def check_server(policies: PolicySet, seen: Seen, application: str) -> list[Point]:
    """Return everything there is to say of a community's server."""
    assert policies.discord is not None  # noqa: S101 - whoever calls has looked
    about = Connection(platform=PlatformName.DISCORD, workspace=policies.discord).name
    if seen.server is None:
        return [wrong("discord_presence", about, link=invite_link(application, policies.discord))]
    found = [good("discord_presence", about, name=str(seen.server["name"]))]
    found += _permissions(about, policies, seen, application)
    found += _channels(about, policies, seen)
    found += _roles(about, policies, seen.server)
    found += _heights(about, policies, seen)
    found += _quarantine(about, policies, seen)
    found += _leads(about, policies, seen)
    found += _commands(about, seen)
    found += _people(about, policies, seen)
    return found


def _permissions(about: str, policies: PolicySet, seen: Seen, application: str) -> Iterator[Point]:
    """Yield permissions that are missing on the server: wrong where the policies can't do without."""
    server = seen.server
    if seen.own is None or server is None:
        yield unknown("discord_own", about)
        return
    held = granted(server, seen.own)
    roles = granted_to(server, seen.own.get("roles") or ())
    if roles & ADMINISTRATOR:
        yield lacks("discord_administrator", about, link=invite_link(application, str(server["id"])))
    absent = missing(held)
    for one in absent:
        say = wrong if wanted(policies) & frozenset(one.serves) else lacks
        yield say("discord_permission", about, permission=said(one), link=invite_link(application, str(server["id"])))
    if not absent:
        yield good("discord_permission", about, count=len(NEEDS))


def _channels(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    """Yield channels of the policies that aren't there, and those in which something is missing."""
    if seen.channels is None or seen.server is None:
        yield unknown("discord_channel", about, name=str(policies.discord))
        return
    known = {str(one["id"]): one for one in seen.channels}
    listed = [one for one in policies.places if one.discord is not None or one.category is not None]
    bad = 0
    for place in listed:
        points = list(_channel(about, place, known, seen))
        bad += bool(points)
        yield from points
    if listed and not bad:
        yield good("discord_channel", about, count=len(listed))


def _channel(about: str, place: Place, known: Mapping[str, Json], seen: Seen) -> Iterator[Point]:
    id_ = place.discord or place.category
    channel = known.get(str(id_))
    if channel is None and id_ in seen.closed:
        yield wrong("discord_channel_closed", about, name=place.name, permissions=(said(_VIEWING),))
        return
    if channel is None:
        yield wrong("discord_channel_gone", about, name=place.name, id=str(id_))
        return
    within = [one for one in known.values() if place.discord is None and str(one.get("parent_id")) == id_]
    for one in within or [channel]:
        absent = _missing_in(one, seen, cards=place.name == _LEADS)
        if absent:
            name = place.name if not within else f"{place.name}/{one['name']}"
            yield wrong("discord_channel_closed", about, name=name, permissions=tuple(map(said, absent)))


def _missing_in(channel: Json, seen: Seen, *, cards: bool) -> list[Need]:
    """Return what is missing in a channel beside what is missing everywhere."""
    assert seen.server is not None  # noqa: S101 - whoever calls has looked
    if seen.own is None or int(channel["type"]) == _CATEGORY:
        return []
    base, own = granted(seen.server, seen.own), str(seen.own["user"]["id"])
    held = granted_in(channel, seen.server, seen.own.get("roles") or (), own, base=base)
    needs = needed_in(int(channel["type"]), cards=cards)
    absent = [one for one in missing(held, needs) if base & one.bit]
    if base & VIEW and not held & VIEW:
        # who can't look into a channel can do nothing there: that alone is to be mended first
        absent = [one for one in absent if one.bit == VIEW]
    return absent


def _roles(about: str, policies: PolicySet, server: Json) -> Iterator[Point]:
    known = {str(one["id"]) for one in server["roles"]}
    for name, id_ in policies.discord_roles.items():
        if id_ not in known:
            yield wrong("discord_role_gone", about, name=name, id=id_)


def _heights(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    """Yield roles whose holders Locum can't act on, though the policies protect nobody who holds them."""
    if seen.server is None or seen.own is None:
        return
    top, protected = _top(seen.server, seen.own), policies.governance.protected
    above = [
        str(role["name"])
        for role in seen.server["roles"]
        if int(role["position"]) >= top
        and str(role["id"]) != str(seen.server["id"])
        and "bot_id" not in (role.get("tags") or {})
        and not {str(role["id"]), str(role["name"])} & protected
    ]
    yield lacks("discord_height", about, roles=_listed(above)) if above else good("discord_height", about)


def _top(server: Json, member: Json) -> int:
    """Return how high somebody's highest role is."""
    held = {str(one) for one in member.get("roles") or ()}
    return max((int(one["position"]) for one in server["roles"] if str(one["id"]) in held), default=0)


def _quarantine(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    """Yield what keeps a quarantine from holding anybody back."""
    if seen.server is None or not quarantines(policies):
        return
    id_ = policies.discord_roles.get(QUARANTINE)
    if id_ is None:
        yield wrong("discord_quarantine", about)
        return
    role = next((one for one in seen.server["roles"] if str(one["id"]) == id_), None)
    if role is None:
        # said with the roles
        return
    if seen.own is not None and int(role["position"]) >= _top(seen.server, seen.own):
        yield wrong("discord_quarantine_height", about, name=str(role["name"]))
        return
    open_ = [
        str(one["name"])
        for one in seen.channels or ()
        if int(one["type"]) != _CATEGORY and granted_in(one, seen.server, [id_]) & BITS["send_messages"]
    ]
    if open_:
        yield lacks("discord_quarantine_open", about, channels=_listed(open_), count=len(open_))
    else:
        yield good("discord_quarantine", about, name=str(role["name"]))


def _leads(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    """Yield whether there is a channel for cards, and whether staff alone read it."""
    place = next((one for one in policies.places if one.name == _LEADS and one.discord is not None), None)
    if place is None:
        yield wrong("discord_leads", about)
        return
    channel = next((one for one in seen.channels or () if str(one["id"]) == place.discord), None)
    if channel is None or seen.server is None:
        # said with the channels
        return
    public = granted_in(channel, seen.server, []) & VIEW
    yield wrong("discord_leads_public", about, name=str(channel["name"])) if public else good("discord_leads", about)


def _commands(about: str, seen: Seen) -> Iterator[Point]:
    """Yield whether Discord knows our commands as they are, and who is shown those that aren't for everybody."""
    if seen.commands is None or seen.server is None:
        yield unknown("discord_commands", about)
        return
    if same(seen.commands, commands()):
        yield good("discord_commands", about, count=len(seen.commands))
    else:
        yield lacks("discord_commands", about)
    if seen.shown is None:
        return
    names = {str(one["id"]): str(one["name"]) for one in seen.server["roles"]}
    names[str(seen.server["id"])] = "@everyone"
    hidden = [one for one in seen.commands if one.get("default_member_permissions") == "0"]
    nobody = []
    for one in hidden:
        called = f"/{one['name']}" if int(one.get("type") or 1) == _TYPED else str(one["name"])
        entries = seen.shown.get(str(one["id"])) or ()
        to = [names.get(str(entry["id"]), str(entry["id"])) for entry in entries if entry.get("permission")]
        if to:
            yield good("discord_shown", about, command=called, roles=_listed(to))
        else:
            nobody.append(called)
    if nobody:
        yield lacks("discord_shown", about, commands=_listed(nobody), count=len(nobody))


def able(policies: PolicySet, seen: Seen, application: Json) -> list[Capability]:
    """Return how each thing can be done on a community's server; nothing where the bot isn't on it."""
    if seen.server is None or seen.own is None:
        return []
    rights = rights_of(application)
    return capabilities(
        granted(seen.server, seen.own), content=rights.content, members=rights.members,
        quarantine=QUARANTINE in policies.discord_roles,
    )  # fmt: skip


def places(policies: PolicySet) -> set[str]:
    """Return the ids of the channels and categories that policies list."""
    named = (id_ for place in policies.places for id_ in (place.discord, place.category))
    return {id_ for id_ in named if id_ is not None}


def accounts(policies: PolicySet) -> dict[str, str]:
    """Return the Discord accounts of everybody who moderates: user id → whose it is."""
    return {
        person.accounts[PlatformName.DISCORD][1]: person.id
        for person in policies.governance.roster.people.values()
        if PlatformName.DISCORD in person.accounts
    }


def _people(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    wanted = accounts(policies)
    absent = sorted(person for user, person in wanted.items() if seen.people.get(user) is None)
    if absent:
        yield lacks("discord_people", about, people=_listed(absent))
    elif wanted:
        yield good("discord_people", about, count=len(wanted))


def _listed(names: list[str]) -> str:
    more = f" (+{len(names) - _LISTED})" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
