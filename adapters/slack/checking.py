"""How a Slack workspace stands with what Locum needs there: pure checks over what was read, each with its remedy."""

from collections.abc import Collection, Iterator, Sequence

from adapters.slack.access import Access
from adapters.slack.calls import Json
from adapters.slack.capabilities import capabilities
from adapters.slack.members import administers
from adapters.slack.probing import Seen
from adapters.slack.scopes import ADMIN, BOT, NEEDS, Need, said
from adapters.slack.tries import granted
from bot.domain.capability import Ability, Capability
from bot.domain.checkup import Point, good, lacks, unknown, wrong
from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.policy.abilities import wanted
from bot.policy.policy_set import LEADS, PolicySet

#: scopes that Slack gives with every user's token, and that nobody asks for
_GIVEN = frozenset({"identify", "identity.basic"})
#: names that are listed in one sentence; the others are counted
_LISTED = 8


def check_workspace(policies: PolicySet, access: Access, seen: Seen, *, events: bool) -> list[Point]:
    """Return everything there is to say of a community's workspace; `events` says whether Slack may call us."""
    about = Connection(platform=PlatformName.SLACK, workspace=access.workspace).name
    found = check_tokens(about, access, seen, wanted(policies), events=events)
    if not is_open(access, seen):
        return found
    found += _channels(about, policies, seen)
    found += _leads(about, policies, seen)
    found += _groups(about, policies, seen)
    found += _people(about, policies, seen)
    return found


def check_tokens(
    about: str, access: Access, seen: Seen, needed: Collection[Ability], *, events: bool
) -> list[Point]:  # fmt: skip
    """Return what there is to say of what the workspace is reached with; `needed` is what can't be done without."""
    if not seen.bot.good:
        return [wrong("slack_token", about)]
    if not is_open(access, seen):
        return [wrong("slack_elsewhere", about, workspace=seen.bot.workspace, name=seen.bot.name)]
    found = [good("slack_token", about, name=seen.bot.name)]
    found += _scopes(about, seen.bot.scopes, needed, admin=False)
    found += _admin(about, access, seen, needed)
    found += _way(about, access, seen, events=events)
    return found


def is_open(access: Access, seen: Seen) -> bool:
    """Return whether the bot's token opens the workspace that it is kept for."""
    return seen.bot.good and seen.bot.workspace == access.workspace


def able(access: Access, seen: Seen) -> list[Capability]:
    """Return how each thing can be done in a workspace; nothing where it isn't open to us."""
    if not is_open(access, seen):
        return []
    counts = _is_bound(access, seen) and administers(seen.keeper or {})
    admin = seen.admin if counts else None
    return capabilities(
        granted(seen.bot, BOT), frozenset() if admin is None else granted(admin, ADMIN), administers=counts
    )


def accounts(policies: PolicySet) -> dict[str, str]:
    """Return the Slack accounts of everybody who moderates: user id → whose it is."""
    return {
        person.accounts[PlatformName.SLACK][1]: person.id
        for person in policies.governance.roster.people.values()
        if PlatformName.SLACK in person.accounts and person.accounts[PlatformName.SLACK][0] == policies.slack
    }


def _scopes(
    about: str, granted: frozenset[str] | None, needed: Collection[Ability], *, admin: bool
) -> Iterator[Point]:  # fmt: skip
    """Yield scopes that a token lacks, wrong where the policies can't do without, and those that are too many."""
    code = "slack_admin_scope" if admin else "slack_scope"
    if granted is None:
        yield unknown(f"{code}_unsaid", about)
        return
    needs = [one for one in NEEDS if one.admin is admin]
    absent = [one for one in needs if one.scope not in granted]
    for one in absent:
        say = wrong if not admin and _is_needed(one, needed) else lacks
        yield say(code, about, scope=one.scope, need=said(one))
    if not absent:
        yield good(code, about, count=len(needs))
    more = sorted(granted - frozenset(ADMIN if admin else BOT) - _GIVEN)
    if more:
        yield lacks(f"{code}_more", about, scopes=_listed(more), count=len(more))


def _is_needed(need: Need, needed: Collection[Ability]) -> bool:
    return any(one in needed for one in need.serves)


def _admin(about: str, access: Access, seen: Seen, needed: Collection[Ability]) -> Iterator[Point]:
    """Yield how far the second token goes: without one, deleting and removing is done by hand."""
    if seen.admin is None:
        yield lacks("slack_admin", about)
    elif not seen.admin.good:
        yield wrong("slack_admin_gone", about)
    elif not _is_bound(access, seen):
        yield wrong("slack_admin_other", about, bound=access.admin_user or "–", found=seen.admin.user)
    elif not administers(seen.keeper or {}):
        yield wrong("slack_admin_rank", about, user=seen.admin.user)
    else:
        yield good("slack_admin", about, user=seen.admin.user)
        yield from _scopes(about, seen.admin.scopes, needed, admin=True)


def _is_bound(access: Access, seen: Seen) -> bool:
    """Return whether the admin's token is of whom it is bound to, in this workspace."""
    found = seen.admin
    return found is not None and (found.good, found.workspace, found.user) == (
        True,
        access.workspace,
        access.admin_user,
    )


def _way(about: str, access: Access, seen: Seen, *, events: bool) -> Iterator[Point]:
    """Yield how Slack reaches us: through a socket that we open, or by calling an address of ours."""
    bot, socket = seen.apps
    if access.app and seen.socket and bot and socket and bot != socket:
        yield wrong("slack_other_app", about, bot=bot, socket=socket)
    elif access.app:
        yield good("slack_socket", about) if seen.socket else wrong("slack_socket", about)
    elif access.signing and events:
        yield good("slack_events", about)
    elif access.signing:
        yield wrong("slack_events", about)
    else:
        yield wrong("slack_way", about)


def _channels(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    """Yield channels of the policies that aren't there, and those in which we hear nothing."""
    if seen.channels is None:
        yield unknown("slack_channel", about)
        return
    connection = Connection(platform=PlatformName.SLACK, workspace=seen.bot.workspace)
    known = {str(one["id"]): one for one in seen.channels}
    listed = [(place.name, id_) for place in policies.places if (id_ := place.channel_on(connection)) is not None]
    # a private channel is shown to those alone who are in it
    gone = [(name, id_) for name, id_ in listed if id_ not in known or _is_closed(known[id_])]
    away = [name for name, id_ in listed if id_ in known and known[id_].get("is_archived")]
    out = [name for name, id_ in listed if id_ in known and _is_unheard(known[id_])]
    for name, id_ in gone:
        yield wrong("slack_channel_gone", about, name=name, id=id_)
    for name in away:
        yield wrong("slack_channel_archived", about, name=name)
    if out:
        yield lacks("slack_channel_out", about, names=_listed(out), count=len(out))
    if listed and not (gone or away or out):
        yield good("slack_channel", about, count=len(listed))


def _is_closed(channel: Json) -> bool:
    return bool(channel.get("is_private")) and not (channel.get("is_member") or channel.get("is_archived"))


def _is_unheard(channel: Json) -> bool:
    """Return whether a public channel is one that we aren't in: nothing of it arrives before it is joined."""
    return not any(channel.get(name) for name in ("is_member", "is_archived", "is_private"))


def _leads(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    """Yield whether there is a channel for cards, and whether staff alone read it."""
    connection = Connection(platform=PlatformName.SLACK, workspace=seen.bot.workspace)
    id_ = next((place.channel_on(connection) for place in policies.places if place.name == LEADS), None)
    if id_ is None:
        yield wrong("slack_leads", about)
        return
    channel = next((one for one in seen.channels or () if str(one["id"]) == id_), None)
    if channel is None:
        # said with the channels
        return
    name = str(channel.get("name") or id_)
    if not channel.get("is_private"):
        yield wrong("slack_leads_public", about, name=name)
    elif channel.get("is_ext_shared"):
        yield wrong("slack_leads_shared", about, name=name)
    else:
        yield good("slack_leads", about)


def _groups(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    if not policies.slack_groups:
        return
    if not seen.grouped:
        yield wrong("slack_groups", about)
        return
    if seen.groups is None:
        # a scope is missing, which is said
        return
    known = {str(one["id"]) for one in seen.groups if not one.get("date_delete")}
    for name, id_ in policies.slack_groups.items():
        if id_ not in known:
            yield wrong("slack_group_gone", about, name=name, id=id_)


def _people(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    """Yield who can't moderate there: whoever isn't there, was deactivated, or comes as a guest."""
    mapped = accounts(policies)
    found = {person: seen.people.get(user) for user, person in mapped.items()}
    absent = sorted(person for person, user in found.items() if user is None or user.get("deleted"))
    guests = sorted(person for person, user in found.items() if user and not user.get("deleted") and _is_guest(user))
    if absent:
        yield lacks("slack_people", about, people=_listed(absent))
    if guests:
        yield lacks("slack_guests", about, people=_listed(guests))
    if mapped and not absent and not guests:
        yield good("slack_people", about, count=len(mapped))


def _is_guest(user: Json) -> bool:
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted"))


def _listed(names: Sequence[str]) -> str:
    more = f" (+{len(names) - _LISTED})" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
