"""Whatever a platform answers, or doesn't: nothing is lost, nothing is done twice, and somebody hears of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import ActionKind, Answer, Result
from bot.domain.message import AccountRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from bot.domain.severity import Severity
from bot.services.performing import PAGER, Limits
from bot.services.performing.asking import Answered
from bot.services.performing.settling import Ended
from bot.store.actions import claim
from bot.store.connections import ConnectionState
from bot.store.engine import Store, Tx
from bot.store.errors import OwnershipLostError, UnavailableError
from bot.store.leases import give_up, take
from tests.fakes.platform import FakePlatform, FaultKind
from tests.services.performing.house import SERVER, House, open_house

KINDS = ["delete", "timeout", "ban", "kick", "notice", "slow_mode", "raid_mode"]


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


async def planned_one(house: House, what: str) -> str:
    """Plan one action of a kind, and return it."""
    (ada,) = await house.members(1)
    if what in {"timeout", "ban"}:
        await house.impose(ada, OutcomeKind(what), timedelta(days=2))
        return next(iter(await house.states()))
    if what == "delete":
        action = house.deletion((await house.messages(ada, "u0", 1))[0], ada)
    elif what == "slow_mode":
        action = house.action(ActionKind.SLOW_MODE, "channel:1", channel=house.channel, every=30)
    elif what == "raid_mode":
        action = house.action(ActionKind.RAID_MODE, "connection:discord/1", on=1)
    elif what == "kick":
        action = house.action(ActionKind.KICK, f"account:{ada}", account=ada)
    else:
        action = house.notice(ada)
    await house.plan(action)
    return action.id


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize("fault", [FaultKind.ACTED, FaultKind.REFUSED, FaultKind.SILENT, FaultKind.ACTED_SILENT])
async def test_what_was_never_answered_is_read_back_and_done_once(house: House, what: str, fault: FaultKind) -> None:
    action = await planned_one(house, what)
    house.platform.fail(fault)
    performer = house.performer()
    await performer.perform_due()
    assert (await house.row(action))["state"] == "unknown"
    await house.drain(performer)
    assert await house.ends() == {action: "confirmed"}
    assert house.world.by_action[action] == 1
    assert len(house.platform.read_backs) == 1


@pytest.mark.parametrize("what", KINDS)
async def test_a_limit_is_waited_out_and_counts_as_no_attempt(house: House, what: str) -> None:
    action = await planned_one(house, what)
    house.platform.fail(FaultKind.RETRY_AFTER, after=60.0)
    performer = house.performer()
    await performer.perform_due()
    assert await performer.perform_due() == 0
    row = await house.row(action)
    assert (row["state"], row["attempts"]) == ("planned", 0)
    house.clock.move(timedelta(seconds=60))
    await house.drain(performer)
    assert await house.ends() == {action: "confirmed"}


@pytest.mark.parametrize("what", KINDS)
async def test_what_is_forbidden_fails_at_once_and_pages_once(house: House, what: str) -> None:
    action = await planned_one(house, what)
    house.platform.fail(FaultKind.FORBIDDEN, times=None)
    await house.drain(house.performer())
    row = await house.row(action)
    assert (row["state"], row["reason"]) == ("failed", "missing_permission")
    assert len(house.platform.asked) == 1
    (page,) = await house.pages()
    assert page["connection"] == PAGER
    assert page["key"] == f"page:forbidden:discord/1/{row['kind']}:2026-03-03"


@pytest.mark.parametrize("what", KINDS)
async def test_a_lost_token_stops_everything_and_keeps_the_queue(house: House, what: str) -> None:
    action = await planned_one(house, what)
    (bob,) = await house.members(1)
    later = house.notice(bob)
    house.platform.fail(FaultKind.REVOKED)
    performer = house.performer()
    await performer.perform_due()
    await house.plan(later)
    house.clock.move(timedelta(hours=2))
    assert await performer.perform_due() == 0
    assert await house.performer().perform_due() == 0
    assert (await performer.numbers()).state is ConnectionState.REVOKED
    asked = len(house.platform.asked)
    (page,) = await house.pages()
    assert str(page["key"]).startswith("page:revoked:")
    house.platform.mend()
    assert len(house.platform.asked) == asked
    await performer.restored()
    await house.drain(performer)
    assert await house.ends() == {action: "confirmed", later.id: "confirmed"}
    assert house.world.by_action[action] == 1
    assert [entry["details"]["state"] for entry in await house.entries("connection")] == ["revoked", "good"]


async def test_a_limit_for_everything_pauses_the_connection_for_an_hour_and_the_gravest_goes_first_then(
    house: House,
) -> None:
    members = await house.members(6)
    notices = [house.notice(member) for member in members]
    await house.plan(*notices[:3])
    house.platform.fail(FaultKind.RETRY_AFTER, times=3, after=3600.0, everywhere=True)
    performer = house.performer()
    await performer.perform_due()
    grave = replace(notices[5], severity=Severity.CRITICAL)
    await house.plan(*notices[3:5], grave)
    asked = len(house.platform.asked)
    for _ in range(59):
        house.clock.move(timedelta(minutes=1))
        assert await performer.perform_due() == 0
    assert len(house.platform.asked) == asked
    house.clock.move(timedelta(minutes=1))
    await house.drain(performer)
    assert [name for _, _, name in house.world.log] == [grave.id, *(one.id for one in notices[:5])]
    assert [row["attempts"] for row in [await house.row(one) for one in notices]] == [1] * 6


async def test_what_never_works_is_given_up_visibly_and_pages_somebody_once(house: House) -> None:
    action = await planned_one(house, "slow_mode")
    house.platform.fail(FaultKind.REFUSED, times=None)
    performer = house.performer()
    await house.drain(performer, step=timedelta(minutes=10))
    assert await house.ends() == {action: "dead"}
    assert len(house.platform.asked) == 8
    assert (await performer.numbers()).depth.dead == 1
    (page,) = await house.pages()
    assert page["key"] == f"page:dead:{action}"
    await house.page_performer().perform_due()
    assert list(house.world.pages) == [page["id"]]
    assert [entry["details"]["actions"][0]["id"] for entry in await house.entries("planned")] == [page["id"]]


async def test_a_notice_of_which_nobody_knows_is_not_sent_again_but_paged(house: House) -> None:
    action = await planned_one(house, "notice")
    house.platform.can_read_back = False
    house.platform.fail(FaultKind.ACTED_SILENT)
    await house.drain(house.performer())
    assert await house.ends() == {action: "dead"}
    assert len(house.world.notices) == 1
    assert [page["key"] for page in await house.pages()] == [f"page:dead:{action}"]


async def test_what_is_brought_to_a_state_is_asked_for_again_where_nobody_knows(house: House) -> None:
    action = await planned_one(house, "raid_mode")
    house.platform.fail(FaultKind.REFUSED)
    house.platform.can_read_states = False
    await house.drain(house.performer())
    assert await house.ends() == {action: "confirmed"}
    assert len(house.platform.asked) == 2


async def test_a_message_that_is_gone_needs_no_deleting(house: House) -> None:
    action = await planned_one(house, "delete")
    house.world.messages.clear()
    await house.drain(house.performer())
    row = await house.row(action)
    assert (row["state"], row["reason"]) == ("confirmed", "gone")


async def test_a_member_who_left_gets_no_notice_and_nobody_is_paged(house: House) -> None:
    action = await planned_one(house, "notice")
    house.world.members.clear()
    await house.drain(house.performer())
    row = await house.row(action)
    assert (row["state"], row["reason"]) == ("failed", "gone")
    assert not await house.pages()


async def test_one_that_never_answers_takes_no_other_along(house: House) -> None:
    members = await house.members(10)
    notices = [house.notice(member) for member in members]
    await house.plan(*notices)
    fault = house.platform.fail(FaultKind.SILENT, times=None)
    fault.of = lambda effect: effect.action == notices[4].id
    await house.drain(house.performer(), step=timedelta(minutes=10))
    ends = await house.ends()
    assert {name for name, end in ends.items() if end == "dead"} == {notices[4].id}
    assert all(house.world.by_action[one.id] == 1 for one in notices if one is not notices[4])


async def test_an_adapter_that_breaks_is_a_platform_that_never_answered(house: House) -> None:
    action = await planned_one(house, "notice")
    house.platform.fail(FaultKind.BROKEN)
    performer = house.performer()
    await performer.perform_due()
    assert (await house.row(action))["reason"] == "ZeroDivisionError"
    await house.drain(performer)
    assert await house.ends() == {action: "confirmed"}


async def test_who_dies_before_asking_has_done_nothing_and_the_next_one_does_it(house: House) -> None:
    action = await planned_one(house, "notice")
    async with house.store.writing() as tx:
        assert await claim(tx, SERVER.name, house.clock.now(), limit=10, seconds=60.0)
    performer = house.performer()
    assert await performer.perform_due() == 0
    house.clock.move(timedelta(seconds=61))
    await house.drain(performer)
    assert await house.ends() == {action: "confirmed"}
    assert house.world.by_action[action] == 1


@pytest.mark.parametrize("what", KINDS)
async def test_who_dies_after_asking_is_found_out_and_nothing_is_done_twice(house: House, what: str) -> None:
    action = await planned_one(house, what)
    dying = house.performer()

    async def killed(answered: Sequence[Answered]) -> Ended:
        raise KeyboardInterrupt

    dying._settle = killed  # type: ignore[method-assign]  # where it is killed
    with pytest.raises(KeyboardInterrupt):
        await dying.perform_due()
    assert (await house.row(action))["state"] == "attempted"
    house.clock.move(timedelta(seconds=61))
    await house.drain(house.performer())
    assert await house.ends() == {action: "confirmed"}
    assert house.world.by_action[action] == 1


async def test_who_lost_the_connection_writes_nothing_down(house: House) -> None:
    action = await planned_one(house, "notice")
    old = house.performer()
    async with house.store.writing() as tx:
        await give_up(tx, house.lease)
        lease = await take(tx, house.lease.name, "two", 3600)
    assert lease is not None
    with pytest.raises(OwnershipLostError):
        await old.perform_due()
    assert (await house.row(action))["state"] == "planned"
    await house.drain(house.performer(lease=lease))
    assert await house.ends() == {action: "confirmed"}


async def test_an_answer_that_comes_after_another_claim_is_not_written_down(house: House) -> None:
    action = await planned_one(house, "notice")
    slow = house.performer()
    settle = slow._settle

    async def late(answered: Sequence[Answered]) -> Ended:
        house.clock.move(timedelta(seconds=61))
        await house.drain(house.performer())
        return await settle(answered)

    slow._settle = late  # type: ignore[method-assign]  # what happens just before
    await slow.perform_due()
    assert await house.ends() == {action: "confirmed"}
    assert house.world.by_action[action] == 1


async def test_pages_are_sent_again_under_their_key_until_they_arrive(house: House) -> None:
    await planned_one(house, "notice")
    house.platform.fail(FaultKind.FORBIDDEN)
    await house.drain(house.performer())
    (page,) = await house.pages()
    house.pager.silent = 1
    house.pager.answers = [
        Result(answer=Answer.UNKNOWN),
        Result(answer=Answer.RETRY_AFTER, after=30.0),
        Result(answer=Answer.ALREADY_SO),
    ]
    performer = house.page_performer()
    for _ in range(100):
        while await performer.perform_due():
            pass
        house.clock.move(timedelta(seconds=10))
    assert (await house.row(str(page["id"])))["state"] == "confirmed"
    assert set(house.pager.asked) == {page["id"]}
    assert len(house.world.pages[str(page["id"])]) == 1


async def test_a_page_that_never_arrives_pages_nobody(house: House) -> None:
    await planned_one(house, "notice")
    house.platform.fail(FaultKind.FORBIDDEN)
    await house.drain(house.performer())
    house.pager.silent = 1_000
    performer = house.page_performer()
    for _ in range(40):
        while await performer.perform_due():
            pass
        house.clock.move(timedelta(minutes=10))
    (page,) = await house.pages()
    assert page["state"] == "dead"


class Gone:
    """A database that goes away after the first so many transactions, and comes back after the next so many."""

    def __init__(self, store: Store, after: int, times: int) -> None:
        self.store, self.after, self.times = store, after, times

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Tx]:
        self.after -= 1
        if self.after < 0 < self.times:
            self.times -= 1
            raise UnavailableError
        async with self.store.writing() as tx:
            yield tx


@pytest.mark.parametrize("what", ["ban", "notice"])
async def test_an_answer_outlasts_a_database_that_is_gone(house: House, what: str) -> None:
    action = await planned_one(house, what)
    transactions = 2 if what == "ban" else 1
    await house.performer(store=Gone(house.store, after=transactions, times=5)).perform_due()
    assert await house.ends() == {action: "confirmed"}
    assert house.world.by_action[action] == 1
    assert not house.platform.read_backs


async def test_nothing_is_asked_while_the_database_cant_be_told(house: House) -> None:
    action = await planned_one(house, "ban")
    with pytest.raises(UnavailableError):
        await house.performer(store=Gone(house.store, after=1, times=1)).perform_due()
    assert not house.platform.asked
    house.clock.move(timedelta(seconds=61))
    await house.drain(house.performer())
    assert await house.ends() == {action: "confirmed"}


async def test_answers_that_dont_fit_the_questions_say_nothing(house: House) -> None:
    action = await planned_one(house, "notice")
    house.platform.short_answers = 1
    performer = house.performer()
    await performer.perform_due()
    assert (await house.row(action))["state"] == "unknown"
    await house.drain(performer)
    assert await house.ends() == {action: "confirmed"}
    assert house.world.by_action[action] == 1


@pytest.mark.parametrize("after", [float("inf"), float("nan"), 1e300, -5.0])
async def test_a_platform_that_says_to_wait_for_ever_is_asked_again_all_the_same(house: House, after: float) -> None:
    action = await planned_one(house, "delete")
    house.platform.fail(FaultKind.RETRY_AFTER, after=after, everywhere=True)
    performer = house.performer()
    await performer.perform_due()
    house.clock.move(timedelta(days=1))
    await house.drain(performer)
    assert await house.ends() == {action: "confirmed"}


async def test_who_dies_after_telling_a_member_pages_where_nobody_can_tell_and_tells_nobody_twice(
    house: House,
) -> None:
    action = await planned_one(house, "notice")
    house.platform.can_read_back = False
    house.platform.fail(FaultKind.ACTED_SILENT)
    dying = asyncio.create_task(house.performer(limits=Limits(deadline=50.0, lease=60.0)).perform_due())
    await house.world.reached.wait()
    dying.cancel()
    await asyncio.wait({dying})
    house.clock.move(timedelta(minutes=2))
    await house.drain(house.performer())
    assert len(house.world.notices) == 1
    assert await house.ends() == {action: "dead"}
    assert [page["key"] for page in await house.pages()] == [f"page:dead:{action}"]


async def test_one_member_on_whom_an_adapter_breaks_keeps_nobody_else_from_being_restricted(house: House) -> None:
    class Breaking(FakePlatform):
        async def standings(
            self, accounts: Sequence[AccountRef], sanction: OutcomeKind
        ) -> Sequence[Standing | None]:  # fmt: skip
            if any(account.user == "u3" for account in accounts):
                raise ZeroDivisionError
            return await super().standings(accounts, sanction)

    house.platform = Breaking(world=house.world, connection=SERVER)
    members = await house.members(7)
    await house.impose_all(members, OutcomeKind.TIMEOUT, timedelta(days=1))
    await house.performer().perform_due()
    held = {account.user for account in house.world.members if house.world.standing(account, OutcomeKind.TIMEOUT).held}
    assert held == {"u0", "u1", "u2", "u4", "u5", "u6"}
