"""Who is who and where is what in a Slack export."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from adapters.archive.documents import Document, Tally
from adapters.archive.json_stream import objects
from adapters.archive.json_values import decoder
from adapters.archive.memory import Recent
from adapters.archive.slack_shape import Conversation, Entry, Profile, User
from bot.domain.message import AccountRef, Channel, Member, PlatformName
from bot.domain.reading import Skipped, Unit
from bot.i18n import phrase

Form = TypeVar("Form")

LISTS = ("users.json", "channels.json", "groups.json", "dms.json", "mpims.json")

_decode_user = decoder(User, {"id"})
_decode_conversation = decoder(Conversation, {"id"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What users.json says of somebody."""

    #: display name, real name, name
    names: tuple[str, ...]
    #: the workspace the account belongs to
    team: str
    #: True for programs
    bot: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """The lists of an export."""

    #: id of the workspace; empty when no list says it
    workspace: str
    #: people by id
    people: Mapping[str, Person]
    #: (id, name) of a channel by its folder
    channels: Mapping[str, tuple[str, str]]
    #: members already made, by id and by the names a program used
    members: Recent[tuple[str, str], Member] = field(default_factory=lambda: Recent(10_000))

    def channel(self, folder: str) -> Channel:
        """Return the channel whose messages stand in a folder; one that no list names goes by its folder."""
        identifier, name = self.channels.get(folder, (folder, folder))
        return Channel(platform=PlatformName.SLACK, workspace=self.workspace, id=identifier, name=name)

    def member(self, entry: Entry, user: str) -> Member:
        """Return the author of an entry."""
        return self.members.get_or_make((user, entry.username or ""), lambda: self._member(entry, user))

    def _member(self, entry: Entry, user: str) -> Member:
        person = self.people.get(user)
        if person is None:
            profile = entry.user_profile
            team = entry.user_team or (profile.team if profile else None) or self.workspace
            person = Person(names=_names(profile), team=team, bot=user == entry.bot_id)
        names = (entry.username, *person.names) if entry.username else person.names
        return Member(
            key=user,
            account=AccountRef(platform=PlatformName.SLACK, workspace=person.team or self.workspace, user=user),
            names=tuple(dict.fromkeys(names)),
            bot=person.bot or entry.subtype == "bot_message",
        )


def directory(documents: Mapping[str, Document], tally: Tally, notes: list[Skipped]) -> Directory:
    """Return what the lists say; what could not be read of them is put into `notes`."""
    people: dict[str, Person] = {}
    teams: Counter[str] = Counter()
    for user in _entries(documents.get("users.json"), _decode_user, tally, notes):
        if user.id:
            names = _names(user.profile, user.real_name, user.name)
            people[user.id] = Person(names=names, team=user.team_id or "", bot=bool(user.is_bot))
            teams[user.team_id or ""] += 1
    channels: dict[str, tuple[str, str]] = {}
    for name in LISTS[1:]:
        for conversation in _entries(documents.get(name), _decode_conversation, tally, notes):
            if conversation.id:
                known = (conversation.id, conversation.name or conversation.id)
                channels.setdefault(conversation.name or conversation.id, known)
                channels.setdefault(conversation.id, known)
    del teams[""]
    return Directory(workspace=max(teams, key=teams.__getitem__, default=""), people=people, channels=channels)


def _entries(
    document: Document | None, decode: Callable[[bytes], Form], tally: Tally, notes: list[Skipped]
) -> Iterator[Form]:
    if document is None:
        return
    for item in objects(document, 1 << 18, tally, key="", decode=decode, head={}):
        if isinstance(item, Skipped):
            if item.position:
                notes.append(replace(item, unit=Unit.ITEM))
            else:
                what = document.name.rpartition("/")[2]
                notes.append(Skipped(file=item.file, reason=phrase("archive.list_lost", what=what)))
        else:
            yield item.value


def _names(profile: Profile | None, *others: str | None) -> tuple[str, ...]:
    shown = (profile.display_name, profile.real_name, profile.name) if profile else ()
    return tuple(dict.fromkeys(name for name in (*shown, *others) if name))
