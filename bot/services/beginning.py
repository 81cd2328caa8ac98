"""What a start writes down for a community: that its ledger has begun, which policies are active, and that it runs."""

from bot import __version__
from bot.domain.actor import OPERATOR
from bot.domain.entry_kind import EntryKind
from bot.ports import Clock, Keys
from bot.services.record import Draft, begin_ledger, record
from bot.services.retention import retain_timer
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.policies import activate_policy, active_policy
from bot.store.timers import keep_timers


async def begin(store: Store, keys: Keys, clock: Clock, community: str, *, origin: str, policy: str) -> bool:
    """Begin the community's ledger where it is new, name its policies active, and record the start.

    Returns whether other policies are active now than before. Raises OtherOriginError when the ledger has another name.
    """
    now = clock.now()
    async with store.writing() as tx:
        await add_community(tx, community, now)
        await begin_ledger(tx, community, origin, now)
        before = await active_policy(tx, community)
        drafts = [Draft(kind=EntryKind.STARTED, actor=OPERATOR, policy=policy, details={"version": __version__})]
        if before != policy:
            await activate_policy(tx, community, policy)
            applied = Draft(kind=EntryKind.POLICY_APPLIED, actor=OPERATOR, policy=policy, details={"before": before})
            drafts.append(applied)
        # a firing that was missed while nothing ran is made up
        await keep_timers(tx, [retain_timer(community, now)])
        await record(tx, keys, community, now, drafts)
    return before != policy


async def end(store: Store, keys: Keys, clock: Clock, community: str, *, policy: str) -> None:
    """Record that the program ended its work as asked."""
    draft = Draft(kind=EntryKind.STOPPED, actor=OPERATOR, policy=policy, details={"version": __version__})
    async with store.writing() as tx:
        await record(tx, keys, community, clock.now(), [draft])
