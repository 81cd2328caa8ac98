"""Asks people for what a platform leaves to them: one card for what belongs together, with where it is done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.action import Action
from bot.domain.actor import scheduler
from bot.domain.by_hand import MOST_CARDS, WITHIN, ManualStep, crowd_of, ground_of, sound_link
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.ledger.canonical import Plain
from bot.services.alarms import MANUAL_STEP, alarm
from bot.services.hands.showing import hang_up
from bot.services.record import Draft, Private
from bot.services.sanctioning import planned_entry
from bot.services.work import Work
from bot.store.accounts import account_refs, lock_accounts
from bot.store.actions import plan, present
from bot.store.columns import new_id
from bot.store.manual_steps import add_steps, note_entries, open_cards, open_subjects, subjects_of
from bot.store.timers import Timer, set_timers_sooner

#: who asks: nobody in particular
_ASKER = scheduler("perform")
#: kind of the timers that remind of steps; their subject is what the card stands on
HAND_DUE = "hand_due"
#: read back after somebody said that it is done
STILL_THERE = "still_there"


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """An action that was left to hands."""

    #: the action, as it was asked for
    action: Action
    #: where it is done, as the platform says
    link: str = ""
    #: why, as a code
    reason: str = ""

    @property
    def account(self) -> str:
        """Surrogate of the member that it is about; empty for nobody."""
        return str(self.action.details.get("account", ""))


async def ask_people(work: Work, left: Sequence[Left], covered: Collection[str] = ()) -> None:
    """Show leads what they are to do, and remember it; what was said to be done, and isn't, is shown again.

    What takes the place of something that waited, an action of `covered`, is shown where that was.
    Where the community lists no channel for its leads, whoever is paged is told that something waits, once a day.
    """
    again = await subjects_of(work.tx, [one.action.id for one in left])
    new = [one for one in left if one.action.id not in again]
    placed = await _placed(work, new, covered)
    await add_steps(work.tx, work.community, [_step(work, one, *placed[one.action.id]) for one in new])
    subjects = {action: subject for action, (subject, _) in placed.items()}
    await _record(work, left, {**again, **subjects})
    first: dict[str, Left] = {}
    for one in left:
        first.setdefault({**again, **subjects}[one.action.id], one)
    for subject, one in first.items():
        if not await hang_up(work, subject, one.action):
            await _page(work, one.action)
    fresh = {subject: one for subject, one in first.items() if one.action.id in subjects}
    # what comes to a card puts nobody's reminder off
    await set_timers_sooner(work.tx, [reminder(work, subject, one.action) for subject, one in fresh.items()])


def reminder(work: Work, subject: str, action: Action) -> Timer:
    """Return the timer that reminds of steps, by how grave they are."""
    due_at = work.now + WITHIN[action.severity]
    return Timer(kind=HAND_DUE, community=work.community, subject=subject, due_at=due_at)


async def _placed(work: Work, new: Sequence[Left], covered: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return under which subject each new action is shown, and by what others find it: with its own sort, or alone.

    Once many cards wait on a connection, those that would come on top are joined with others of their sort.
    """
    if not new:
        return {}
    crowds = {crowd_of(one.action, work.now) for one in new}
    grounds = crowds | {ground_of(one.action) for one in new}
    known = await open_subjects(work.tx, work.community, grounds, covered)
    cards = await open_cards(work.tx, work.community, new[0].action.connection)
    placed: dict[str, tuple[str, str]] = {}
    for one in new:
        ground = ground_of(one.action)
        if ground not in known and cards >= MOST_CARDS:
            ground = crowd_of(one.action, work.now)
        if ground not in known:
            known[ground] = new_id()
            cards += 1
        placed[one.action.id] = known[ground], ground
    return placed


def _step(work: Work, one: Left, subject: str, ground: str) -> ManualStep:
    return ManualStep(
        action=one.action.id, kind=one.action.kind, subject=subject, ground=ground,
        connection=one.action.connection, account=one.account, asked_at=work.now,
    )  # fmt: skip


async def _record(work: Work, left: Sequence[Left], subjects: dict[str, str]) -> None:
    """Record what is asked of people; where that is done is sealed as the member's, for it may name their message."""
    there = await _remembered(work, left)
    numbers: dict[str, int] = {}
    sealed = [one.action.id for one in left if one.account in there and sound_link(one.link)]

    for one in left:
        name = one.action.id
        change = STILL_THERE if one.reason == STILL_THERE else "asked"
        said: dict[str, Plain] = {
            "change": change, "subject": subjects[name], "kind": one.action.kind.value, "reason": one.reason,
            "actions": 1,
        }  # fmt: skip

        async def noting(seq: int, name: str = name) -> None:
            numbers[name] = seq
            if len(numbers) == len(sealed):
                await note_entries(work.tx, numbers)

        where = Private(
            field="details.link", account=one.account, value=sound_link(one.link), retention=Retention.EVIDENCE
        )
        is_sealed = name in set(sealed)
        work.record(
            Draft(
                kind=EntryKind.MANUAL_STEP,
                actor=_ASKER,
                policy=work.policies.version,
                case=one.action.case,
                action=name,
                details=said,
                private=(where,) if is_sealed else (),
            ),
            noting=noting if is_sealed else None,
        )


async def _remembered(work: Work, left: Sequence[Left]) -> set[str]:
    """Return the members whom nobody forgot; they stay so until the transaction ends."""
    accounts = {one.account for one in left if one.account}
    await lock_accounts(work.tx, accounts)
    return set(await account_refs(work.tx, accounts))


async def _page(work: Work, action: Action) -> None:
    """Have somebody told that something waits for a hand, where no channel can show it."""
    said: dict[str, str | int] = {"kind": action.kind.value, "connection": action.connection}
    once = f"{action.connection}/{action.kind.value}:{work.now.date().isoformat()}"
    page = alarm(work.community, MANUAL_STEP, once, said, work.now, severity=action.severity)
    await plan(work.tx, [page], work.now)
    if await present(work.tx, [page.id]):
        work.record(planned_entry([page], _ASKER, work.policies.version))
