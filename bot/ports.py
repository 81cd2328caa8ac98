"""What the application asks of the outside: each port is small, and every adapter answers to the same contract."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.action import ActionKind, Result
from bot.domain.capability import Capability
from bot.domain.card import Button, Card
from bot.domain.command import Invocation, Reply, Suggestion
from bot.domain.evidence import Missing
from bot.domain.gap import GapCause
from bot.domain.judgement import Want
from bot.domain.message import AccountRef, Channel, Message, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import Deed
from bot.domain.place import Connection, Stream
from bot.domain.sanction import FREE, Standing
from bot.errors import LocumError


class OutsideError(LocumError):
    """Something outside didn't do what was asked."""


class ConnectionRevokedError(OutsideError):
    """The platform no longer accepts the token: renew it, nothing is asked until then."""


class PlatformUnavailableError(OutsideError):
    """The platform doesn't answer for now: it is asked again later."""

    def __init__(self, after: float = 0.0) -> None:
        super().__init__()
        #: seconds that the platform asked to wait; 0 when it didn't say
        self.after = after


class HistoryLostError(OutsideError):
    """The messages can't be read back any more: the channel is gone, or closed to us."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        #: a short code: `channel_gone`, `missing_permission`, `too_old`
        self.reason = reason


class WitnessRefusedError(OutsideError):
    """The witness doesn't cosign: the ledger doesn't continue what it saw."""

    def __init__(self, status: int, size: int | None) -> None:
        super().__init__()
        #: status of the witness protocol: 409 asks to start from `size`, 422 is a fork
        self.status = status
        #: entries that the witness knows, where it says so
        self.size = size


class WitnessUnreachableError(OutsideError):
    """The witness doesn't answer: checkpoints stay unwitnessed until it does."""


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """Return the time, UTC. It may stand still for a moment, and never runs back."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A key that is kept outside the database."""

    #: which one, for there is a next one after a rotation
    id: str
    #: the key; never shown
    value: bytes = field(repr=False)


class Keys(Protocol):
    """Keys kept outside the database; the newest of each kind comes first."""

    def wrapping(self) -> Sequence[Secret]:
        """Return the keys under which subjects' keys are wrapped."""
        ...

    def signing(self, origin: str) -> Sequence[Secret]:
        """Return the keys that sign a ledger's checkpoints, as secret key texts in UTF-8."""
        ...

    def digests(self) -> Secret:
        """Return the key of content digests; with another one, every message would look edited."""
        ...


class Lookup(Protocol):
    """Answers from outside that a judgement wants."""

    async def resolve(self, wants: Sequence[Want]) -> Mapping[Want, str]:
        """Return the answers found; what is missing stays unknown. Raises nothing."""
        ...


class Witness(Protocol):
    """Somebody else who remembers how far a ledger had come."""

    async def cosign(self, request: bytes) -> str:
        """Return the cosignature lines for a witness request (C2SP tlog-witness).

        Raises WitnessRefusedError with the size it knows, or WitnessUnreachableError.
        """
        ...


class Pager(Protocol):
    """Reaches staff outside the platform."""

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        """Send a page; a second call with the same key is the same page.

        `to` is whom, by reference: `webhook:NAME` or `email:NAME`, whose address or mailbox stands in the environment
        under that name; empty for whoever runs the installation.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One action with everything rendered: what a platform is asked to do now."""

    #: surrogate of the action: goes along as nonce, metadata or audit reason, so that it can be found again
    action: str
    #: what sort of effect
    kind: ActionKind
    #: delete: the message; card: the message that shows it, None before the first time; thread: the card's message
    message: MessageRef | None = None
    #: restrict, kick, notice, role: the member
    account: AccountRef | None = None
    #: card, slow mode: where; delete: the channel or thread that the message stands in
    stream: Stream | None = None
    #: restrict: timeout, quarantine or ban
    sanction: OutcomeKind | None = None
    #: restrict: what is wanted
    standing: Standing = FREE
    #: restrict: what Locum set last; a longer one on the platform is somebody else's
    ours: Standing = FREE
    #: restrict, ban: seconds of the member's messages that go with it
    purge: int = 0
    #: notice, page: what is said; thread: what is said in it, once
    text: str = ""
    #: thread: what it is called
    title: str = ""
    #: card: what is shown; notice to staff: what they may press beside the text
    card: Card | None = None
    #: notice to a member: what they may press beside the text
    buttons: tuple[Button, ...] = ()
    #: notice: where the message stood that it is about; there it may be said to the member alone that there is one
    near: Channel | None = None
    #: page: whom, `webhook:NAME` or `email:NAME`, never an address; empty for the installation's own
    to: str = ""
    #: role: which one is taken, by the platform's id
    role: str = ""
    #: slow mode: seconds between messages, 0 ends it; raid mode: 1 closes, 0 opens; thread: 1 opens, 0 ends it
    amount: int = 0
    #: why, as it may stand in the platform's audit log
    reason: str = ""
    #: since when it may have been done, UTC: what is looked for is no older; None where nobody knows
    since: datetime | None = None


class Platform(Protocol):
    """One server or workspace on one platform.

    Every method raises ConnectionRevokedError when the token is no longer good: nothing more is asked then.
    """

    @property
    def connection(self) -> Connection:
        """Which one."""
        ...

    def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Yield the messages of `after` ≤ time ≤ `until` in pages, oldest first.

        Raises HistoryLostError when they can't be had any more, PlatformUnavailableError when not now.
        """
        ...

    async def around(self, stream: Stream, message: str, at: datetime, side: int) -> Sequence[Message]:
        """Return what stands around a message of a time, oldest first: at most `side` on either side, and itself.

        It costs one call or two however much is written there. Raises HistoryLostError, PlatformUnavailableError.
        """
        ...

    async def read(self, looked: Sequence[tuple[Stream, MessageRef]]) -> Sequence[Message | None]:
        """Return the messages as they are now; None for those that are gone.

        Each comes with the channel or thread in which it stands: a ref names the channel alone, and a thread may be
        put away.
        """
        ...

    async def fetch(
        self, stream: Stream, message: MessageRef, wanted: Mapping[str, int]
    ) -> Mapping[str, bytes | Missing]:
        """Return the bytes of a message's files by their ids, or why they can't be had.

        `wanted` says of each how many bytes may be read: of a longer one nothing is kept, and it is TOO_LARGE. A file
        that isn't there any more may be absent. Raises PlatformUnavailableError when nothing can be said now.
        """
        ...

    async def enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Do what is asked, and return one result an effect, in their order. Raises only ConnectionRevokedError.

        An effect on a state (delete, restrict, kick, role, slow mode, raid mode, thread) may be asked again: being
        there is `ALREADY_SO` or `GONE`, and `DONE` where the platform doesn't say whether anything changed. Whoever
        can't tell whether an effect happened returns `UNKNOWN`.

        A thread hangs at the message that shows a card, whoever reads the card reads it, and a message has one at
        most. Opening it makes it where it isn't there, with the text as what is said first. Ending it says the text
        in it and puts it away where the platform can; people may still go on in it. Asked again for the same action,
        nothing is said twice: what was said is looked for before. Without its message or the thread it is `GONE`.
        """
        ...

    async def read_back(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Return what the platform shows of effects asked before: `DONE` or `GONE`, `RETRY_AFTER` when it wasn't done.

        `ALREADY_SO` says that it is as wanted by somebody else's hand. `UNKNOWN` says that the platform can't tell: for
        now when it has `after` seconds to wait, else ever.
        """
        ...

    async def standings(self, accounts: Sequence[AccountRef], sanction: OutcomeKind) -> Sequence[Standing | None]:
        """Return how members stand on the platform itself; None where it can't tell."""
        ...

    async def roles(self, accounts: Sequence[AccountRef]) -> Sequence[Mapping[str, str]]:
        """Return the roles that members hold: names by id; none for who isn't there.

        Raises PlatformUnavailableError when that can't be said now.
        """
        ...

    def longest(self, sanction: OutcomeKind) -> timedelta | None:
        """Return the longest time after which the platform itself ends a sanction, or raid mode.

        None when any time will do. Zero says that it never ends it: such a standing has no `until` there. What lasts
        longer is renewed.
        """
        ...

    def emulated(self) -> frozenset[OutcomeKind]:
        """Return the sanctions that it has no word for, and that are upheld by deleting what the member writes."""
        ...


async def _nothing_to_offer(_invocation: Invocation, _option: str, _typed: str) -> Sequence[Suggestion]:
    return ()


async def _nobody_asks(_deed: Deed) -> None:
    return None


async def _nobody_misses(_stream: Stream, _messages: Sequence[str], _at: datetime) -> None:
    return None


async def _nobody_waits(_account: AccountRef, _at: datetime) -> None:
    return None


async def _nobody_wonders(_known: Sequence[Capability]) -> None:
    return None


async def _from_now_on() -> datetime | None:
    return None


async def _at_once() -> None:
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What an adapter says while it listens."""

    #: a message arrived; False says that it was turned away, and is read back later
    offer: Callable[[Message], bool]
    #: returns once whatever was offered before is judged and stored; raises where that is somebody else's by now
    settled: Callable[[], Awaitable[None]] = _at_once
    #: which streams there are, to be said before `resumed`: none that nobody has written in yet is forgotten
    expect: Callable[[Sequence[Stream]], None]
    #: messages may be missed from now on
    interrupted: Callable[[GapCause], None]
    #: everything from that time on arrives; to be said once after every start, too
    resumed: Callable[[datetime], None]
    #: somebody gave a command, pressed a button or sent a form; returns the answer, raises UnavailableError
    give: Callable[[Invocation], Awaitable[Reply]]
    #: what an option of a command could take, for whoever is typing it: command so far, option, what was typed
    complete: Callable[[Invocation, str, str], Awaitable[Sequence[Suggestion]]] = _nothing_to_offer
    #: something was done outside Locum: recorded once this returns; raises UnavailableError
    noticed: Callable[[Deed], Awaitable[None]] = _nobody_asks
    #: messages don't stand in a stream any more since a time, by whose hand ever, Locum's own included; several that
    #: went together are said together. Recorded once this returns; raises UnavailableError, and may be said again
    gone: Callable[[Stream, Sequence[str], datetime], Awaitable[None]] = _nobody_misses
    #: a member is there no more since a time, by whose hand ever; recorded once this returns; raises UnavailableError
    left: Callable[[AccountRef, datetime], Awaitable[None]] = _nobody_waits
    #: a member came into a channel: what keeps them out is brought about again; recorded once this returns; raises
    #: UnavailableError, and may be said again
    entered: Callable[[AccountRef, datetime], Awaitable[None]] = _nobody_waits
    #: how each thing can be done there; to be said once after every start, and raises UnavailableError
    able: Callable[[Sequence[Capability]], Awaitable[None]] = _nobody_wonders
    #: when the newest deed was done that is recorded; None for none: what was done since then is to be told
    noticed_until: Callable[[], Awaitable[datetime | None]] = _from_now_on


class Connected(Protocol):
    """A platform that is connected."""

    @property
    def platform(self) -> Platform:
        """What is asked of it."""
        ...

    async def listen(self, feed: Feed) -> None:
        """Hand over everything that arrives until it is called off; raise when it can't go on by itself."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...
