"""Where a request belongs: its case, which is opened where there is none, and the leads' channel."""

from dataclasses import replace

from bot.domain.actor import Actor
from bot.domain.card import CardKind
from bot.domain.case import Case
from bot.domain.entry_kind import EntryKind
from bot.domain.governance import INTERNAL
from bot.domain.message import PlatformName
from bot.domain.order import Order
from bot.domain.place import Connection, Stream
from bot.ledger.canonical import Plain
from bot.services.record import Draft
from bot.services.showing.hanging import leads_stream
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.accounts import account_refs
from bot.store.cases import add_cases, open_cases
from bot.store.columns import new_id


def leads_place(work: Work, connection: str) -> Stream | None:
    """Return the channel in which leads see cards, on one connection; None where the community lists none."""
    platform, _, workspace = connection.partition("/")
    if platform not in set(PlatformName):
        return None
    return leads_stream(work.policies, Connection(platform=PlatformName(platform), workspace=workspace))


async def connection_of(work: Work, account: str) -> str:
    """Return the name of the connection through which a member is reached; empty for one who was forgotten."""
    ref = (await account_refs(work.tx, [account])).get(account)
    return "" if ref is None else Connection(platform=ref.platform, workspace=ref.workspace).name


def own_team(work: Work) -> str:
    """Return the id of the community's own team."""
    team = work.governance.roster.internal
    return INTERNAL if team is None else team.id


async def case_of(work: Work, actor: Actor, order: Order) -> Order:
    """Return an order with its connection and its case: the member's open one, or a new one.

    Without a case, nobody could be told that nobody answers.
    """
    if not order.connection and order.account:
        order = replace(order, connection=await connection_of(work, order.account))
    if order.case:
        return order
    held = (await open_cases(work.tx, work.community, [order.account])) if order.account else {}
    for case in held.get(order.account, []):
        return replace(order, case=case.id)
    case = Case(
        id=new_id(),
        account=order.account,
        queue="",
        severity=order.severity,
        guideline=order.guideline,
        connection=order.connection,
        served_by=own_team(work),
    )
    await open_case(work, actor, case)
    return replace(order, case=case.id)


async def open_case(work: Work, actor: Actor, case: Case) -> None:
    """Open a case of the community's own queue, record it and show its card to leads."""
    await add_cases(work.tx, work.community, [case], work.now)
    details: dict[str, Plain] = {"severity": int(case.severity)}
    if case.account:
        details["account"] = case.account
    work.record(
        Draft(
            kind=EntryKind.CASE_OPENED, actor=actor, policy=work.policies.version, case=case.id, details=details
        )
    )  # fmt: skip
    place = leads_place(work, case.connection)
    await show(work, CardKind.CASE, case.id, stream=place, case=case.id, severity=case.severity)
