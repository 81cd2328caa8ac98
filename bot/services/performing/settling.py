"""Writes down what became of a batch, with everything that follows from it, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.action import Action, ActionKind, ActionState, Answer
from bot.domain.by_hand import HAND
from bot.domain.entry_kind import EntryKind
from bot.domain.gap import ALLOWANCE
from bot.domain.message import MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import wanted
from bot.services.intake.following import RAID_MODE_ENDS
from bot.services.performing import entries, paging
from bot.services.performing.asking import Answered
from bot.services.performing.by_hand import covered_by_hand, put_off, record_with_hands
from bot.services.performing.entries import PERFORMER, Entry
from bot.services.performing.needs import Needs
from bot.services.performing.outcomes import OPENED_OUTSIDE
from bot.services.performing.renewing import doors_renewal, renewal
from bot.services.record import Draft
from bot.store import actions as store
from bot.store.actions import Claimed, Settled
from bot.store.cards import note_shown
from bot.store.connections import ConnectionState, move_connection
from bot.store.engine import Tx
from bot.store.leases import hold
from bot.store.messages import note_posted
from bot.store.sanctions import active_sanctions
from bot.store.standings import Known, Purge, StandingKey, note_purges, note_standings
from bot.store.superseding import planned_deletions, planned_for
from bot.store.timers import Timer, drop_timers, set_timers

#: actions that ended, with their state
Ended = list[tuple[Claimed, ActionState]]


async def settle(needs: Needs, connection: str, answered: Sequence[Answered]) -> Ended:
    """Write down how attempts ended and what follows, and return what ended by it.

    What was claimed anew meanwhile is left alone. Raises OwnershipLostError, UnavailableError: nothing is stored then.
    """
    now = needs.clock.now()
    answered = put_off(needs, answered, now)
    async with needs.store.writing() as tx:
        await hold(tx, needs.lease)
        told = await store.settle(tx, [_settled(one, now) for one in answered])
        kept = [one for one in answered if one.job.claimed.action.id in told]
        await note_standings(tx, _standings(kept), now)
        purges = _purges(kept, now)
        await note_purges(tx, purges)
        await _note_cards(tx, kept, now)
        pointless = [
            *await _purged(tx, connection, purges),
            *await _covered(tx, connection, kept, now),
            *await _repeated(tx, connection, kept),
            *await _outdated(tx, connection, kept),
            *await covered_by_hand(tx, connection, kept),
        ]
        await store.end(tx, pointless, now)
        await set_timers(tx, [timer for one in kept if (timer := _renewal(one, now)) is not None])
        for one in (one.job.claimed.action for one in kept if one.became.reason == OPENED_OUTSIDE):
            # what would have opened them in the end might open what others close by then
            await drop_timers(tx, RAID_MODE_ENDS, one.community, [one.connection])
        noted = [_ended(one) for one in kept if one.became.ended]
        noted += [entries.ended(one, state, reason, one.action.attempts) for one, state, reason in pointless]
        noted += await _plan_pages(tx, kept, now)
        await record_with_hands(tx, needs, kept, pointless, noted, now=now)
    ends = [(one.job.claimed, one.became.state) for one in kept if one.became.ended]
    return [*ends, *((one, state) for one, state, _ in pointless)]


def _settled(one: Answered, now: datetime) -> Settled:
    action = one.job.claimed.action
    return Settled(
        id=action.id,
        fence=action.fence,
        state=one.became.state,
        reason=one.became.reason,
        attempts=one.became.attempts,
        due_at=one.became.due_at,
        details=_kept_details(one),
        finished_at=now if one.became.ended else None,
    )


def _kept_details(one: Answered) -> Mapping[str, str | int]:
    """Return what is kept of what was asked; whose word was wrong no longer says that it is done."""
    details = one.job.claimed.action.details
    if one.became.state is not ActionState.BY_HAND:
        return details
    return {key: value for key, value in details.items() if key != HAND}


def _ended(one: Answered) -> Entry:
    return entries.ended(one.job.claimed, one.became.state, one.became.reason, one.became.attempts)


def _is_shown(one: Answered) -> bool:
    """Return whether the platform is known to be as the action wants it."""
    return one.job.claimed.action.kind is ActionKind.RESTRICT and one.became.state is ActionState.CONFIRMED


def _key(one: Answered) -> StandingKey:
    details = one.job.claimed.action.details
    return str(details["account"]), OutcomeKind(str(details["sanction"]))


def _standings(kept: Sequence[Answered]) -> dict[StandingKey, Known]:
    """Return what is known of members now: what was set is ours, what was only found isn't."""
    known: dict[StandingKey, Known] = {}
    for one in kept:
        action = one.job.claimed.action
        if action.kind is not ActionKind.RESTRICT:
            continue
        if one.is_ours or (HAND in action.details and one.became.state is ActionState.CONFIRMED):
            known[_key(one)] = Known(ours=one.job.effect.standing, theirs=one.job.known.theirs)
        elif one.result is None and one.became.state is ActionState.CONFIRMED:
            known[_key(one)] = one.job.known
        elif one.was_read and one.result is not None and one.result.answer is Answer.ALREADY_SO:
            known[_key(one)] = Known(ours=one.job.known.ours, theirs=one.job.effect.standing)
    return known


async def _note_cards(tx: Tx, kept: Sequence[Answered], now: datetime) -> None:
    shown: dict[str, tuple[int, str | None]] = {}
    for one in kept:
        action, effect = one.job.claimed.action, one.job.effect
        if action.kind is not ActionKind.CARD or one.result is None or effect.card is None or effect.stream is None:
            continue
        card = str(action.details["card"])
        if one.became.state is ActionState.CONFIRMED:
            message = one.job.shown_on
            if one.result.posted and (effect.message is None or effect.message.message != one.result.posted):
                stream = effect.stream
                ref = MessageRef(
                    platform=stream.platform,
                    workspace=stream.workspace,
                    channel=stream.channel,
                    message=one.result.posted,
                )
                message = await note_posted(tx, action.community, ref, now)
            shown[card] = (effect.card.version, message)
        elif one.result.answer is Answer.GONE and effect.message is not None:
            # posted anew next time
            shown[card] = (0, None)
    await note_shown(tx, shown)


def _superseded(claimed: Collection[Claimed], reason: str) -> list[tuple[Claimed, ActionState, str]]:
    return [(one, ActionState.SUPERSEDED, reason) for one in claimed]


def _purges(kept: Sequence[Answered], now: datetime) -> list[Purge]:
    """Return what new bans took along; clocks differ, so a little less than they were asked to."""
    found = []
    for one in kept:
        effect = one.job.effect
        done = one.result is not None and one.result.answer is Answer.DONE and not effect.ours.held
        if done and effect.sanction is OutcomeKind.BAN and effect.standing.held and effect.purge:
            long = timedelta(seconds=effect.purge)
            found.append(Purge(account=_key(one)[0], since=now - long + min(ALLOWANCE, long / 2), until=now))
    return found


async def _purged(tx: Tx, connection: str, purges: Sequence[Purge]) -> list[tuple[Claimed, ActionState, str]]:
    """Return the deletions that bans made pointless: of what was posted within the time that each one purged."""
    if not purges:
        return []
    of = {one.account: one for one in purges}
    found = await planned_deletions(tx, connection, of)
    gone = [one.claimed for one in found if of[one.account].since <= one.posted_at <= of[one.account].until]
    return _superseded(gone, "purged")


async def _unchanged(
    tx: Tx, kept: Sequence[Answered], before: Mapping[tuple[str, str], datetime], now: datetime
) -> dict[tuple[str, str], datetime]:
    """Return those for which the active sanctions still add up to what was shown: some may have come late."""
    same = {}
    shown = {(one.job.claimed.action.target, _key(one)[1].value): one for one in kept if _is_shown(one)}
    active = await active_sanctions(tx, {_key(one)[0] for one in shown.values()}, now)
    for key, since in before.items():
        account, kind = _key(shown[key])
        if wanted(active.get(account, ()), kind, now) == shown[key].job.wanted:
            same[key] = since
    return same


async def _covered(
    tx: Tx, connection: str, kept: Sequence[Answered], now: datetime
) -> list[tuple[Claimed, ActionState, str]]:
    """Return restrictions planned before these were performed: the union that was shown has them in it already."""
    before: Mapping[tuple[str, str], datetime] = {
        (one.job.claimed.action.target, _key(one)[1].value): one.job.looked_at
        for one in kept
        if _is_shown(one) and not one.was_read and one.job.looked_at is not None
    }
    if not before:
        return []
    found = await planned_for(tx, connection, ActionKind.RESTRICT, {target for target, _ in before})
    if not found:
        return []
    before = await _unchanged(tx, kept, before, now)
    covered = []
    for one in found:
        since = before.get((one.action.target, str(one.action.details["sanction"])))
        if since is not None and one.planned_at < since and not one.action.details.get("purge"):
            covered.append(one)
    return _superseded(covered, "covered")


async def _repeated(tx: Tx, connection: str, kept: Sequence[Answered]) -> list[tuple[Claimed, ActionState, str]]:
    """Return what would set a place to what it was just set to, up to the next change of it."""
    repeated: list[Claimed] = []
    for kind in (ActionKind.SLOW_MODE, ActionKind.RAID_MODE):
        done = {
            one.job.claimed.action.target: one.job.claimed
            for one in kept
            if one.job.claimed.action.kind is kind and one.became.state is ActionState.CONFIRMED and not one.was_read
        }
        changed: set[str] = set()
        for one in await planned_for(tx, connection, kind, done) if done else ():
            set_by = done[one.action.target]
            if one.number < set_by.number or one.action.details != set_by.action.details:
                changed.add(one.action.target)
            if one.action.target not in changed:
                repeated.append(one)
    return _superseded(repeated, "covered")


async def _outdated(tx: Tx, connection: str, kept: Sequence[Answered]) -> list[tuple[Claimed, ActionState, str]]:
    """Return actions on cards whose wanted version, or a newer one, is shown now."""
    shown = {
        one.job.claimed.action.target: one.job.effect.card.version
        for one in kept
        if one.became.state is ActionState.CONFIRMED and one.job.effect.card is not None
    }
    if not shown:
        return []
    found = await planned_for(tx, connection, ActionKind.CARD, shown)
    return _superseded([one for one in found if _version(one.action) <= shown[one.action.target]], "outdated")


def _version(action: Action) -> int:
    version = action.key.rpartition(":")[2]
    return int(version) if version.isdecimal() else 0


def _renewal(one: Answered, now: datetime) -> Timer | None:
    if one.job.claimed.action.kind is ActionKind.RAID_MODE and one.became.state is ActionState.CONFIRMED:
        return doors_renewal(one.job.claimed.action, one.holds, now)
    if not _is_shown(one):
        return None
    return renewal(one.job.claimed.action, one.job.wanted, one.job.effect.standing, now)


async def _plan_pages(tx: Tx, kept: Sequence[Answered], now: datetime) -> list[Entry]:
    pages: list[Action] = []
    for one in kept:
        action, became = one.job.claimed.action, one.became
        page = None
        if became.state is ActionState.DEAD:
            page = paging.dead_page(action, became.reason, now)
        elif one.result is not None and one.result.answer is Answer.FORBIDDEN and became.state is ActionState.FAILED:
            page = paging.forbidden_page(action, became.reason, now)
        if page is not None:
            pages.append(page)
    return await paging.plan_pages(tx, pages, now)


async def note_connection(needs: Needs, connection: str, community: str, to: ConnectionState, reason: str) -> bool:
    """Write down that a connection's token is good or no longer, page where it isn't; return whether that is new."""
    now = needs.clock.now()
    async with needs.store.writing() as tx:
        await hold(tx, needs.lease)
        if not await move_connection(tx, connection, to, reason, now):
            return False
        said = {"connection": connection, "state": to.value, "reason": reason}
        noted: list[Entry] = [(community, Draft(kind=EntryKind.CONNECTION, actor=PERFORMER, details=said))]
        if to is ConnectionState.REVOKED:
            noted += await paging.plan_pages(tx, [paging.revoked_page(community, connection, now)], now)
        await entries.record_all(tx, needs.keys, now, noted)
    return True
