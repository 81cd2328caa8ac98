"""Forgetting a member: what goes, what stays for how long, and who may be at it at the same time."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.cards.case_card import case_card, handle
from bot.domain.actor import OPERATOR
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef
from bot.i18n import LANGUAGES, say
from bot.ledger import tree
from bot.services.record import Draft, record
from bot.services.subjects.erasing import erase, forget_handler
from bot.services.subjects.holding import HeldAlreadyError, NoSuchHoldError, hold, release
from bot.services.subjects.requests import UnknownSubjectError
from bot.services.timing import sweep
from bot.store import tables
from bot.store.accounts import generation, known_accounts, lock_accounts
from bot.store.cards import CardRow, card_rows, note_shown, want_cards
from bot.store.case_views import case_views
from bot.store.engine import Store
from bot.store.ledger import growing
from bot.store.ledger.reading import bodies
from bot.store.messages import add_messages
from bot.store.requests import RequestState
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.subjects.make import (
    HARBOUR,
    LOBBY,
    Known,
    action,
    begin,
    count,
    entries_of,
    member,
    put_seen,
    ref,
    row,
    sanction,
    settle,
)

DAY = timedelta(days=1)


async def nothing_personal(store: Store, known: Known) -> bool:
    """Tell whether key, values, refs and judged messages are gone."""
    left = [
        await count(store, tables.subject_keys, tables.subject_keys.c.account == known.account),
        await count(store, tables.sealed_values, tables.sealed_values.c.account == known.account),
        await count(store, tables.seen, tables.seen.c.account == known.account),
        await count(
            store, tables.messages, tables.messages.c.account == known.account, tables.messages.c.message.is_not(None)
        ),
    ]
    return left == [0, 0, 0, 0]


async def has_id(store: Store, known: Known) -> bool:
    return (await row(store, tables.accounts, known.account)).user is not None


async def test_erasing_deletes_key_salts_values_refs_and_id_and_leaves_the_surrogate(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    gone, other = await member(store, keys), await member(store, keys)
    erased = await erase(store, keys, clock, HARBOUR, gone.ref)
    assert erased.request.state is RequestState.DONE
    assert await nothing_personal(store, gone)
    forgotten = await row(store, tables.accounts, gone.account)
    assert (forgotten.user, forgotten.erased_at) == (None, START)
    assert await has_id(store, other)
    assert not await nothing_personal(store, other)


async def test_erasing_is_recorded_by_surrogate_with_its_ground(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    gone = await member(store, keys)
    await erase(store, keys, FakeClock(), HARBOUR, gone.ref, "withdrawn")
    (entry,) = await entries_of(store, EntryKind.ERASED)
    assert entry["details"]["account"] == gone.account
    assert (entry["details"]["scope"], entry["details"]["ground"]) == ("all", "withdrawn")
    assert entry["actor"] == {"kind": "operator"}
    assert gone.ref.user not in str(entry)


async def test_every_leaf_leads_to_the_same_root_after_erasing(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    gone = await member(store, keys)
    async with store.reading() as tx:
        before = await bodies(tx, HARBOUR, 0, 100)
    await erase(store, keys, FakeClock(), HARBOUR, gone.ref)
    async with store.reading() as tx:
        after, head = await bodies(tx, HARBOUR, 0, 100), await growing.head(tx, HARBOUR)
    assert after[: len(before)] == before
    assert head is not None
    frontier = tree.append(tree.Frontier(size=0, peaks=()), [tree.leaf_hash(body) for body in after]).frontier
    assert frontier.peaks == head.peaks


async def test_cards_about_the_member_are_drawn_anew_and_say_so(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    gone, other = await member(store, keys), await member(store, keys)
    async with store.writing() as tx:
        shown = [
            CardRow(id=f"{number:032x}", subject=one.case, case=one.case, stream=LOBBY, wanted=3)
            for number, one in enumerate((gone, other))
        ]
        await want_cards(tx, HARBOUR, shown, clock.now())
        await note_shown(tx, {card.id: (3, None) for card in shown})
    await erase(store, keys, clock, HARBOUR, gone.ref)
    async with store.reading() as tx:
        rows = await card_rows(tx, [card.id for card in shown])
        views = await case_views(tx, [gone.case, other.case])
    assert [(rows[card.id].wanted, rows[card.id].shown) for card in shown] == [(4, 3), (3, 3)]
    assert (views[gone.case].forgotten, views[other.case].forgotten) == (True, False)
    for language in LANGUAGES:
        texts = [str(case_card(views[one.case], 4, language).fields) for one in (gone, other)]
        assert say("cards.forgotten", language, member=handle(gone.account)) in texts[0]
        assert say("cards.forgotten", language, member=handle(other.account)) not in texts[1]
    (planned,) = await entries_of(store, EntryKind.PLANNED)
    (action_of,) = planned["details"]["actions"]
    found = await row(store, tables.actions, action_of["id"])
    assert (found.key, found.connection, found.state) == (f"card:{shown[0].id}:4", "discord/4100", "planned")


async def test_erasing_twice_says_the_second_time_that_nothing_is_known(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    gone = await member(store, keys)
    await erase(store, keys, FakeClock(), HARBOUR, gone.ref)
    with pytest.raises(UnknownSubjectError):
        await erase(store, keys, FakeClock(), HARBOUR, gone.ref)
    assert len(await entries_of(store, EntryKind.ERASED)) == 1


async def test_an_unknown_account_leaves_no_trace(store: Store) -> None:
    await begin(store)
    with pytest.raises(UnknownSubjectError):
        await erase(store, FakeKeys(), FakeClock(), HARBOUR, ref("1"))
    assert await count(store, tables.subject_requests) == 0
    assert await count(store, tables.ledger_entries) == 0


async def test_two_who_erase_the_same_member_at_once_do_it_once(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    gone = await member(store, keys)
    both = await asyncio.gather(
        *(erase(store, keys, FakeClock(), HARBOUR, gone.ref) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in both) == ["Erased", "UnknownSubjectError"]
    assert len(await entries_of(store, EntryKind.ERASED)) == 1


async def test_a_legal_hold_wins_and_the_request_waits_with_its_clock(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    kept = await member(store, keys)
    await hold(store, keys, clock, HARBOUR, kept.ref, "AZ 12/26")
    erased = await erase(store, keys, clock, HARBOUR, kept.ref)
    assert (erased.request.state, erased.holds) == (RequestState.HELD, ("AZ 12/26",))
    assert await has_id(store, kept)
    assert not await nothing_personal(store, kept)
    assert not await entries_of(store, EntryKind.ERASED)
    assert erased.request.due_at.month == 4


async def test_what_waited_for_a_hold_is_erased_once_it_is_released(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    kept = await member(store, keys)
    await hold(store, keys, clock, HARBOUR, kept.ref, "AZ 12/26")
    asked = (await erase(store, keys, clock, HARBOUR, kept.ref)).request
    await release(store, keys, clock, HARBOUR, kept.ref, "AZ 12/26")
    await sweep(store, clock, {"forget": forget_handler(keys)})
    assert not await has_id(store, kept)
    assert (await row(store, tables.subject_requests, asked.id)).state == "done"


async def test_of_two_holds_the_second_still_counts(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    kept = await member(store, keys)
    for reference in ("one", "two"):
        await hold(store, keys, clock, HARBOUR, kept.ref, reference)
    with pytest.raises(HeldAlreadyError):
        await hold(store, keys, clock, HARBOUR, kept.ref, "two")
    await erase(store, keys, clock, HARBOUR, kept.ref)
    await release(store, keys, clock, HARBOUR, kept.ref, "one")
    await sweep(store, clock, {"forget": forget_handler(keys)})
    assert await has_id(store, kept)
    with pytest.raises(NoSuchHoldError):
        await release(store, keys, clock, HARBOUR, kept.ref, "one")


async def test_a_ban_keeps_the_id_and_nothing_else_until_it_has_been_lifted(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    handlers = {"forget": forget_handler(keys)}
    await begin(store)
    banned = await member(store, keys)
    ban = await sanction(store, banned, until=START + 3 * DAY)
    erased = await erase(store, keys, clock, HARBOUR, banned.ref)
    assert erased.request.state is RequestState.PARTLY
    assert await nothing_personal(store, banned)
    assert await has_id(store, banned)
    # the ban is over, and nobody has lifted it yet
    clock.move(3 * DAY + timedelta(minutes=11))
    await sweep(store, clock, handlers)
    assert await has_id(store, banned)
    # it is lifted: the unban is on its way
    async with store.writing() as tx:
        await tx.execute(update(tables.sanctions).where(tables.sanctions.c.id == ban).values(lifted_at=clock.now()))
    unban = await action(store, banned, f"account:{banned.account}", state="attempted")
    clock.move(timedelta(minutes=11))
    await sweep(store, clock, handlers)
    assert await has_id(store, banned)
    await settle(store, unban)
    clock.move(timedelta(minutes=11))
    await sweep(store, clock, handlers)
    assert not await has_id(store, banned)
    scopes = [entry["details"]["scope"] for entry in await entries_of(store, EntryKind.ERASED)]
    assert scopes == ["partly", "all"]


async def test_what_a_platform_still_holds_somebody_to_keeps_the_id_after_the_unban_was_given_up(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    banned = await member(store, keys)
    await sanction(store, banned, until=START, lifted_at=START)
    await action(store, banned, f"account:{banned.account}", state="dead")
    async with store.writing() as tx:
        await tx.execute(
            tables.standings.insert(),
            {"account": banned.account, "kind": "ban", "held": True, "until": None, "at": START},
        )
    erased = await erase(store, keys, clock, HARBOUR, banned.ref)
    assert (erased.request.state, erased.needs.standings) == (RequestState.PARTLY, 1)
    assert await has_id(store, banned)


@pytest.mark.parametrize("state", ["planned", "attempted", "unknown", "held"])
async def test_a_message_keeps_its_ref_while_an_action_on_it_is_open(store: Store, state: str) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    gone = await member(store, keys)
    waiting = await action(store, gone, f"message:{gone.message}", "delete", state)
    erased = await erase(store, keys, clock, HARBOUR, gone.ref)
    assert erased.needs.messages == {gone.message}
    assert (await row(store, tables.messages, gone.message)).message == gone.message_ref
    await settle(store, waiting)
    clock.move(timedelta(minutes=10))
    await sweep(store, clock, {"forget": forget_handler(keys)})
    assert await nothing_personal(store, gone)
    assert not await has_id(store, gone)


async def test_a_batch_under_way_is_waited_for_and_what_it_stored_is_forgotten_too(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    gone = await member(store, keys)
    started = asyncio.Event()

    async def intake() -> None:
        async with store.writing() as tx:
            await generation(tx, HARBOUR)
            await lock_accounts(tx, [gone.account])
            started.set()
            # long enough for the erasure to stand in the queue
            for _ in range(20):
                await asyncio.sleep(0)
            await put_seen(tx, gone.account, "555", START)
            values = {"id": "5" * 32, "community": HARBOUR, "channel": 1, "message": "555", "account": gone.account}
            await add_messages(tx, [values | {"at": START}])
            await record(tx, keys, HARBOUR, START, [Draft(kind="decision", actor=OPERATOR)])

    async def erasing() -> None:
        await started.wait()
        await erase(store, keys, FakeClock(), HARBOUR, gone.ref)

    await asyncio.gather(intake(), erasing())
    assert await nothing_personal(store, gone)


async def test_a_batch_that_comes_later_sees_that_its_surrogates_are_no_longer_true(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    gone = await member(store, keys)
    async with store.writing() as tx:
        remembered = await generation(tx, HARBOUR)
    await erase(store, keys, FakeClock(), HARBOUR, gone.ref)
    async with store.writing() as tx:
        assert await generation(tx, HARBOUR) != remembered
        assert await known_accounts(tx, HARBOUR, [gone.ref]) == {}


async def test_an_erasure_and_an_unban_at_once_leave_either_the_id_or_nothing_to_do(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    for _ in range(5):
        banned = await member(store, keys)
        ban = await sanction(store, banned, until=START)

        async def unban(known: Known = banned, which: str = ban) -> None:
            async with store.writing() as tx:
                await lock_accounts(tx, [known.account])
                lifted = update(tables.sanctions).where(tables.sanctions.c.id == which)
                await tx.execute(lifted.values(lifted_at=START))
                await tx.execute(
                    tables.actions.insert(),
                    {
                        "id": which, "community": HARBOUR, "connection": "discord/4100",
                        "key": f"restrict:{which}:end", "kind": "restrict", "target": f"account:{known.account}",
                        "severity": 2, "weight": 0, "decision": known.decision, "state": "planned",
                        "due_at": START, "planned_at": START,
                    },
                )  # fmt: skip

        await asyncio.gather(unban(), erase(store, keys, clock, HARBOUR, banned.ref))
        assert await has_id(store, banned)


async def test_the_same_account_elsewhere_is_somebody_else(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    kept = await member(store, keys, "77")
    elsewhere = AccountRef(platform=kept.ref.platform, workspace="9999", user="77")
    with pytest.raises(UnknownSubjectError):
        await erase(store, keys, FakeClock(), HARBOUR, elsewhere)
    assert await has_id(store, kept)
