"""Commands as every platform gives them and answers them: invocations, options, replies and forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.card import Card
from bot.domain.message import AccountRef, Channel, Member, Message
from bot.domain.place import Around, Connection


class OptionKind(StrEnum):
    """What an option of a command takes."""

    #: a member of the community
    MEMBER = "member"
    #: several members: mentions or ids, one after the other
    MEMBERS = "members"
    #: a message
    MESSAGE = "message"
    #: a channel
    CHANNEL = "channel"
    #: a guideline's id, completed from the policies
    GUIDELINE = "guideline"
    #: a length of time: `90s`, `10m`, `4h`, `14d`
    DURATION = "duration"
    #: a case's number
    CASE = "case"
    #: a queue's name
    QUEUE = "queue"
    #: a person of the roster, by id or alias
    PERSON = "person"
    #: an organisation's id
    ORGANISATION = "organisation"
    #: a rule's name
    RULE = "rule"
    #: a sanction's handle, completed from the member's active ones
    SANCTION = "sanction"
    #: one of a few words
    CHOICE = "choice"
    #: a whole number
    NUMBER = "number"
    #: a line or more of somebody's own words
    TEXT = "text"


#: what adapters hand over for an option: objects of the platform as they were resolved, or what was typed
OptionValue = str | int | Member | tuple[Member, ...] | Message | Channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One option of a command."""

    #: its name in English; the catalogue has `commands.option_NAME` in every language
    name: str
    #: what it takes
    kind: OptionKind
    #: whether it must be given
    required: bool = True
    #: CHOICE: the words that are possible; the catalogue has `commands.choice_WORD`
    choices: tuple[str, ...] = ()
    #: TEXT: characters at most
    longest: int = 1_000


class Audience(StrEnum):
    """Who a command is offered to; what may be done with it is decided by authority alone."""

    MODERATORS = "moderators"
    LEADS = "leads"
    PARTNER_LEADS = "partner_leads"
    EVERYBODY = "everybody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """A command somebody gave, a button they pressed, or a form they sent."""

    #: the community
    community: str
    #: the platform's id of this one interaction: one that comes twice is done once
    id: str
    #: who
    account: AccountRef
    #: `mod.warn`; of a button, what it says: `case.claim`
    command: str
    #: what was given, by option name
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    #: where; None in a direct message
    channel: Channel | None = None
    #: through what
    connection: Connection
    #: the reader's language; empty where the platform doesn't say: then the one they used last, or the community's
    language: str = "en"


class FieldKind(StrEnum):
    """How a field of a form is filled in."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    CHOICE = "choice"


@dataclass(frozen=True, kw_only=True, slots=True)
class FormField:
    """One field of a form."""

    #: the option it fills
    name: str
    #: what stands beside it
    label: str
    #: how it is filled in
    kind: FieldKind = FieldKind.LINE
    #: whether it must be filled in
    required: bool = True
    #: characters at most
    longest: int = 1_000
    #: CHOICE: (value, label)
    options: tuple[tuple[str, str], ...] = ()
    #: what stands in it at first
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What is asked before a command can be carried out; sending it is an invocation with its fields as options."""

    #: `command:subject`: what is said when it is sent
    action: str
    #: headline
    title: str
    #: in order, at most five
    fields: tuple[FormField, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file that is handed to whoever asked, hidden until they press it."""

    #: a name of ours: letters, digits, dots and hyphens, none of a member's words
    name: str
    #: what is in it
    data: bytes = field(repr=False)
    #: True for a picture, which can be shown beside the words
    picture: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What whoever gave a command is told; nobody else sees it unless it says so."""

    #: one sentence or more
    text: str = ""
    #: a card instead of, or beside, the text
    card: Card | None = None
    #: a form that is asked first
    form: Form | None = None
    #: False when it wasn't done: refused, or asked wrongly
    done: bool = True
    #: what is handed over with it; never in public
    files: tuple[File, ...] = ()
    #: everybody in the channel sees it
    public: bool = False
    #: where what the card is about stands: what was written around it is read and shown once everything is committed
    around: Around | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """Something that an option could take."""

    #: what is handed over
    value: str
    #: what is shown
    label: str
