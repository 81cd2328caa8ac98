"""Pages that performing gives rise to; pages about pages there are none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.cards.page import About
from bot.domain.action import Action, ActionKind
from bot.services.alarms import alarm
from bot.services.performing import entries
from bot.services.performing.entries import Entry
from bot.services.work import Work
from bot.store.actions import plan, present
from bot.store.columns import new_id
from bot.store.engine import Tx


def dead_page(action: Action, reason: str, now: datetime) -> Action | None:
    """Return the page about an action that was given up."""
    return _about_action(action, About.DEAD, action.id, reason, now)


def forbidden_page(action: Action, reason: str, now: datetime) -> Action | None:
    """Return the page about what a platform doesn't let us do: one a day for each connection and kind."""
    once = f"{action.connection}/{action.kind.value}:{now.date().isoformat()}"
    return _about_action(action, About.FORBIDDEN, once, reason, now)


def revoked_page(community: str, connection: str, now: datetime) -> Action:
    """Return the page about a token that is no longer good."""
    return alarm(community, About.REVOKED.value, new_id(), {"connection": connection}, now)


def _about_action(action: Action, about: About, once: str, reason: str, now: datetime) -> Action | None:
    if action.kind is ActionKind.PAGE:
        return None
    said: dict[str, str | int] = {
        "subject": action.id, "kind": action.kind.value, "connection": action.connection, "reason": reason,
    }  # fmt: skip
    return alarm(action.community, about.value, once, said, now)


async def plan_pages(tx: Tx, pages: Sequence[Action], now: datetime) -> list[Entry]:
    """Plan pages, and return the entries of those that weren't planned before."""
    if not pages:
        return []
    await plan(tx, pages, now)
    there = await present(tx, [page.id for page in pages])
    return [entries.planned(page) for page in pages if page.id in there]


async def raise_alarm(work: Work, about: str, once: str, said: Mapping[str, str | int]) -> None:
    """Page those who are paged about the program's own affairs, once."""
    for _, draft in await plan_pages(work.tx, [alarm(work.community, about, once, said, work.now)], work.now):
        work.record(draft)
