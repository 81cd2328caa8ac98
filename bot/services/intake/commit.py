"""Stores a batch: what is known is read, what follows is planned, and everything is written, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from bot.domain.gap import EVER, Gap, Mark, bounded, later
from bot.domain.incident import OUTBURST
from bot.domain.ladder import Ladder
from bot.domain.message import PlatformName
from bot.domain.place import Connection, Stream
from bot.errors import LocumError
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.intake.book import State, Writes
from bot.services.intake.entries import gap_draft
from bot.services.intake.items import Judged
from bot.services.intake.plan import plan_batch
from bot.services.intake.rejoining import hold_who_rejoined
from bot.services.record import Draft, record
from bot.store.accounts import generation, lock_accounts
from bot.store.actions import plan
from bot.store.bulk import BulkRow
from bot.store.case_cards import cards_of_cases, want_cards
from bot.store.cases import add_cases, open_cases, raise_cases
from bot.store.channels import move_marks
from bot.store.decisions import add_decisions
from bot.store.effects import add_effects, known_effects
from bot.store.engine import Tx
from bot.store.gaps import save_gaps
from bot.store.incidents import recent_incidents, save_incidents
from bot.store.leases import Lease, hold
from bot.store.messages import add_messages, known_messages
from bot.store.sanctions import add_sanctions
from bot.store.seen import SeenKey, put_seen, seen_row, settle
from bot.store.strikes import add_strikes, counting_strikes
from bot.store.timers import set_timers

#: the longest an incident can last: two minutes to its first notice, two more from there
_LONGEST_INCIDENT = 2 * OUTBURST
_LEADS = "leads"


class ForgottenError(LocumError):
    """An account was forgotten meanwhile: who wrote what has to be looked up again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What one transaction stores."""

    #: the community
    community: str
    #: what says that this process owns its intake
    lease: Lease | None
    #: the accounts' generation under which the messages were judged
    generation: int
    #: the policies that judged
    policies: PolicySet
    #: judgements in order
    judged: Sequence[Judged] = ()
    #: their rows
    rows: Sequence[BulkRow] = ()
    #: marks as they are afterwards, by number
    marks: Mapping[int, Mark] = field(default_factory=dict)
    #: gaps that changed
    gaps: Sequence[Gap] = ()
    #: those of them that opened or ended
    told: Sequence[Gap] = ()
    #: rows that need no answer any more
    settled: Sequence[SeenKey] = ()
    #: entries that come beside those of decisions
    drafts: Sequence[Draft] = ()


async def store_batch(tx: Tx, keys: Keys, batch: Batch, now: datetime) -> Writes:
    """Write everything that a batch leads to, and return it.

    Raises OwnershipLostError when the intake isn't this process's own any more, ForgottenError when an account was
    forgotten meanwhile.
    """
    if batch.lease is not None:
        await hold(tx, batch.lease)
    if await generation(tx, batch.community) != batch.generation:
        raise ForgottenError
    found = [one for one in batch.judged if one.judgement.findings]
    writes = Writes()
    if found:
        writes = plan_batch(await read_state(tx, batch, found, now), found, now)
        await _write(tx, batch.community, writes, now)
    held, entries = await hold_who_rejoined(tx, batch.community, batch.judged, now)
    writes.actions.extend(held)
    writes.drafts.extend(entries)
    await put_seen(tx, batch.rows)
    await settle(tx, batch.settled)
    await move_marks(tx, batch.marks)
    await save_gaps(tx, batch.gaps)
    drafts = [*batch.drafts, *map(gap_draft, batch.told), *writes.drafts]
    await record(tx, keys, batch.community, now, drafts)
    return writes


def rows_of(judged: Sequence[Judged], now: datetime) -> list[BulkRow]:
    """Return the rows of judged messages; a revision that came late has none."""
    return [_row(one, now) for one in judged if not one.fresh.stale]


def _row(one: Judged, now: datetime) -> BulkRow:
    message = one.message
    return seen_row(
        one.key,
        one.judgement.features,
        digest=one.fresh.digest,
        at=message.at,
        edited_at=message.edited_at,
        judged_at=now,
        waiting=one.waiting,
    )


async def read_state(tx: Tx, batch: Batch, found: Sequence[Judged], now: datetime) -> State:
    """Return what is known of the members and messages, and keep everybody else from changing it."""
    community, ladder = batch.community, batch.policies.ladder
    accounts = {one.message.author.key for one in found}
    times = [bounded(one.message.acted_at, now) for one in found]
    await lock_accounts(tx, accounts)
    cases = await open_cases(tx, community, accounts)
    messages = await known_messages(tx, {one.key for one in found})
    return State(
        community=community,
        ladder=ladder,
        incidents=await recent_incidents(
            tx, community, accounts, later(min(times), -_LONGEST_INCIDENT), later(max(times), OUTBURST)
        ),
        cases=cases,
        strikes=await counting_strikes(tx, community, accounts, _since(ladder, min(times))),
        messages=messages,
        effects=await known_effects(tx, set(messages.values())) if messages else {},
        cards=await cards_of_cases(tx, {case.id for case in chain.from_iterable(cases.values())}) if cases else (),
        leads=_leads(batch, found),
    )


def _since(ladder: Ladder | None, at: datetime) -> datetime:
    return EVER if ladder is None else later(at, -ladder.expires - timedelta(seconds=1))


def _leads(batch: Batch, found: Sequence[Judged]) -> dict[Connection, Stream]:
    """Return the channels in which leads see cards."""
    streams: dict[Connection, Stream] = {}
    for one in found:
        channel = one.message.channel
        connection = Connection(platform=channel.platform, workspace=channel.workspace)
        if connection not in streams:
            stream = leads_stream(batch.policies, connection)
            if stream is not None:
                streams[connection] = stream
    return streams


def leads_stream(policies: PolicySet, connection: Connection) -> Stream | None:
    """Return the channel named `leads` on one connection; None where the community lists none."""
    place = next((place for place in policies.places if place.name == _LEADS), None)
    if place is None:
        return None
    if connection.platform is PlatformName.SLACK and place.slack:
        workspace, _, channel = place.slack.rpartition("/")
        if workspace in ("", connection.workspace):
            return Stream(platform=connection.platform, workspace=connection.workspace, channel=channel)
    if connection.platform is PlatformName.DISCORD and place.discord:
        return Stream(platform=connection.platform, workspace=connection.workspace, channel=place.discord)
    return None


async def _write(tx: Tx, community: str, writes: Writes, now: datetime) -> None:
    """Write what follows, each table before those that refer to it."""
    await add_messages(tx, writes.messages)
    await add_cases(tx, community, writes.opened, now)
    await raise_cases(tx, writes.raised)
    await save_incidents(tx, community, writes.incidents)
    await add_decisions(tx, community, writes.decisions, now)
    await add_effects(tx, writes.effects)
    await add_strikes(tx, community, writes.strikes)
    await add_sanctions(tx, community, [(imposed.sanction, imposed.decision) for imposed in writes.sanctions])
    if writes.cards:
        await want_cards(tx, community, writes.cards, now)
    if writes.timers:
        await set_timers(tx, writes.timers)
    if writes.actions:
        await plan(tx, writes.actions, now)
