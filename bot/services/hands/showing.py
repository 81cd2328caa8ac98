"""Where cards of manual steps hang, and when they are drawn anew."""

from collections.abc import Collection

from bot.domain.action import Action
from bot.domain.card import CardKind
from bot.domain.place import Stream
from bot.domain.severity import Severity
from bot.services.showing.hanging import channel_stream, connection_of
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.cards import cards_of_subjects
from bot.store.manual_steps import subjects_of
from bot.store.workspaces import known_connections

_LEADS = "leads"


async def hang_up(work: Work, subject: str, action: Action) -> bool:
    """Show a card in the leads' channel, or draw it anew where it hangs; return whether it hangs anywhere.

    It hangs with the community's own leads, whoever's queue its case is in: on the same connection, or on another.
    """
    stream = await _place(work, action)
    await show(work, CardKind.HAND, subject, stream=stream, case=action.case, severity=action.severity)
    return stream is not None or bool(await cards_of_subjects(work.tx, [subject]))


async def draw_anew(work: Work, subjects: Collection[str], *, severity: Severity = Severity.MEDIUM) -> None:
    """Bring cards to what has become of their steps."""
    for subject in sorted(subjects):
        await show(work, CardKind.HAND, subject, stream=None, severity=severity)


async def turn_cards(work: Work, actions: Collection[str]) -> None:
    """Draw the cards anew on which some of these actions stand, if any do."""
    found = await subjects_of(work.tx, actions) if actions else {}
    await draw_anew(work, set(found.values()))


async def _place(work: Work, action: Action) -> Stream | None:
    own = connection_of(action.connection)
    others = [one for one in await known_connections(work.tx, work.community) if one != own]
    return channel_stream(work.policies, _LEADS, [*([own] if own is not None else []), *others])
