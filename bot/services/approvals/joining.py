"""Requests that take up more while they wait: one stands for each member and sanction, however much comes."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain.card import CardKind
from bot.domain.joining import is_worth_showing
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.approvals import Approval, change_orders, waiting_requests
from bot.store.decisions import decided


async def change_requests(work: Work, changed: Collection[tuple[Approval, Approval]]) -> None:
    """Write requests as they are now, given as they were and as they are; what joined is recorded with its decision.

    Their cards are drawn anew now and then: in a flood each of them changes many times a second.
    """
    await change_orders(work.tx, [now for _, now in changed])
    for before, now in changed:
        if is_worth_showing(now.order, before.order):
            await show(
                work, CardKind.APPROVAL, now.id, stream=None, case=now.case, severity=now.order.severity
            )  # fmt: skip


async def leave_requests(work: Work, decisions: Collection[str]) -> None:
    """Take out of requests the messages that decisions asked about which are taken back; their members are locked."""
    undone = [one for one in (await decided(work.tx, decisions)).values() if one.message and one.account]
    gone = {one.message for one in undone}
    held = await waiting_requests(work.tx, work.community, {str(one.account) for one in undone}) if gone else {}
    changed = []
    for approval in (one for requests in held.values() for one in requests):
        left = tuple(one for one in approval.order.messages if one not in gone)
        if left and left != approval.order.messages:
            changed.append((approval, replace(approval, order=replace(approval.order, messages=left))))
    await change_requests(work, changed)
