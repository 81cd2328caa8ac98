"""Members with something to forget, for the tests beside."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from bot.domain.actor import Actor, ActorKind, OrganisationKind, automation
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef, PlatformName
from bot.domain.place import Stream
from bot.domain.retention import Retention
from bot.ledger.canonical import Plain
from bot.ports import Keys
from bot.services.record import Draft, Private, begin_ledger, record
from bot.store import tables
from bot.store.accounts import add_accounts
from bot.store.columns import new_id, new_number
from bot.store.communities import add_community
from bot.store.engine import Store, Tx
from tests.fakes.clock import START

HARBOUR = "harbour"
ORIGIN = "locum.example/harbour"
#: the only channel
LOBBY = Stream(platform=PlatformName.DISCORD, workspace="4100", channel="4101")
#: who decided about members, and must never show
MODERATOR = Actor(
    kind=ActorKind.PERSON, who="nw-17", organisation="nightwatch", side=OrganisationKind.PARTNER, contract="AVV-2025-17"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """One member as the database knows them."""

    #: who it is
    ref: AccountRef
    #: surrogate
    account: str
    #: surrogate of the message that something followed from
    message: str
    #: the platform's id of that message
    message_ref: str
    #: surrogate of the decision
    decision: str
    #: surrogate of the case
    case: str
    #: what they wrote
    text: str
    #: number of the entry that commits to the text
    seq: int


def ref(user: str) -> AccountRef:
    return AccountRef(platform=PlatformName.DISCORD, workspace="4100", user=user)


async def begin(store: Store, at: datetime = START) -> None:
    async with store.writing() as tx:
        await add_community(tx, HARBOUR, at)
        await begin_ledger(tx, HARBOUR, ORIGIN, at)
        await tx.execute(
            insert(tables.channels),
            {
                "id": 1, "community": HARBOUR, "platform": "discord", "workspace": "4100", "channel": "4101",
                "thread": "", "mark": at, "newest": at,
            },
        )  # fmt: skip


async def member(  # noqa: PLR0917 - what a test cares about comes first
    store: Store, keys: Keys, user: str = "", at: datetime = START, text: str = "", actor: Actor | None = None
) -> Known:
    """Store a member about whom a rule decided something, and return them."""
    user = user or f"8{secrets.randbelow(10**17):017d}"
    # what happened lies before the channel's mark
    then = at - timedelta(hours=1)
    text = text or f"words of {secrets.token_hex(12)}"
    message, case, decision = new_id(), new_id(), new_id()
    message_ref = f"9{secrets.randbelow(10**17):017d}"
    async with store.writing() as tx:
        account = (await add_accounts(tx, HARBOUR, [ref(user)], then))[ref(user)]
        await put_seen(tx, account, message_ref, then)
        await put_seen(tx, account, f"7{secrets.randbelow(10**17):017d}", then)
        await _put_message_and_case(tx, account, message, message_ref, case, then)
        await put_decision(tx, account, decision, actor or automation("respect/slurs"), then, case, message)
        await tx.execute(
            insert(tables.effects),
            {"message": message, "rule": "respect/slurs", "outcome": "delete", "decision": decision, "mode": "live"},
        )
        strike = new_id()
        await tx.execute(
            insert(tables.strikes),
            {"id": strike, "community": HARBOUR, "account": account, "decision": decision, "amount": 1, "at": then},
        )
        said = _Said(account=account, message=message, decision=decision, case=case, strike=strike, text=text)
        numbers = await record(tx, keys, HARBOUR, then, _drafts(said, actor or automation("respect/slurs")))
    return Known(
        ref=ref(user), account=account, message=message, message_ref=message_ref, decision=decision, case=case,
        text=text, seq=numbers[1],
    )  # fmt: skip


async def _put_message_and_case(  # noqa: PLR0917 - rows' parts in their order
    tx: Tx, account: str, message: str, message_ref: str, case: str, then: datetime
) -> None:
    await tx.execute(
        insert(tables.messages),
        {"id": message, "community": HARBOUR, "channel": 1, "message": message_ref, "account": account, "at": then},
    )
    await tx.execute(
        insert(tables.cases),
        {
            "id": case, "community": HARBOUR, "account": account, "number": new_number(), "queue": "hate",
            "state": "resolved", "severity": 2, "care": False, "mode": "live", "verdict": "violation",
            "opened_at": then, "closed_at": then,
        },
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Said:
    account: str
    message: str
    decision: str
    case: str
    strike: str
    text: str


def _drafts(said: _Said, who: Actor) -> list[Draft]:
    """Return the entries of a case that was opened, decided and closed."""
    evidence = Private(field="details.evidence", account=said.account, value=said.text, retention=Retention.EVIDENCE)
    note = Private(field="details.reason", account=said.account, value="said by nw-17", retention=Retention.REASON)
    details: dict[str, Plain] = {
        "decision": said.decision, "message": said.message, "account": said.account, "rules": ["respect/slurs"],
        "mode": "live", "strikes": [{"id": said.strike, "amount": 1}],
    }  # fmt: skip
    return [
        Draft(kind=EntryKind.CASE_OPENED, actor=who, case=said.case, details={"account": said.account}),
        Draft(
            kind=EntryKind.DECISION, actor=who, policy="sha256:abc", case=said.case, details=details,
            private=(evidence, note),
        ),
        Draft(kind=EntryKind.CASE_CLOSED, actor=who, case=said.case, details={"verdict": "violation"}),
    ]  # fmt: skip


async def put_seen(tx: Tx, account: str, message: str, at: datetime, channel: int = 1) -> None:
    await tx.execute(
        insert(tables.seen),
        {
            "channel": channel, "message": message, "account": account, "digest": secrets.token_bytes(16), "at": at,
            "judged_at": at, "waiting": False, "joined": False, "account_age": None, "mentions": 0, "links": 0,
            "attachments": 0, "skeleton": None, "shingles": b"", "counted": "",
        },
    )  # fmt: skip


async def put_decision(  # noqa: PLR0917 - a row's parts in order
    tx: Tx, account: str, decision: str, actor: Actor, at: datetime, case: str | None = None, message: str | None = None
) -> None:
    await tx.execute(
        insert(tables.decisions),
        {
            "id": decision, "community": HARBOUR, "case": case, "incident": None, "message": message,
            "account": account, "actor": json.dumps(actor.record()), "rules": json.dumps(["respect/slurs"]),
            "outcomes": json.dumps([{"kind": "delete"}, {"kind": "case", "target": "hate"}]), "mode": "live",
            "policy": "sha256:abc", "severity": 2, "at": at,
        },
    )  # fmt: skip


async def sanction(
    store: Store, known: Known, kind: str = "ban", until: datetime | None = None, lifted_at: datetime | None = None
) -> str:
    """Store a sanction that began with the member's decision."""
    surrogate = new_id()
    async with store.writing() as tx:
        await tx.execute(
            insert(tables.sanctions),
            {
                "id": surrogate, "community": HARBOUR, "account": known.account, "decision": known.decision,
                "kind": kind, "start": START, "until": until, "lifted_at": lifted_at,
            },
        )  # fmt: skip
    return surrogate


async def action(store: Store, known: Known, target: str, kind: str = "restrict", state: str = "planned") -> str:
    """Store an action, and return its surrogate."""
    surrogate = new_id()
    async with store.writing() as tx:
        await tx.execute(
            insert(tables.actions),
            {
                "id": surrogate, "community": HARBOUR, "connection": "discord/4100", "key": f"{kind}:{surrogate}",
                "kind": kind, "target": target, "severity": 2, "weight": 0, "decision": known.decision,
                "case": known.case, "details": json.dumps({"guideline": "respect"}), "state": state,
                "due_at": START, "planned_at": START,
            },
        )  # fmt: skip
    return surrogate


async def settle(store: Store, surrogate: str, state: str = "confirmed") -> None:
    """Let an action end."""
    async with store.writing() as tx:
        await tx.execute(tables.actions.update().where(tables.actions.c.id == surrogate).values(state=state))


async def count(store: Store, table: Any, *where: Any) -> int:
    async with store.reading() as tx:
        found: int = (await tx.execute(select(func.count()).select_from(table).where(*where))).scalar_one()
        return found


async def row(store: Store, table: Any, surrogate: str) -> Any:
    async with store.reading() as tx:
        return (await tx.execute(select(table).where(table.c.id == surrogate))).one()


async def entries_of(store: Store, kind: str) -> list[dict[str, Any]]:
    """Return the entries of one kind, read."""
    async with store.reading() as tx:
        bodies = await tx.scalars(select(tables.ledger_entries.c.body).order_by(tables.ledger_entries.c.seq))
        read = [json.loads(body) for body in bodies]
    return [entry for entry in read if entry["kind"] == kind]
