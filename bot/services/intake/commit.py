"""Stores a batch: what is known is read, what follows is planned, and everything is written, in one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from bot.domain.action import ActionKind
from bot.domain.case import Case
from bot.domain.gap import EVER, Gap, Mark, bounded, later
from bot.domain.incident import OUTBURST
from bot.domain.judgement import Mode
from bot.domain.ladder import Ladder
from bot.domain.message import MessageKind
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, Stream
from bot.domain.wave import Signs
from bot.errors import LocumError
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.appeals.codes import offer_code
from bot.services.evidence.wanting import want
from bot.services.intake.book import State, Writes
from bot.services.intake.completing import ask_people, complete_cases
from bot.services.intake.counting import may_ask, read_budgets, write_powers
from bot.services.intake.entries import gap_draft
from bot.services.intake.items import Judged
from bot.services.intake.plan import plan_batch
from bot.services.intake.rejoining import hold_who_rejoined, joined_in, welcome_back
from bot.services.intake.upholding import Emulated, nothing, uphold
from bot.services.intake.waving import signs_of, traces_near
from bot.services.record import Draft, record
from bot.services.showing.digesting import BURST_WITHIN, open_digests
from bot.services.showing.hanging import leads_stream
from bot.services.staff.governing import govern
from bot.services.work import begin_work
from bot.store.accounts import generation, lock_accounts, note_languages
from bot.store.actions import plan
from bot.store.approvals import waiting_requests
from bot.store.bulk import BulkRow
from bot.store.cards import CardRow, cards_of_cases, want_cards
from bot.store.case_views import opened_recently
from bot.store.cases import add_cases, open_cases, open_cases_among, raise_cases
from bot.store.channels import move_marks
from bot.store.copies import copies_of
from bot.store.decisions import add_decisions
from bot.store.effects import add_effects, known_effects
from bot.store.engine import Tx
from bot.store.gaps import save_gaps
from bot.store.gone import mark_back
from bot.store.incidents import KeptIncident, recent_incidents, save_incidents
from bot.store.leases import Lease, hold
from bot.store.messages import add_messages, known_messages
from bot.store.sanctions import add_sanctions
from bot.store.seen import SeenKey, put_seen, seen_row, settle
from bot.store.strikes import add_strikes, counting_strikes
from bot.store.superseding import due_targets
from bot.store.timers import set_timers
from bot.store.waves import keep_traces

#: the longest an incident can last: two minutes to its first notice, two more from there
_LONGEST_INCIDENT = 2 * OUTBURST
#: after these nobody is there any more to appeal by command
_REMOVALS = frozenset({OutcomeKind.KICK.value, OutcomeKind.BAN.value})


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
    #: which sanctions are upheld by deleting what members write
    emulated: Emulated = nothing


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
        writes = plan_batch(await read_state(tx, batch, found, now, signs_of(keys, found)), found, now)
        if writes.opened or writes.raised:
            await complete_cases(await begin_work(tx, keys, batch.policies, now), found, writes)
        # on SQLite nothing here waits: others have their turn between
        await asyncio.sleep(0)
        await _write(tx, batch.community, writes, now)
        # who is told something is told it as they read
        authors = (one.message.author for one in found)
        await note_languages(tx, {one.key: one.language for one in authors if one.language})
        await asyncio.sleep(0)
        await _offer_codes(tx, keys, batch, writes, now)
        await write_powers(tx, keys, batch.policies, writes, now)
    back = await mark_back(tx, joined_in(batch.judged))
    if back:
        work = await begin_work(tx, keys, batch.policies, now)
        await welcome_back(work, back)
        writes.drafts.extend(work.drafts)
    held, entries = await hold_who_rejoined(tx, batch.community, batch.judged, now)
    writes.actions.extend(held)
    writes.drafts.extend(entries)
    upheld, entries = await uphold(tx, batch.policies, batch.judged, batch.emulated, now, planned=writes.actions)
    writes.actions.extend(upheld)
    writes.drafts.extend(entries)
    await asyncio.sleep(0)
    await put_seen(tx, batch.rows)
    await settle(tx, batch.settled)
    await move_marks(tx, batch.marks)
    await save_gaps(tx, batch.gaps)
    drafts = [*batch.drafts, *map(gap_draft, batch.told), *writes.drafts]
    await record(tx, keys, batch.community, now, drafts)
    return writes


async def _offer_codes(tx: Tx, keys: Keys, batch: Batch, writes: Writes, now: datetime) -> None:
    """Let whom rules remove appeal with the code that their notice names."""
    removing = [
        one for one in writes.decisions
        if one.mode is Mode.LIVE and one.account and any(said["kind"] in _REMOVALS for said in one.outcomes)
    ]  # fmt: skip
    if removing:
        work = await begin_work(tx, keys, batch.policies, now)
        for one in removing:
            await offer_code(work, one.id, str(one.account))


def rows_of(judged: Sequence[Judged], now: datetime) -> list[BulkRow]:
    """Return the rows of judged messages; a revision that came late has none, and nothing was written by a new name."""
    return [
        _row(one, now) for one in judged if not one.fresh.stale and one.message.kind is not MessageKind.RENAME
    ]  # fmt: skip


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
        nowhere=message.is_nowhere,
    )


async def read_state(
    tx: Tx, batch: Batch, found: Sequence[Judged], now: datetime, signs: Mapping[SeenKey, Signs]
) -> State:
    """Return what is known of the members and messages, and keep everybody else from changing it."""
    community, ladder = batch.community, batch.policies.ladder
    accounts = {one.message.author.key for one in found}
    times = [bounded(one.message.acted_at, now) for one in found]
    await lock_accounts(tx, accounts)
    cases = await open_cases(tx, community, accounts)
    incidents = await recent_incidents(
        tx, community, accounts, later(min(times), -_LONGEST_INCIDENT), later(max(times), OUTBURST)
    )
    traces = await traces_near(tx, batch.policies, found, now)
    await _add_shared(tx, community, cases, [*(one.case for one in traces), *_cases_of(incidents)])
    messages = await known_messages(tx, {one.key for one in found})
    governance = await govern(tx, batch.policies)
    # budgets are locked after members and their cases, and what waits for a yes with its member
    waiting = await waiting_requests(tx, community, accounts) if may_ask(found, ladder) else {}
    spent, sanctioned = await read_budgets(tx, community, governance.automation, ladder, found, now)
    cards = await cards_of_cases(tx, {case.id for case in chain.from_iterable(cases.values())}) if cases else ()
    # what hangs in a digest is shown there, whatever else is found of its member
    digests = await open_digests(tx, community, now) if ask_people(found) or _lack_cards(cases, cards) else {}
    soon, after = await _drawn_soon(tx, [*cards, *digests.values()], now)
    return State(
        community=community,
        ladder=ladder,
        incidents=incidents,
        cases=cases,
        strikes=await counting_strikes(tx, community, accounts, _since(ladder, min(times))),
        messages=messages,
        effects=await known_effects(tx, set(messages.values())) if messages else {},
        copies=await copies_of(tx, messages.values()) if messages else {},
        cards=cards,
        drawn_soon=soon,
        drawn_after=after,
        leads=_leads(batch, found),
        recent=await opened_recently(tx, community, now - BURST_WITHIN) if ask_people(found) else {},
        digests=digests,
        governance=governance,
        waiting=waiting,
        spent=spent,
        sanctioned=sanctioned,
        wave_within=batch.policies.wave_within,
        signs=signs,
        traces=traces,
    )


def _cases_of(incidents: Mapping[str, Sequence[KeptIncident]]) -> list[str]:
    return [one.case for one in chain.from_iterable(incidents.values()) if one.case is not None]


async def _add_shared(tx: Tx, community: str, cases: dict[str, list[Case]], ids: Sequence[str]) -> None:
    """Add open cases that aren't, or aren't only, about these members: those of waves, and those that may become so."""
    known = {case.id for case in chain.from_iterable(cases.values())}
    for case in await open_cases_among(tx, community, set(ids) - known):
        cases.setdefault(case.account, []).append(case)


def _lack_cards(cases: Mapping[str, Sequence[Case]], cards: Sequence[CardRow]) -> bool:
    """Return whether some of these cases have no card of their own."""
    shown = {card.case for card in cards}
    return any(case.id not in shown for case in chain.from_iterable(cases.values()))


async def _drawn_soon(tx: Tx, cards: Sequence[CardRow], now: datetime) -> tuple[set[str], set[str]]:
    """Return which of these cards somebody is about to draw: of a flood, each change would be a drawing otherwise.

    Those that are being drawn already, and will be once more, come second.
    """
    targets = {f"card:{one.id}": one.id for one in cards}
    soon, after = await due_targets(tx, ActionKind.CARD, targets, now)
    return {targets[one] for one in soon}, {targets[one] for one in after}


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


async def _write(tx: Tx, community: str, writes: Writes, now: datetime) -> None:
    """Write what follows, each table before those that refer to it."""
    await add_messages(tx, writes.messages)
    await add_cases(tx, community, writes.opened, now)
    await raise_cases(tx, writes.raised)
    await keep_traces(tx, community, writes.traces)
    await save_incidents(tx, community, writes.incidents)
    await add_decisions(tx, community, writes.decisions, now)
    await add_effects(tx, writes.effects)
    if writes.copies:
        await want(tx, community, writes.copies)
    await add_strikes(tx, community, writes.strikes)
    await add_sanctions(tx, community, [(imposed.sanction, imposed.decision) for imposed in writes.sanctions])
    if writes.cards:
        await want_cards(tx, community, writes.cards, now)
    if writes.timers:
        await set_timers(tx, writes.timers)
    if writes.actions:
        await plan(tx, writes.actions, now)
