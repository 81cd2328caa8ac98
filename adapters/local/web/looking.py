"""What can be named in a command here: members, posts that the reader sees, rooms, and words of the policies."""

from collections.abc import Collection, Mapping

from adapters.local.chat.types import Post, RoomKind
from adapters.local.translate import channel_of, member_of, message_of
from adapters.local.web.drawing import rooms_seen
from adapters.local.web.page import Visit
from adapters.local.web.slash import Lookups
from bot.domain.command import OptionKind
from bot.domain.message import Channel, Member, Message
from bot.policy.policy_set import PolicySet


def lookups_of(visit: Visit) -> Lookups:
    """Return what somebody can name where they are."""
    community, chat = visit.community, visit.community.chat
    names: dict[str, list[str]] = {}
    for account in chat.accounts():
        names.setdefault(account.name.lower(), []).append(account.id)
    rooms = {room.id: room for room in rooms_seen(chat, visit.account.id) if room.kind is not RoomKind.DIRECT}
    by_name = {room.name.lower(): room for room in reversed(rooms.values())}

    def member(account: str) -> Member | None:
        found = chat.account(account) if account else None
        return None if found is None else member_of(community.name, found)

    def message(post: str) -> Message | None:
        return find_message(visit, post)

    def channel(name: str) -> Channel | None:
        room = rooms.get(name) or by_name.get(name.lower())
        return None if room is None else channel_of(community.name, room)

    return Lookups(
        names={name: ids[0] for name, ids in names.items() if len(ids) == 1},
        member=member,
        message=message,
        channel=channel,
        rooms=[room.name for room in rooms.values()],
        known=known_words(community.backstage.policies),
    )


def find_post(visit: Visit, post: str) -> Post | None:
    """Return a post that somebody sees, or saw before it was removed."""
    chat = visit.community.chat
    found = chat.post(post) if post.isascii() and post.isdecimal() and len(post) < 19 else None
    room = None if found is None else chat.room(found.room)
    return found if room is not None and chat.sees(visit.account.id, room) else None


def find_message(visit: Visit, post: str) -> Message | None:
    """Return a post that somebody sees as the core takes it; None where it is gone."""
    community, found = visit.community, find_post(visit, post)
    room = None if found is None or found.gone_at is not None else community.chat.room(found.room)
    author = None if found is None else community.chat.account(found.author)
    if found is None or room is None or author is None:
        return None
    answered = community.chat.post(found.reply_to) if found.reply_to else None
    return message_of(community.name, room, found, author, None if answered is None else answered.author)


def known_words(policies: PolicySet) -> Mapping[OptionKind, Collection[str]]:
    """Return what the policies call things, so that a word can be told from somebody's own words."""
    roster = policies.governance.roster
    return {
        OptionKind.GUIDELINE: tuple(policies.guidelines),
        OptionKind.RULE: tuple(rule.name for rule in policies.rules),
        OptionKind.QUEUE: tuple(policies.governance.queues),
        OptionKind.ORGANISATION: tuple(roster.organisations),
        OptionKind.PERSON: tuple(word for one in roster.people.values() for word in (one.id, one.alias)),
    }
