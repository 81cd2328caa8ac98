"""Messages and who wrote them, as every platform and export is translated into."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PlatformName(StrEnum):
    """Where something happened; `EXPORT` when an archive does not say."""

    DISCORD = "discord"
    SLACK = "slack"
    LOCAL = "local"
    EXPORT = "export"


class MessageKind(StrEnum):
    """What sort of event is judged."""

    MESSAGE = "message"
    JOIN = "join"
    #: somebody is called otherwise from now on: only what looks at names looks at it
    RENAME = "rename"


class Markup(StrEnum):
    """How a platform writes formatting inside a message's text."""

    DISCORD = "discord"
    SLACK = "slack"
    PLAIN = "plain"


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountRef:
    """One account on one platform."""

    #: which platform
    platform: PlatformName
    #: Discord server or Slack workspace; empty when an export does not say
    workspace: str
    #: the platform's id of the user
    user: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageRef:
    """One message on one platform."""

    #: which platform
    platform: PlatformName
    #: Discord server or Slack workspace; empty when an export does not say
    workspace: str
    #: the platform's id of the channel
    channel: str
    #: the platform's id of the message
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """Where a message stands."""

    #: which platform
    platform: PlatformName
    #: Discord server or Slack workspace; empty when an export does not say
    workspace: str
    #: the platform's id; for a thread, that of the channel it hangs under
    id: str
    #: the name people see, without a leading #
    name: str = ""
    #: the Discord category's id
    category: str | None = None
    #: the thread's id, where the message stands in one
    thread: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Who is moderated: the author of a message, or who joined."""

    #: who this is inside Locum: a surrogate, or in a replay the account's id
    key: str
    #: the account, absent once forgotten
    account: AccountRef | None = None
    #: every name that others see: display name, user name
    names: tuple[str, ...] = ()
    #: when the account was made, UTC
    created_at: datetime | None = None
    #: when the member joined the community, UTC
    joined_at: datetime | None = None
    #: ids and names of the member's roles; None where the source does not say
    roles: frozenset[str] | None = None
    #: True for programs
    bot: bool = False
    #: in which of our languages they read, where their platform says it of whoever writes; empty otherwise
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that came with a message."""

    #: the platform's id
    id: str
    #: file name, with extension
    name: str
    #: MIME type where the source says so
    media_type: str | None = None
    #: bytes where the source says so
    size: int | None = None
    #: hexadecimal digest where it is known
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentions:
    """Whom a message pings."""

    #: keys of the people mentioned, each once
    people: tuple[str, ...] = ()
    #: ids of the roles mentioned, each once
    roles: tuple[str, ...] = ()
    #: True when it pings everyone or everyone present
    everyone: bool = False


NO_MENTIONS = Mentions()


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message, one join, or one change of names, as it is judged."""

    #: where it stands on its platform
    ref: MessageRef
    #: who wrote it, who joined, or who is called otherwise
    author: Member
    #: where it stands
    channel: Channel
    #: when it was posted, UTC
    at: datetime
    #: what was written, exactly as the platform holds it
    text: str
    #: a message, a join or a change of names
    kind: MessageKind = MessageKind.MESSAGE
    #: how formatting is written in the text
    markup: Markup = Markup.PLAIN
    #: when it was last edited, UTC
    edited_at: datetime | None = None
    #: whom it pings
    mentions: Mentions = NO_MENTIONS
    #: its files
    attachments: tuple[Attachment, ...] = field(default=())
    #: id of the message it answers
    reply_to: str | None = None
    #: key of the author it answers
    reply_author: str | None = None
    #: True when it was forwarded from elsewhere
    forwarded: bool = False
    #: True when nothing stands there to delete: the platform kept it from being posted, or it is a thread's title
    withheld: bool = False

    @property
    def acted_at(self) -> datetime:
        """When its author last had a hand in it: whoever edits an old message does so now."""
        return self.at if self.edited_at is None else max(self.at, self.edited_at)

    @property
    def is_nowhere(self) -> bool:
        """Whether nothing stands there that could be deleted: somebody came, is called otherwise, or it's a title."""
        return self.kind is not MessageKind.MESSAGE or self.withheld
