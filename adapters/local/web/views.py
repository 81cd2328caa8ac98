"""What templates are given: everything decided, nothing rendered. Text of members is plain text until a template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s

from bot.domain.card import Card
from bot.domain.command import Form
from bot.domain.message import Attachment
from bot.services.tracing.chain import Chain, EntryShown


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonView:
    """Somebody, as others see them."""

    #: the account's id
    id: str
    #: the name
    name: str
    #: one or two letters for the avatar
    initials: str
    #: 0 to 359: the avatar's colour
    hue: int
    #: `member`, `internal`, `partner` or `locum`
    side: str = "member"
    #: role and organisation in a few words; empty for a member
    badge: str = ""
    #: on duty now
    on_shift: bool = False
    #: banned, timed out, quarantined, not here, frozen …, in the reader's language; empty for none of it
    status: str = ""
    #: their page
    href: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomView:
    """A room in the list."""

    #: its id
    id: str
    #: its name
    name: str
    #: `open`, `staff`, `thread` or `direct`
    kind: str
    #: where it is shown
    href: str
    #: it is the one that is shown
    here: bool = False
    #: THREAD: under which it hangs
    parent: str = ""
    #: seconds of slow mode; 0 for none
    slow: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a post's text."""

    #: what is written
    text: str
    #: the offending words
    marked: bool = False
    #: `person`, `everyone` or `link`; empty for plain words
    kind: str = ""
    #: KIND link: where it leads; never followed by itself
    href: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostView:
    """A post as it is shown."""

    #: its id; the element's id is `post-ID`
    id: str
    #: who wrote it
    author: PersonView
    #: when, UTC
    at: datetime
    #: the text, with what is to be distinguished in it
    pieces: tuple[Piece, ...] = ()
    #: it was edited
    edited: bool = False
    #: (name, excerpt) of what it answers
    reply: tuple[str, str] | None = None
    #: its files
    attachments: tuple[Attachment, ...] = ()
    #: (sign, how many, whether the reader is one of them)
    reactions: tuple[tuple[str, int, bool], ...] = ()
    #: the card that it shows
    card: Card | None = None
    #: in the reader's language, why it is gone; empty while it stands
    gone: str = ""
    #: it says that somebody joined
    joined: bool = False
    #: something followed from it: the chain can be opened
    followed: bool = False
    #: the reader wrote it
    mine: bool = False
    #: same author shortly after another: shown without head
    continued: bool = False
    #: only the reader sees it: the answer to a command
    private: bool = False
    #: where its thread is; empty for none
    thread: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MenuItem:
    """A command that is offered on a post or a member."""

    #: `mod.delete`
    command: str
    #: what stands there
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyView:
    """What somebody is told who gave a command, pressed a button or sent a form; only they see it."""

    #: a sentence or more
    text: str = ""
    #: a card
    card: Card | None = None
    #: a form that is asked first
    form: Form | None = None
    #: False when it wasn't done
    done: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class TourView:
    """The step of the guided tour that somebody is at."""

    #: from 1
    number: int
    #: how many there are
    of: int
    #: headline
    title: str
    #: what to do, a sentence or two
    text: str
    #: what they do as whom: a link to that person's page; empty when they are there
    href: str = ""
    #: what stands on the link
    link: str = ""
    #: CSS selector of what is pointed at; empty for nothing
    points_at: str = ""
    #: what can be put into the composer by one press; empty for nothing
    example: str = ""
    #: the last step is done
    over: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LifeView:
    """How the seeded community goes on."""

    #: it goes on by itself
    running: bool
    #: pace: 1 for ordinary
    pace: float
    #: by which it can be lived again
    seed: int
    #: (name, label) of the scenes that can be begun by a press
    scenes: tuple[tuple[str, str], ...] = ()
    #: how far the program's time is ahead, in words; empty for not at all
    ahead: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """The whole page of one person in one room."""

    #: the community's name
    community: str
    #: en or de
    language: str
    #: in front of every address of this person: `/harbour/as/nw-17`
    base: str
    #: who is looking
    reader: PersonView
    #: the token that every form carries
    csrf: str
    #: the room that is shown; None when the reader sees none
    room: RoomView | None
    #: all that they see
    rooms: tuple[RoomView, ...] = ()
    #: what stands in the room, oldest first
    posts: tuple[PostView, ...] = ()
    #: the post before which there is more; empty for none
    earlier: str = ""
    #: number of the newest change that is shown
    newest: int = 0
    #: why they can't write here, in their language; empty when they can
    barred: str = ""
    #: they aren't in the community, and may come in
    may_join: bool = False
    #: commands on a post, and on a member
    post_menu: tuple[MenuItem, ...] = ()
    member_menu: tuple[MenuItem, ...] = ()
    #: the ledger's newest entries
    entries: tuple[EntryShown, ...] = ()
    #: everybody one can be: (heading, people)
    people: tuple[tuple[str, tuple[PersonView, ...]], ...] = ()
    #: who is in the community, for the list beside the room and for mentions
    present: tuple[PersonView, ...] = ()
    #: the tour; None when it isn't going on
    tour: TourView | None = None
    #: the tour can be begun
    tour_offered: bool = False
    #: the newest post of every room that the reader sees
    heard: Mapping[str, str] = field(default_factory=dict)
    #: how the community goes on; None where nothing lives by itself
    life: LifeView | None = None
    #: other communities on this machine: (name, address)
    others: tuple[tuple[str, str], ...] = ()
    #: seconds by which the program's time is ahead of the machine's: countdowns go by it
    ahead: int = 0

    @property
    def state(self) -> str:
        """A digest of what the page's changing parts show: by it a stream knows whether the page has them as they are.

        A page is drawn a moment before it listens, and what somebody did in that moment is told by nothing else.
        """
        shown = (
            self.reader, self.rooms, self.barred, self.may_join, self.post_menu, self.member_menu, self.entries[-1:],
            self.people, self.present, self.tour, self.tour_offered, self.life, self.others, self.ahead,
        )  # fmt: skip
        return blake2s(repr(shown).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class BehindView:
    """What is behind one post."""

    #: the post, with the offending words marked
    post: PostView
    #: what followed
    chain: Chain


@dataclass(frozen=True, kw_only=True, slots=True)
class WelcomeView:
    """The first page: who somebody wants to be."""

    #: the community's name
    community: str
    #: en or de
    language: str
    #: the token that every form carries
    csrf: str
    #: everybody one can be: (heading, people)
    people: tuple[tuple[str, tuple[PersonView, ...]], ...]
    #: other communities on this machine: (name, address)
    others: tuple[tuple[str, str], ...] = ()
    #: where the tour is begun; empty where it can't be
    tour: str = ""
