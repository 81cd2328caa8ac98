"""What timers that fire under policies have in common: they wait where none of their community are known."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.timing import Handler
from bot.services.work import Work, begin_work
from bot.store.engine import Tx
from bot.store.timers import Timer, set_timers

#: a community without policies is looked at again after it
LATER = timedelta(hours=1)


def under_policies(
    keys: Keys, policies: Callable[[str], PolicySet | None], do: Callable[[Work, Sequence[Timer]], Awaitable[None]]
) -> Handler:
    """Return what fires timers by doing one piece of work; they are set for later while their policies are unknown."""

    async def fire(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        active = policies(timers[0].community)
        if active is None:
            await _put_off(tx, timers, now)
            return
        work = await begin_work(tx, keys, active, now)
        await do(work, timers)
        await work.finish()

    return fire


async def _put_off(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
    await set_timers(
        tx,
        [
            Timer(kind=one.kind, community=one.community, subject=one.subject, due_at=now + LATER, details=one.details)
            for one in timers
        ],
    )
