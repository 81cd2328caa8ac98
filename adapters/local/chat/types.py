"""What a chat consists of: accounts, rooms, posts, and changes to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.card import Card
from bot.domain.message import Attachment
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from bot.errors import LocumError


class RoomKind(StrEnum):
    """What sort of room it is."""

    #: everybody reads and writes
    OPEN = "open"
    #: only accounts with the role `staff` see it
    STAFF = "staff"
    #: hangs under a room, begun at one of its posts
    THREAD = "thread"
    #: between one account and Locum
    DIRECT = "direct"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Somebody who can be, or could be, in the community."""

    #: the chat's id; that of a person of the roster is their id there
    id: str
    #: the name that others see
    name: str
    #: when the account was made, UTC
    created_at: datetime
    #: since when they are in the community, UTC; None when they aren't
    joined_at: datetime | None = None
    #: names of roles; `staff` sees the staff's rooms
    roles: frozenset[str] = frozenset()
    #: the language they write and read
    language: str = "en"
    #: True for programs
    bot: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """Where posts stand."""

    #: the chat's id; of a listed channel, its name in the policies
    id: str
    #: the name people see, without a leading #
    name: str
    #: what sort
    kind: RoomKind = RoomKind.OPEN
    #: THREAD: the room that it hangs under
    parent: str = ""
    #: THREAD: the post that it began at
    began_at: str = ""
    #: DIRECT: whose
    account: str = ""
    #: languages spoken there
    languages: frozenset[str] = frozenset()
    #: seconds between two posts of one account; 0 for no pause
    slow: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """Something that stands, or stood, in a room."""

    #: the chat's id: digits, growing with time
    id: str
    #: the room
    room: str
    #: who wrote it
    author: str
    #: what was written; of what is gone, nothing is kept
    text: str
    #: when, UTC
    at: datetime
    #: when it was last edited, UTC
    edited_at: datetime | None = None
    #: the post that it answers
    reply_to: str = ""
    #: its files, by name alone: this chat keeps no contents
    attachments: tuple[Attachment, ...] = ()
    #: accounts that it mentions, each once
    mentions: tuple[str, ...] = ()
    #: True when it mentions everybody
    everyone: bool = False
    #: True for the note that somebody joined
    joined: bool = False
    #: (sign, accounts), in the order in which the signs came
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: the card that it shows
    card: Card | None = None
    #: surrogate of the action that asked for it
    action: str = ""
    #: when it was removed, UTC; None while it stands
    gone_at: datetime | None = None
    #: the account that removed it; Locum's own for what Locum removed
    gone_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """How an account stands, and who said so."""

    #: how
    standing: Standing
    #: surrogate of the action; empty when it was somebody in the chat itself
    by: str = ""


class ChangeKind(StrEnum):
    """What changed."""

    #: a post came
    POSTED = "posted"
    #: its text, reactions or card changed
    EDITED = "edited"
    #: it is gone
    REMOVED = "removed"
    #: an account came, went, or is called otherwise
    ACCOUNT = "account"
    #: an account's standing changed
    STANDING = "standing"
    #: a room came or changed
    ROOM = "room"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change, in the order in which they came."""

    #: grows by one with each; it outlives a restart
    number: int
    #: what changed
    kind: ChangeKind
    #: the room it concerns; empty for none
    room: str = ""
    #: the post it concerns
    post: str = ""
    #: the account it concerns
    account: str = ""


class ChatError(LocumError):
    """The chat doesn't do that."""

    #: entry of the catalogue `chat`
    key = "refused"


class NotHereError(ChatError):
    """There is no such account, room or post, or it isn't for this account."""

    key = "not_here"


class NotYoursError(ChatError):
    """Only whoever wrote it may do that."""

    key = "not_yours"


class NothingSaidError(ChatError):
    """There is nothing in it."""

    key = "nothing_said"


class TooLongError(ChatError):
    """A post has at most 2,000 characters."""

    key = "too_long"


class ClosedError(ChatError):
    """Nobody can join for now."""

    key = "closed"


class SlowedError(ChatError):
    """The room is in slow mode."""

    key = "slowed"

    def __init__(self, seconds: int) -> None:
        super().__init__()
        #: how long to wait
        self.seconds = seconds


class HeldBackError(ChatError):
    """The account is under a sanction that forbids it."""

    key = "held_back"

    def __init__(self, sanction: OutcomeKind, until: datetime | None) -> None:
        super().__init__()
        #: timeout, quarantine or ban
        self.sanction = sanction
        #: its end, UTC; None for one without an end
        self.until = until


class UnavailableError(ChatError):
    """The chat's file can't be read or written just now."""

    key = "no_answer"
