"""Pages that performing gives rise to; pages about pages there are none."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards.page import About
from bot.domain.action import Action, ActionKind
from bot.domain.severity import Severity
from bot.services.performing import entries
from bot.services.performing.entries import Entry
from bot.services.performing.outside import PAGER
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
    name = new_id()
    return _page(community, About.REVOKED, name, {"subject": name, "connection": connection}, now)


def _about_action(action: Action, about: About, once: str, reason: str, now: datetime) -> Action | None:
    if action.kind is ActionKind.PAGE:
        return None
    said: dict[str, str | int] = {
        "subject": action.id, "kind": action.kind.value, "connection": action.connection, "reason": reason,
    }  # fmt: skip
    return _page(action.community, about, once, said, now)


def _page(community: str, about: About, once: str, said: dict[str, str | int], now: datetime) -> Action:
    name = new_id()
    return Action(
        id=name,
        community=community,
        connection=PAGER,
        key=f"page:{about.value}:{once}",
        kind=ActionKind.PAGE,
        target=f"page:{name}",
        severity=Severity.HIGH,
        decision="",
        details={"about": about.value, **said},
        due_at=now,
    )


async def plan_pages(tx: Tx, pages: Sequence[Action], now: datetime) -> list[Entry]:
    """Plan pages, and return the entries of those that weren't planned before."""
    if not pages:
        return []
    await plan(tx, pages, now)
    there = await present(tx, [page.id for page in pages])
    return [entries.planned(page) for page in pages if page.id in there]
