"""The case about actions: how many a single worker performs against a platform that answers at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from time import perf_counter

from benchmarks.chat import START
from benchmarks.databases import ChatClock, new_store
from bot.domain.action import Action, ActionKind, Answer, Result
from bot.domain.evidence import Missing
from bot.domain.message import AccountRef, Message, MessageRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, Stream
from bot.domain.sanction import Standing
from bot.domain.severity import Severity
from bot.ports import Effect
from bot.services.performing import Needs, Performer, through_platform
from bot.store.accounts import add_accounts
from bot.store.actions import plan
from bot.store.channels import add_channels
from bot.store.columns import new_id
from bot.store.engine import Store
from bot.store.leases import take
from bot.store.messages import add_messages

_COMMUNITY = "made"
_SERVER = Connection(platform=PlatformName.DISCORD, workspace="1")
_AUTHORS = 500


class InstantPlatform:
    """Does everything that is asked, at once."""

    connection = _SERVER

    async def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Yield nothing."""
        nothing: tuple[Sequence[Message], ...] = ()
        for page in nothing:
            yield page

    async def around(self, stream: Stream, message: str, at: datetime, side: int) -> Sequence[Message]:
        """Return nothing."""
        return []

    async def read(self, looked: Sequence[tuple[Stream, MessageRef]]) -> Sequence[Message | None]:
        """Return nothing."""
        return [None for _ in looked]

    async def enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Return that it is done."""
        return [Result(answer=Answer.DONE) for _ in effects]

    async def read_back(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Return that it was done."""
        return [Result(answer=Answer.DONE) for _ in effects]

    async def standings(self, accounts: Sequence[AccountRef], sanction: OutcomeKind) -> Sequence[Standing | None]:
        """Return that nobody knows."""
        return [None for _ in accounts]

    async def fetch(
        self, stream: Stream, message: MessageRef, wanted: Mapping[str, int]
    ) -> Mapping[str, bytes | Missing]:
        """Return that no message has files."""
        return {}

    async def roles(self, accounts: Sequence[AccountRef]) -> Sequence[Mapping[str, str]]:
        """Return that nobody holds any."""
        return [{} for _ in accounts]

    def longest(self, sanction: OutcomeKind) -> timedelta | None:
        """Return that it holds sanctions of any length."""
        return None

    def emulated(self) -> frozenset[OutcomeKind]:
        """Return that it has a word for each of them."""
        return frozenset()


def acting(kind: str, actions: int) -> dict[str, float]:
    """Return actions a second, from the claim to the recorded outcome."""
    return asyncio.run(_acting(kind, actions))


async def _acting(kind: str, count: int) -> dict[str, float]:
    async with new_store(kind, _COMMUNITY) as (store, keys):
        await _plan(store, count)
        async with store.writing() as tx:
            lease = await take(tx, "connection", "bench", 3_600)
        assert lease is not None
        needs = Needs(
            store=store, keys=keys, clock=ChatClock(START), lease=lease, policies=lambda _: None
        )  # fmt: skip
        performer = Performer(needs, through_platform(InstantPlatform()), community=_COMMUNITY)
        done, began = 0, perf_counter()
        while performed := await performer.perform_due():
            done += performed
        taken = perf_counter() - began
        assert done == count, f"{done} of {count} actions were performed"
        return {"actions/s": done / taken}


async def _plan(store: Store, count: int) -> None:
    """Plan the deletion of so many messages of many members."""
    stream = Stream(platform=PlatformName.DISCORD, workspace="1", channel="10")
    authors = [AccountRef(platform=PlatformName.DISCORD, workspace="1", user=str(user)) for user in range(_AUTHORS)]
    async with store.writing() as tx:
        people = list((await add_accounts(tx, _COMMUNITY, authors, START)).values())
        channel = (await add_channels(tx, _COMMUNITY, [stream], START))[stream]
        ids = [new_id() for _ in range(count)]
        await add_messages(tx, [
            {
                "id": name, "community": _COMMUNITY, "channel": channel, "message": str(number),
                "account": people[number % _AUTHORS], "at": START,
            }
            for number, name in enumerate(ids)
        ])  # fmt: skip
        await plan(tx, [
            Action(
                id=new_id(), community=_COMMUNITY, connection=_SERVER.name, key=f"delete:{name}",
                kind=ActionKind.DELETE, target=f"message:{name}", severity=Severity(1 + number % 4), decision="",
                details={"account": people[number % _AUTHORS]}, due_at=START,
            )
            for number, name in enumerate(ids)
        ], START)  # fmt: skip
