"""Has what a finding is about copied before it goes: its files, and what was written around it."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.action import Action, ActionKind, ActionState
from bot.domain.evidence import HOLDS_UP
from bot.domain.judgement import Finding
from bot.domain.message import Message
from bot.domain.place import Connection
from bot.services.evidence.wanting import PATIENT
from bot.services.intake.book import Book
from bot.services.intake.following import Deciding, Follows
from bot.services.intake.items import Judged
from bot.store.copies import Copy, CopyState

#: new cases of one batch whose surroundings are copied: a flood is known by its first messages
_MOST = 5


def may_copy(findings: Iterable[Finding]) -> bool:
    """Return whether something of a message may be kept, by every finding on it, those in shadow included."""
    return all(finding.copies for finding in findings)


def never_copy(book: Book, judged: Judged, message: str) -> None:
    """Have nothing of a message copied, now and whoever finds or reports it later."""
    known = book.copies.get(message)
    if known is not None and known.state is CopyState.NEVER:
        return
    # what waited for a copy that is made no more goes on when its time is over
    book.copies[message] = book.wanted[message] = Copy(
        message=message, connection=_connection(judged.message), account=judged.message.author.key,
        state=CopyState.NEVER, until=book.now,
    )  # fmt: skip


def copy_first(book: Book, deciding: Deciding, judged: Judged, follows: Follows) -> None:
    """Have a message copied, and let what takes it away wait for that."""
    posted = judged.message
    if posted.is_nowhere:
        return
    known = book.copies.get(deciding.message)
    around = deciding.case in book.new_cases and deciding.case not in book.surrounded
    around = around and len(book.surrounded) < _MOST
    if known is None and (posted.attachments or around):
        known = Copy(
            message=deciding.message, connection=deciding.connection.name, account=deciding.account,
            case=deciding.case, files=len(posted.attachments), around=around,
            until=deciding.now + (HOLDS_UP if posted.attachments else PATIENT),
        )  # fmt: skip
        if around and deciding.case is not None:
            book.surrounded.add(deciding.case)
    if known is None or known.state is not CopyState.WAITING:
        return
    if posted.attachments:
        known = _held_up(known, deciding, follows)
    book.copies[deciding.message] = book.wanted[deciding.message] = known


def _held_up(copy: Copy, deciding: Deciding, follows: Follows) -> Copy:
    """Return the copy with what waits for it; nothing waits for longer than it may."""
    until = min(copy.until, deciding.now + HOLDS_UP)
    going = {one.id for one in follows.actions if _takes_away(one)}
    follows.actions = [replace(one, due_at=until) if one.id in going else one for one in follows.actions]
    return replace(copy, actions=(*copy.actions, *sorted(going)))


def _takes_away(one: Action) -> bool:
    """Return whether a message is gone once this is done."""
    deletes = one.kind is ActionKind.DELETE or bool(one.details.get("purge"))
    return deletes and one.state is ActionState.PLANNED


def _connection(message: Message) -> str:
    return Connection(platform=message.channel.platform, workspace=message.channel.workspace).name
