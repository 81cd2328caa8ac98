"""Lets go of what has reached the end of its time: a timer a community, bounded batches, one counted entry a run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.actor import scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention, keeps
from bot.ledger.canonical import Plain
from bot.ports import Keys
from bot.services.record import Draft, record
from bot.services.timing import Handler
from bot.store import retention
from bot.store.copies import trim_copies
from bot.store.deeds import trim_deeds
from bot.store.engine import Tx
from bot.store.evidence import AT_ONCE, expire_evidence
from bot.store.invocations import trim_invocations
from bot.store.previews import trim_previews
from bot.store.spendings import trim_spendings
from bot.store.subjects import raise_generation
from bot.store.timers import Timer, recurring, set_timers
from bot.store.waves import trim_traces

#: kind of the timer
RETAIN = "retain"
#: when a run begins, in UTC: at night where most communities sleep
_CRON = "17 2 * * *"
#: rows that one transaction deletes of each sort
_BATCH = 1_000
#: a run that isn't through goes on after so long, so that others can write in between
_BREATH = timedelta(seconds=1)
#: sorts of which there may be more than one batch
_SORTS = ("accounts", "seen", "messages", "spendings", "copies", "keys")
_EVIDENCE, _RECORD = keeps(Retention.EVIDENCE), keeps(Retention.REASON)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How long rows are kept that no class of retention names."""

    #: rows of judged messages
    seen: timedelta = timedelta(days=14)
    #: the longest window of any rule: what it looks back on is kept at least so long
    windows: timedelta = timedelta(0)
    #: refs of messages that something followed from
    messages: timedelta = _EVIDENCE
    #: decisions, strikes and sanctions, as far as they keep an account's id
    record: timedelta = _RECORD
    #: interactions that were carried out, previews, and what was done outside Locum beside its entry: no platform
    #: delivers one again after so long
    interactions: timedelta = timedelta(days=2)
    #: what counts against budgets: longer than the longest window that a policy can name
    budgets: timedelta = timedelta(days=3_661)
    #: days of the week, Monday being 0, on which members are looked for of whom nothing is left: that reads the whole
    #: of the busiest table
    idle_on: frozenset[int] = frozenset({6})


def retain_timer(community: str, after: datetime) -> Timer:
    """Return the timer that lets go of what a community no longer needs, every night."""
    return recurring(RETAIN, cron=_CRON, zone="UTC", after=after, community=community)


def retain_handler(keys: Keys, limits: Limits, batch: int = _BATCH) -> Handler:
    """Return what the timer's firing does."""

    async def handle(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        for timer in timers:
            await _retain(tx, keys, timer, now, limits, batch)

    return handle


async def _retain(  # noqa: PLR0917 - one step of a run, with all that it goes by
    tx: Tx, keys: Keys, timer: Timer, now: datetime, limits: Limits, batch: int
) -> None:
    """Delete one batch of each sort; a run that isn't through counts on when it goes on, else it is recorded."""
    done: Counter[str] = Counter(timer.details.get("done", {}))
    idle = timer.details.get("idle", now.weekday() in limits.idle_on)
    deleted, full = await _delete(tx, timer.community, now, limits, batch, idle=idle)
    done.update(deleted)
    if full:
        rest = {"done": dict(done), "idle": deleted["accounts"] == batch}
        await set_timers(tx, [replace(timer, due_at=now + _BREATH, details=rest)])
        return
    if timer.details:
        await set_timers(tx, [retain_timer(timer.community, now)])
    if done:
        details = _counted(done)
        draft = Draft(kind=EntryKind.RETENTION_ENDED, actor=scheduler(RETAIN), details=details)
        await record(tx, keys, timer.community, now, [draft])


async def _delete(
    tx: Tx, community: str, now: datetime, limits: Limits, batch: int, *, idle: bool
) -> tuple[Counter[str], bool]:
    """Return how much was deleted of each sort, and whether there may be more."""
    quiet = now - max(limits.seen, limits.windows)
    found: Counter[str] = Counter()
    if idle:
        # the community's row is the first lock of all
        await raise_generation(tx, community)
        found["accounts"] = await retention.forget_idle(tx, community, quiet, now - limits.record, now, batch)
    values = await retention.expire_values(tx, community, now, batch)
    found.update({f"values.{kind}": count for kind, count in values.items()})
    found["seen"] = await retention.trim_seen(tx, community, quiet, batch)
    found["messages"] = await retention.expire_messages(tx, community, now - limits.messages, batch)
    found["spendings"] = await trim_spendings(tx, community, now - limits.budgets, batch)
    found["files"] = await expire_evidence(tx, community, now, min(batch, AT_ONCE))
    found["copies"] = await trim_copies(tx, community, now - limits.messages, batch)
    found["keys"] = await retention.drop_unused_keys(tx, community, batch)
    # nothing of anybody's is in them, so no entry counts them; the first community's run does it for all
    await trim_invocations(tx, now - limits.interactions)
    await trim_previews(tx, now - limits.interactions)
    await trim_deeds(tx, now - limits.interactions)
    await trim_traces(tx, community)
    full = values.total() == batch or any(found[sort] == batch for sort in _SORTS)
    full = full or found["files"] == min(batch, AT_ONCE)
    return +found, full


def _counted(done: Mapping[str, int]) -> dict[str, Plain]:
    """Return how much a run deleted, as the entry says it."""
    values = {sort.partition(".")[2]: count for sort, count in done.items() if sort.startswith("values.")}
    details: dict[str, Plain] = {sort: count for sort, count in done.items() if "." not in sort}
    return details | ({"values": values} if values else {})
