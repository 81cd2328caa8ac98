"""What somebody may do in a room: pure functions of who they are, how they stand, and what room it is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from adapters.local.chat.types import (
    Account,
    ChatError,
    ClosedError,
    HeldBackError,
    NotHereError,
    Room,
    RoomKind,
    SlowedError,
)
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing

#: rooms in which somebody in quarantine may still write: where they can be helped, or calm down
LEFT_OPEN = frozenset({"calm", "help"})
#: the role that sees the staff's rooms, and that slow mode leaves alone
STAFF = "staff"

#: returns how somebody stands
Stands = Callable[[OutcomeKind], Standing]


def sees(account: Account, root: Room, stands: Stands) -> bool:
    """Return whether somebody sees a room; `root` is the room itself, or the one that a thread hangs under.

    Their direct room stays theirs whatever happens: there they read what became of them, and how to appeal.
    """
    if root.kind is RoomKind.DIRECT:
        return root.account == account.id
    if account.joined_at is None or stands(OutcomeKind.BAN).held:
        return False
    return root.kind is not RoomKind.STAFF or STAFF in account.roles


def check_writing(account: Account, root: Room, stands: Stands) -> None:
    """Raise NotHereError or HeldBackError where somebody may not write, react or begin a thread."""
    if root.kind is not RoomKind.DIRECT:
        _check(OutcomeKind.BAN, stands)
    if not sees(account, root, stands):
        raise NotHereError
    if root.kind is RoomKind.DIRECT:
        return
    _check(OutcomeKind.TIMEOUT, stands)
    if root.name not in LEFT_OPEN:
        _check(OutcomeKind.QUARANTINE, stands)


def check_joining(account: Account, stands: Stands, *, closed: bool) -> None:
    """Raise HeldBackError, ClosedError or ChatError where somebody can't come in."""
    if account.joined_at is not None:
        raise ChatError
    _check(OutcomeKind.BAN, stands)
    if closed:
        raise ClosedError


def check_pace(account: Account, slow: int, last: datetime | None, now: datetime) -> None:
    """Raise SlowedError where somebody has to wait for slow mode; `last` is when they wrote there last."""
    if not slow or last is None or STAFF in account.roles or account.bot:
        return
    left = last + timedelta(seconds=slow) - now
    if left > timedelta():
        raise SlowedError(ceil(left.total_seconds()))


def _check(sanction: OutcomeKind, stands: Stands) -> None:
    standing = stands(sanction)
    if standing.held:
        raise HeldBackError(sanction, standing.until)
