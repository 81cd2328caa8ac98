"""Stores judged messages part by part, again and again until the database answers, and sets aside what can't be."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.gap import Gap, GapCause, GapState, lost
from bot.ledger.errors import CanonicalError, EntryError
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys
from bot.services.intake.commit import Batch, rows_of, store_batch
from bot.services.intake.entries import failure_draft
from bot.services.intake.health import Counts
from bot.services.intake.items import Judged, Work
from bot.services.intake.patience import patiently
from bot.services.intake.settings import Limits
from bot.services.intake.streams import Streams, moved, new_gap, remember
from bot.services.intake.upholding import Emulated, nothing
from bot.services.record import Draft
from bot.store.engine import Store
from bot.store.errors import StatementError
from bot.store.leases import Lease

#: what one odd message can cause; anything else is no message's fault
_UNSTORABLE = (StatementError, CanonicalError, EntryError, ValueError, TypeError, LookupError, OverflowError)
#: so many unstorable messages in a row are a fault of ours: the intake ends, and nothing more is set aside
_IN_A_ROW = 3
#: failures of rules that are remembered as told
_TOLD = 10_000


@dataclass(kw_only=True, slots=True)
class Storing:
    """What storing needs and remembers."""

    #: where
    store: Store
    #: for the ledger
    keys: Keys
    #: the time
    clock: Clock
    #: the community
    community: str
    #: what says that its intake is this process's own
    lease: Lease | None
    #: bounds
    limits: Limits
    #: what is counted
    counts: Counts
    #: called after each commit that planned actions
    planned: Callable[[], None] | None = None
    #: called after each commit with which rules dropped to shadow
    tripped: Callable[[Collection[str]], None] | None = None
    #: which sanctions are upheld by deleting what members write
    emulated: Emulated = nothing
    #: failures of rules that were recorded: rule, version of the policies, hour
    told: dict[tuple[str, str, int], None] = field(default_factory=dict)
    #: unstorable messages since the last one that could be stored
    in_a_row: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Under:
    """What was true when messages were judged."""

    #: the streams, which storing moves on
    streams: Streams
    #: the policies that judged
    policies: PolicySet
    #: the accounts' generation
    generation: int


async def store_all(
    storing: Storing, under: Under, judged: Sequence[Judged], work: Work
) -> None:  # fmt: skip
    """Store judgements in their order, in transactions that keep nobody waiting for long; the last takes the rest.

    Raises OwnershipLostError, and ForgottenError when an account was forgotten meanwhile.
    """
    *parts, last = _parts(judged, storing.limits.findings)
    for part in parts:
        await _store(storing, under, part, Work())
    await _store(storing, under, last, work)


def _parts(judged: Sequence[Judged], most: int) -> list[list[Judged]]:
    """Return the judgements in parts with a bounded number of findings; at least one part, perhaps empty."""
    parts: list[list[Judged]] = [[]]
    found = 0
    for one in judged:
        if one.judgement.findings:
            found += 1
            if found > most:
                parts.append([])
                found = 1
        parts[-1].append(one)
    return parts


async def _store(
    storing: Storing, under: Under, judged: Sequence[Judged], work: Work
) -> None:  # fmt: skip
    """Store one part; when the database refuses it, what it refuses is found by halving, and set aside."""
    try:
        await patiently(lambda: _attempt(storing, under, judged, work), storing.limits, storing.counts)
    except _UNSTORABLE:
        if len(judged) > 1:
            half = len(judged) // 2
            await _store(storing, under, judged[:half], Work())
            await _store(storing, under, judged[half:], work)
            return
        storing.in_a_row += 1
        if not judged or storing.in_a_row >= _IN_A_ROW:
            raise
        storing.counts.failed += 1
        _set_aside(under.streams, judged[0], storing.clock.now())
        await _store(storing, under, (), work)
    else:
        if judged:
            storing.in_a_row = 0


def _set_aside(streams: Streams, judged: Judged, now: datetime) -> None:
    """Write down that one message could not be stored: it is lost, and not silently."""
    at = judged.message.at
    gap = new_gap(judged.key[0], at, at, GapCause.LATE, now)
    streams.change(lost(gap, "unstorable", now))


async def _attempt(
    storing: Storing, under: Under, judged: Sequence[Judged], work: Work
) -> None:  # fmt: skip
    """Store one part once; what is remembered changes only when it is stored."""
    now, streams = storing.clock.now(), under.streams
    unsaved = dict(streams.unsaved)
    changed = [*unsaved.values(), *((work.gap,) if work.gap is not None else ())]
    marks = moved(streams, ((one.key[0], one.message.at) for one in judged), work.gap)
    drafts, told = _failures(storing, judged, now)
    batch = Batch(
        community=storing.community,
        lease=storing.lease,
        generation=under.generation,
        policies=under.policies,
        judged=judged,
        rows=rows_of(judged, now),
        marks=marks,
        gaps=list({gap.id: gap for gap in changed}.values()),
        told=_worth_telling(streams, changed),
        settled=work.settled,
        drafts=drafts,
        emulated=storing.emulated,
    )
    async with storing.store.writing() as tx:
        writes = await store_batch(tx, storing.keys, batch, now)
    if (writes.actions or writes.pages or writes.copies) and storing.planned is not None:
        storing.planned()
    if writes.tripped and storing.tripped is not None:
        storing.tripped(writes.tripped)
    _stored(streams, batch, unsaved, work.gap)
    storing.told.update(told)
    while len(storing.told) > _TOLD:
        del storing.told[next(iter(storing.told))]
    _count(storing.counts, judged, now)


def _worth_telling(streams: Streams, changed: Sequence[Gap]) -> list[Gap]:
    """Return the gaps that opened or ended, once for each."""
    opened = [replace(gap, state=GapState.OPEN) for gap in changed if gap.id in streams.unheard]
    over = [gap for gap in changed if gap.state is not GapState.OPEN]
    return [*opened, *over]


def _stored(
    streams: Streams, batch: Batch, unsaved: dict[str, Gap], ended: Gap | None
) -> None:  # fmt: skip
    """Take over what is stored now; what changed meanwhile stays to be stored."""
    remember(streams, batch.marks)
    for identifier, gap in unsaved.items():
        streams.unheard.discard(identifier)
        if streams.unsaved.get(identifier) is gap:
            del streams.unsaved[identifier]
    if ended is not None:
        streams.change(ended)
        del streams.unsaved[ended.id]
        streams.unheard.discard(ended.id)


def _failures(
    storing: Storing, judged: Sequence[Judged], now: datetime
) -> tuple[list[Draft], dict[tuple[str, str, int], None]]:
    """Return the entries of rules that failed, once a rule, version of the policies and hour."""
    drafts: list[Draft] = []
    told: dict[tuple[str, str, int], None] = {}
    hour = int(now.timestamp()) // 3600
    for one in judged:
        for failure in one.judgement.failures:
            key = (failure.rule, one.judgement.version, hour)
            if key not in storing.told and key not in told:
                told[key] = None
                drafts.append(failure_draft(failure.rule, failure.reason, one.judgement.version))
    return drafts, told


def _count(counts: Counts, judged: Sequence[Judged], now: datetime) -> None:
    counts.batches += 1
    counts.judged += len(judged)
    counts.failed += sum(len(one.judgement.failures) for one in judged if one.judgement.failures)
    if judged:
        counts.lag = max(0.0, (now - max(one.message.at for one in judged)).total_seconds())
